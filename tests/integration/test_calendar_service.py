"""The calendar on a real database: nothing is taken twice, and whoever is displaced is told."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace

import pytest
from sqlalchemy import insert

from meetings.calendar.answers import answer, delegates_of, set_delegates, set_guests
from meetings.calendar.bodies import BodyRules, save_body
from meetings.calendar.brief import load_brief
from meetings.calendar.conflicts import MINUTE
from meetings.calendar.notices import mark_read, unread
from meetings.calendar.occupancy import next_free
from meetings.calendar.service import cancel, change, create, find, mark_held
from meetings.calendar.setup import DelegateSetup, GuestSetup
from meetings.calendar.tables import Answer, Meeting, Occupancy, Urgency
from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.sitting.brief import Brief
from meetings.storage.database import Database
from tests.integration.calendar_setups import COMMUNE, EIGHT, HOUR, NOW, OTHER_COMMUNE, PROVINCE, setup

#: After a meeting from 8 to 10: that afternoon beside the midday break, and the next morning.
FREE = [EIGHT + 11 * HOUR // 2, EIGHT + 15 * HOUR // 2, EIGHT + 23 * HOUR]


async def test_a_taken_site_is_refused_with_the_other_meeting_and_three_free_times(database: Database) -> None:
    async with database.write() as session:
        first = await create(session, COMMUNE, setup("Họp thứ nhất"), NOW)
    with pytest.raises(Refusal) as refused:
        async with database.write() as session:
            await create(
                session, COMMUNE, setup(chair="p-x", secretary="p-y", starts_at=EIGHT + HOUR, sites=("B",)), NOW
            )
    assert refused.value.id == "calendar.taken"
    assert "Họp thứ nhất" in refused.value.message
    assert refused.value.details["conflicts"] == [
        {
            "meeting": first.id,
            "title": "Họp thứ nhất",
            "starts_at": EIGHT,
            "ends_at": EIGHT + 2 * HOUR,
            "urgency": "normal",
            "holds": ["điểm cầu Xã B"],
        }
    ]
    free = refused.value.details["free_times"]
    assert isinstance(free, list)
    assert [time["starts_at"] for time in free] == FREE
    async with database.write() as session:
        for offered in free:
            await create(
                session,
                COMMUNE,
                setup(chair="p-x", secretary="p-y", starts_at=offered["starts_at"], sites=("B",)),
                NOW,
            )


@pytest.mark.parametrize(("chair", "secretary"), [("p-chair", "p-y"), ("p-secretary", "p-y"), ("p-x", "p-chair")])
async def test_a_chair_or_secretary_is_in_one_meeting_at_a_time(database: Database, chair: str, secretary: str) -> None:
    async with database.write() as session:
        await create(session, COMMUNE, setup(), NOW)
    with pytest.raises(Refusal, match=r"^calendar\.taken"):
        async with database.write() as session:
            await create(session, COMMUNE, setup(chair=chair, secretary=secretary, sites=("Z",)), NOW)


async def test_two_at_once_cannot_both_take_the_hour(database: Database) -> None:
    async def one(number: int) -> bool:
        try:
            async with database.write() as session:
                await create(session, COMMUNE, setup(chair=f"p-c{number}", secretary=f"p-s{number}", sites=("A",)), NOW)
        except Refusal:
            return False
        return True

    assert sum(await asyncio.gather(*(one(number) for number in range(6)))) == 1


async def test_an_urgent_meeting_of_a_higher_unit_takes_the_place_and_tells_the_secretary(
    database: Database,
) -> None:
    async with database.write() as session:
        lower = await create(session, COMMUNE, setup("Họp xã"), NOW)
    urgent = setup(
        "Ứng phó bão",
        chair="p-x",
        secretary="p-y",
        urgency=Urgency.URGENT,
        reason="Bão số 9 đổ bộ.",
        sites=("B", "C"),
    )
    with pytest.raises(Forbidden, match=r"^calendar\.not_higher"):
        async with database.write() as session:
            await create(session, OTHER_COMMUNE, urgent, NOW)
    async with database.write() as session:
        storm = await create(session, PROVINCE, urgent, NOW)
    async with database.read() as session:
        told = [notice for notice in await unread(session, "p-secretary") if notice.kind == "displaced"]
        assert len(told) == 1
        assert "Bão số 9" in told[0].text
        assert told[0].details["by"] == storm.id
        times = told[0].details["free_times"]
        assert isinstance(times, list)
        assert [free["starts_at"] for free in times] == FREE
        displaced = await find(session, lower.id)
        assert displaced.displaced_by == storm.id
    async with database.write() as session:
        moved = setup("Họp xã", starts_at=times[0]["starts_at"])
        moved_row = await change(session, COMMUNE, lower.id, displaced.revision, moved, NOW)
        assert moved_row.displaced_by is None


async def test_cancelling_the_urgent_meeting_gives_the_place_back(database: Database) -> None:
    async with database.write() as session:
        lower = await create(session, COMMUNE, setup(), NOW)
        urgent = setup(chair="p-x", secretary="p-y", urgency=Urgency.FLASH, reason="Sạt lở đất.")
        storm = await create(session, PROVINCE, urgent, NOW)
    async with database.write() as session:
        await cancel(session, PROVINCE, storm.id, 1, "Hết nguy hiểm", NOW)
    async with database.write() as session:
        assert (await find(session, lower.id)).displaced_by is None
        with pytest.raises(Refusal, match=r"^calendar\.taken"):
            await create(session, COMMUNE, setup(), NOW)


async def test_an_urgent_meeting_does_not_take_from_one_as_urgent(database: Database) -> None:
    async with database.write() as session:
        await create(session, COMMUNE, setup(urgency=Urgency.URGENT, reason="Cháy rừng."), NOW)
    with pytest.raises(Forbidden, match=r"^calendar\.not_higher"):
        async with database.write() as session:
            await create(session, PROVINCE, setup(chair="p-x", urgency=Urgency.URGENT, reason="Bão số 9 đổ bộ."), NOW)


async def test_changing_compares_the_revision_and_keeps_or_forgets_answers(database: Database) -> None:
    async with database.write() as session:
        meeting = await create(session, COMMUNE, setup(), NOW)
        await answer(session, meeting.id, "site-B", by="p-b", kind=Answer.ABSENT, reason="Mưa lũ", names=[], now=NOW)
    async with database.write() as session:
        await change(session, COMMUNE, meeting.id, 1, setup("Tên mới", sites=("A", "B", "C")), NOW)
    with pytest.raises(Refusal, match="stale") as stale:
        async with database.write() as session:
            await change(session, COMMUNE, meeting.id, 1, setup("Tên cũ"), NOW)
    assert stale.value.details["revision"] == 2
    async with database.write() as session:
        brief = await load_brief(session, meeting.id)
        assert brief["title"] == "Tên mới"
        assert [site["site"] for site in brief["sites"]] == ["site-A", "site-B", "site-C"]  # type: ignore[attr-defined]
        row = await change(
            session, COMMUNE, meeting.id, 2, setup("Tên mới", starts_at=EIGHT + HOUR, sites=("A", "B")), NOW
        )
        assert row.revision == 3
    async with database.read() as session:
        assert "changed" in {notice.kind for notice in await unread(session, "p-secretary")}


async def test_cancelled_and_held_meetings_stand(database: Database) -> None:
    async with database.write() as session:
        gone = await create(session, COMMUNE, setup(), NOW)
        await cancel(session, COMMUNE, gone.id, 1, "Không đủ thành phần", NOW)
        held = await create(session, COMMUNE, setup(), NOW)  # the place is free again
        await mark_held(session, held.id)
    for meeting, refusal in ((gone, "calendar.cancelled"), (held, "calendar.held")):
        with pytest.raises(Refusal, match=refusal):
            async with database.write() as session:
                await change(session, COMMUNE, meeting.id, meeting.revision, setup(), NOW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(setup(), title="  "), "title"),
        (replace(setup(), ends_at=EIGHT), "ends_at"),
        (replace(setup(), ends_at=EIGHT + 25 * HOUR), "ends_at"),
        (replace(setup(), starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR), "starts_at"),
        (replace(setup(), sites=()), "sites"),
        (replace(setup(), hub_site="site-Z"), "hub_site"),
        (replace(setup(), chair=""), "chair"),
        (replace(setup(), secretary="p-chair"), "secretary"),
        (replace(setup(), urgency=Urgency.URGENT), "urgency_reason"),
    ],
)
async def test_a_wrong_set_up_names_its_field(database: Database, wrong: object, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        async with database.write() as session:
            await create(session, COMMUNE, wrong, NOW)  # type: ignore[arg-type]
    assert refused.value.details["fields"] == [{"field": field, "problem": refused.value.message}]


async def test_a_substitute_takes_the_seat_and_votes_only_if_the_body_says_so(database: Database) -> None:
    async with database.write() as session:
        body = await save_body(
            session, BodyRules("UBND xã (mẫu)", 5, ("Tán thành", "Không tán thành", "Không biểu quyết"))
        )
        meeting = await create(session, COMMUNE, setup(body=body.id), NOW)
        seated = await set_delegates(
            session,
            meeting.id,
            1,
            [
                DelegateSetup("site-B", "Đại biểu mẫu một", "p-1", "Chủ tịch", site_chair=True),
                DelegateSetup("site-B", "Đại biểu mẫu hai", "p-2"),
            ],
            NOW,
        )
        await set_guests(session, meeting.id, 2, [GuestSetup("Khách mẫu", "site-A")])
        names = [{"name": "Người thay mẫu", "position": "Phó Chủ tịch"}]
        await answer(session, meeting.id, "site-B", by="p-b", kind=Answer.SUBSTITUTE, reason="", names=names, now=NOW)
    async with database.read() as session:
        brief = Brief.model_validate(await load_brief(session, meeting.id))
        assert not brief.conference
        assert brief.rules.quorum == (2, 3)
        assert [(one.name, one.votes, one.substitute, one.site_chair) for one in brief.delegates] == [
            ("Đại biểu mẫu hai", True, False, False),
            ("Người thay mẫu", False, True, True),
        ]
        assert [guest.name for guest in brief.guests] == ["Khách mẫu"]
        assert brief.names == {"p-chair": "Mẫu p-chair", "p-secretary": "Mẫu p-secretary"}
        assert "answered" in {notice.kind for notice in await unread(session, "p-secretary")}
    async with database.write() as session:
        await answer(session, meeting.id, "site-B", by="p-b", kind=Answer.ATTENDING, reason="", names=[], now=NOW)
        assert [row.id for row in await delegates_of(session, meeting.id)] == [row.id for row in seated]
        assert all(row.replaced_by is None for row in await delegates_of(session, meeting.id))


async def test_answers_need_their_reason_and_names(database: Database) -> None:
    async with database.write() as session:
        meeting = await create(session, COMMUNE, setup(), NOW)
    for kind, site, refusal in (
        (Answer.ABSENT, "site-A", Invalid),
        (Answer.SUBSTITUTE, "site-A", Invalid),
        (Answer.NONE, "site-A", Invalid),
        (Answer.ATTENDING, "site-Z", NotFound),
    ):
        with pytest.raises(refusal):
            async with database.write() as session:
                await answer(session, meeting.id, site, by="p", kind=kind, reason=" ", names=[], now=NOW)


async def test_delegates_sit_once_at_invited_sites_with_one_chair_each(database: Database) -> None:
    async with database.write() as session:
        meeting = await create(session, COMMUNE, setup(), NOW)
    one = DelegateSetup("site-A", "Một", "p-1", site_chair=True)
    for wrong in (
        [replace(one, site="site-Z")],
        [one, replace(one, site="site-B")],
        [one, replace(one, person="p-2", name="Hai")],
        [replace(one, name=" ")],
    ):
        with pytest.raises(Invalid):
            async with database.write() as session:
                await set_delegates(session, meeting.id, 1, wrong, NOW)


async def test_a_notice_is_read_by_its_person_only(database: Database) -> None:
    async with database.write() as session:
        await create(session, COMMUNE, setup(), NOW)
        [notice] = await unread(session, "p-chair")
        with pytest.raises(NotFound):
            await mark_read(session, "p-secretary", notice.id, NOW)
        await mark_read(session, "p-chair", notice.id, NOW)
        assert await unread(session, "p-chair") == []


async def test_a_free_hour_for_215_sites_in_a_full_year_is_found_quickly(database: Database) -> None:
    chance = random.Random(7)
    meetings: list[dict[str, object]] = []
    taken: list[dict[str, int | str]] = []
    for number in range(10_000):
        day, hour = chance.randrange(365), chance.randrange(7, 16)
        start = NOW - 6 * HOUR + (day * 24 + hour) * HOUR
        meetings.append(
            {
                "id": f"m{number}", "title": "Họp", "starts_at": start, "ends_at": start + HOUR, "unit": "u",
                "unit_rank": 1, "hub_site": "s", "chair": "c", "chair_name": "", "secretary": "t",
                "secretary_name": "", "urgency": "normal", "urgency_reason": "", "status": "scheduled",
                "cancel_reason": "", "revision": 1, "created_by": "c", "created_at": NOW,
            }
        )  # fmt: skip
        taken += [
            {"resource": f"s:{site}", "meeting": f"m{number}", "starts_at": start, "ends_at": start + HOUR}
            for site in chance.sample(range(215), 6)
        ]
    async with database.write() as session:
        await session.execute(insert(Meeting), meetings)
        await session.execute(insert(Occupancy), taken)
    resources = [f"s:{site}" for site in range(215)]
    async with database.read() as session:
        began = time.perf_counter()
        free = await next_free(session, resources, HOUR, NOW)
        took = time.perf_counter() - began
    assert len(free) == 3
    spans = [(int(row["starts_at"]), int(row["ends_at"])) for row in taken]
    for one in free:
        assert not any(start < one["ends_at"] and one["starts_at"] < end for start, end in spans)
    assert all((one["ends_at"] - one["starts_at"]) == 60 * MINUTE for one in free)
    print(f"free hour for 215 sites among 10,000 meetings: {took * 1000:.0f} ms")
    assert took < 2  # an ordinary action is under 5 s
