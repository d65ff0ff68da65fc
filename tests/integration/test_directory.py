"""The directory by day: a sitting shows the names of its time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import meetings.directory
from meetings.directory.csv_import import read_sites
from meetings.directory.service import SiteDirectory, apply_import, pass_to_successor, search
from meetings.storage.database import Database

SAMPLES = Path(meetings.directory.__file__).parent / "sample"


@pytest.fixture
async def province(database: Database) -> Database:
    for age in ("2020", "2025"):
        async with database.write() as session:
            await apply_import(session, read_sites((SAMPLES / f"sites-{age}.csv").read_bytes()))
    return database


async def test_each_age_has_its_own_215_sites(province: Database) -> None:
    async with province.read() as session:
        before = await SiteDirectory().places(session, date(2025, 6, 30))
        after = await SiteDirectory().places(session, date(2025, 7, 1))
    assert (len(before), len(after)) == (215, 215)
    assert any(one.level == "district" for one in before.values())
    assert not any(one.level == "district" for one in after.values())


async def test_nhu_xuan_finds_its_commune(province: Database) -> None:
    async with province.read() as session:
        found = await search(session, date(2026, 1, 1), "nhu xuan")
    assert "Như Xuân" in " ".join(one.name for one in found)


async def test_a_site_passes_to_a_successor_and_keeps_its_id(province: Database) -> None:
    async with province.read() as session:
        site = (await search(session, date(2024, 1, 1), "nhu xuan"))[0].site
    async with province.write() as session:
        await pass_to_successor(session, site, "unit-x", date(2025, 1, 1), "Điểm cầu kế tục", "N01")
    async with province.read() as session:
        old = await SiteDirectory().places(session, date(2024, 12, 31))
        new = await SiteDirectory().places(session, date(2025, 1, 1))
    assert old[site].name != new[site].name == "Điểm cầu kế tục"


async def test_a_second_import_changes_nothing(province: Database) -> None:
    async with province.write() as session:
        again = await apply_import(session, read_sites((SAMPLES / "sites-2025.csv").read_bytes()))
    assert (again.added, again.changed, again.unchanged) == ([], [], 215)


async def test_a_file_with_a_fault_changes_nothing(province: Database) -> None:
    raw = "code,name,level,parent,valid_from\nNEW,Xã mới,commune,,2026-01-01\nBAD,Xã hỏng,commune,?,2026-01-01\n"
    async with province.write() as session:
        result = await apply_import(session, read_sites(raw.encode()))
    assert result.problems
    async with province.read() as session:
        assert len(await SiteDirectory().places(session, date(2026, 2, 1))) == 215
