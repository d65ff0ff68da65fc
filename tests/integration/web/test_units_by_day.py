"""A unit's name and rank hold from a day on, and one that ends is followed by another; the days before keep theirs."""

from __future__ import annotations

from datetime import date

from meetings.directory.service import SiteDirectory, periods_on
from meetings.http import DATABASE, Role
from tests.integration.web.conftest import Client, Office
from tests.integration.web.test_directory_editing import with_site
from web.features import letterhead_of

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


async def administrator(office: Office) -> Client:
    await with_site(office)
    await office.add("quantri", Role.ADMINISTRATOR)
    return await office.browser("quantri")


async def listed(browser: Client, day: date) -> dict[str, tuple[str, int]]:
    found = await (await browser.get(f"/api/units?date={day}")).json()
    return {one["unit"]: (one["name"], one["rank"]) for one in found["units"]}


async def test_a_new_name_and_rank_hold_from_their_day(office: Office) -> None:
    admin = await administrator(office)
    body = {"valid_from": str(AFTER), "name": "Phường mới", "rank": 15}
    assert (await admin.put("/api/units/unit", json=body)).status == 200
    assert (await listed(admin, BEFORE))["unit"] == ("Xã cũ", 20)
    assert (await listed(admin, AFTER))["unit"] == ("Phường mới", 15)
    assert (await admin.put("/api/units/unit", json=body | {"name": "Phường Mới"})).status == 200
    async with office.application[DATABASE].read() as session:
        directory = SiteDirectory()
        assert [await directory.rank(session, "unit", day) for day in (BEFORE, AFTER)] == [20, 15]
        heads = [(await letterhead_of(session, "unit", day)).issuing for day in (BEFORE, AFTER)]
    assert heads == ["XÃ CŨ", "PHƯỜNG MỚI"]
    history = await (await admin.get("/api/units/unit")).json()
    assert [one["name"] for one in history["periods"]] == ["Phường Mới", "Xã cũ"]
    for wrong, status in (
        ({"valid_from": str(BEFORE)}, 422),
        ({"rank": 0}, 422),
        ({"rank": 100}, 422),
        ({"name": " x "}, 422),
        ({"valid_from": "31/6/2025"}, 422),
        ({"successor": "other"}, 422),
    ):
        assert (await admin.put("/api/units/unit", json=body | wrong)).status == status, wrong
    assert (await admin.put("/api/units/none", json=body)).status == 404


async def test_a_unit_that_ends_leaves_its_sites_to_its_successor(office: Office) -> None:
    admin = await administrator(office)
    body = {"unit": "other", "day": str(AFTER)}
    for wrong, status in (({"unit": "unit"}, 422), ({"unit": "none"}, 404), ({"unit": "x" * 40}, 422)):
        assert (await admin.post("/api/units/unit/successor", json=body | wrong)).status == status, wrong
    answer = await admin.post("/api/units/unit/successor", json=body)
    assert [one["successor"] for one in (await answer.json())["periods"]] == ["other", ""]
    assert set(await listed(admin, BEFORE)) == {"unit", "other"}
    assert set(await listed(admin, AFTER)) == {"other"}
    async with office.application[DATABASE].read() as session:
        sites = [[(one.site, one.name, one.unit) for one in await periods_on(session, day)] for day in (BEFORE, AFTER)]
    assert sites == [[("s1", "Xã cũ", "unit")], [("s1", "Xã cũ", "other")]]
    again = await admin.post("/api/units/unit/successor", json=body)
    assert (again.status, (await again.json())["id"]) == (409, "directory.unit_ended")
    renamed = await admin.put("/api/units/unit", json={"valid_from": "2026-01-01", "name": "Xã", "rank": 20})
    assert renamed.status == 409
    back = await admin.post("/api/units/other/successor", json={"unit": "unit", "day": "2026-01-01"})
    assert (back.status, (await back.json())["id"]) == (422, "directory.successor")
