"""Sites and letterheads change from a day on; the days before keep theirs."""

from __future__ import annotations

from datetime import date

import pytest

from meetings.directory.tables import SitePeriod, Unit
from meetings.http import DATABASE, Role
from tests.integration.web.conftest import Office
from web.features import letterhead_of


async def with_site(office: Office) -> None:
    async with office.application[DATABASE].write() as session:
        session.add_all([Unit(id="unit", code="U1", name="Xã cũ"), Unit(id="other", code="U2", name="Xã mới")])
        session.add(
            SitePeriod(
                id="t1",
                site="s1",
                code="X1",
                name="Xã cũ",
                folded="xa cu",
                level="commune",
                parent="",
                unit="unit",
                organ_code="",
                valid_from=date(2020, 1, 1),
                valid_to=None,
                position=1,
            )
        )


async def names(office: Office, *days: str) -> list[str]:
    browser = await office.browser("quantri")
    found = [await (await browser.get(f"/api/sites?date={day}")).json() for day in days]
    return [one["sites"][0]["name"] for one in found]


async def test_a_new_name_holds_from_its_day(office: Office) -> None:
    await with_site(office)
    await office.add("quantri", Role.ADMINISTRATOR)
    admin = await office.browser("quantri")
    body = {"valid_from": "2025-07-01", "name": "Phường mới"}
    assert (await admin.put("/api/sites/s1", json=body)).status == 200
    assert await names(office, "2025-06-30", "2025-07-01") == ["Xã cũ", "Phường mới"]
    assert (await admin.put("/api/sites/s1", json=body | {"name": "Phường Mới"})).status == 200
    assert await names(office, "2025-06-30", "2025-07-01") == ["Xã cũ", "Phường Mới"]
    assert (await admin.put("/api/sites/s1", json=body | {"valid_from": "2024-01-01"})).status == 422
    assert (await admin.put("/api/sites/s1", json=body | {"parent": "?"})).status == 404
    found = await (await admin.get("/api/sites?date=2025-07-01&q=xa cu")).json()
    assert [one["site"] for one in found["sites"]] == ["s1"]


async def test_a_site_passes_to_a_successor_with_its_history(office: Office) -> None:
    await with_site(office)
    await office.add("quantri", Role.ADMINISTRATOR)
    admin = await office.browser("quantri")
    body = {"unit": "other", "day": "2025-07-01", "name": "Xã mới", "code": "X2"}
    answer = await admin.post("/api/sites/s1/successor", json=body)
    periods = (await answer.json())["periods"]
    assert [(one["unit"], one["valid_from"], one["valid_to"]) for one in periods] == [
        ("other", "2025-07-01", ""),
        ("unit", "2020-01-01", "2025-06-30"),
    ]
    assert (await admin.post("/api/sites/s1/successor", json=body | {"unit": "?"})).status == 404


async def test_a_letterhead_holds_from_its_day(office: Office) -> None:
    await with_site(office)
    await office.add("vanthu", Role.RECORDS_CLERK)
    clerk = await office.browser("vanthu")
    body = {"valid_from": "2025-07-01", "issuing_line": "UBND XÃ MỚI", "code_group": "UBND", "place": "Thanh Hóa"}
    signer = {"title": "Chủ tịch", "name": "Người Ký (mẫu)"}
    saved = await clerk.put("/api/units/unit/letterheads", json=body | {"signatories": [signer]})
    assert (await saved.json())["signatories"] == [signer]
    async with office.application[DATABASE].read() as session:
        before = await letterhead_of(session, "unit", date(2025, 6, 30))
        after = await letterhead_of(session, "unit", date(2025, 7, 1))
    assert (before.issuing, after.issuing, after.symbol) == ("XÃ CŨ", "UBND XÃ MỚI", "BB-UBND")


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR])
async def test_nobody_else_edits_the_directory(office: Office, role: Role) -> None:
    await with_site(office)
    await office.add("ai", role, unit="other")
    browser = await office.browser("ai")
    letterhead, site = {"valid_from": "2025-07-01"}, {"valid_from": "2025-07-01", "name": "Xã mới"}
    assert (await browser.put("/api/units/unit/letterheads", json=letterhead)).status == 403
    assert (await browser.put("/api/sites/s1", json=site)).status == 403
