"""The calendar over HTTP. Who may do what is asked of `access`, never of the page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar import access, answers, listing, notices, requests, service
from meetings.calendar.conflicts import LONGEST
from meetings.calendar.occupancy import next_free
from meetings.calendar.places import DIRECTORY, ON_UNINVITED, choose_places, name_people, refuse_marked
from meetings.calendar.setup import MeetingSetup, Organiser
from meetings.errors import Invalid
from meetings.http import DATABASE, Principal, Role, answer, principal, read_body, require
from meetings.ids import local_time, now_ms


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/meetings", list_meetings),
        web.post("/api/meetings", create_meeting),
        web.get("/api/meetings/{id}", get_meeting),
        web.put("/api/meetings/{id}", change_meeting),
        web.post("/api/meetings/{id}/cancel", cancel_meeting),
        web.post("/api/meetings/{id}/answers", answer_for_site),
        web.put("/api/meetings/{id}/delegates", put_delegates),
        web.put("/api/meetings/{id}/guests", put_guests),
        web.post("/api/free-times", free_times),
        web.get("/api/calendar/sites", list_sites),
        web.get("/api/calendar/people", search_people),
        web.get("/api/notices", list_notices),
        web.post("/api/notices/{id}/read", read_notice),
    ]


async def list_meetings(request: web.Request) -> web.Response:
    """GET ?from=2026-11-23&to=2026-11-29[&own=1][&unit=][&site=][&status=]: days of the province's clock."""
    who = principal(request)
    starts_at, ends_at = listing.day_bounds(_day(request, "from"), _day(request, "to"))
    async with request.app[DATABASE].read() as session:
        found = await listing.meetings_between(
            session,
            who,
            starts_at,
            ends_at,
            only_own=request.query.get("own") == "1",
            unit=request.query.get("unit", ""),
            site=request.query.get("site", ""),
            status=request.query.get("status", ""),
        )
    return answer({"meetings": found})


async def create_meeting(request: web.Request) -> web.Response:
    who = require(request, *access.ORGANISERS)
    wanted = await read_body(request, requests.MeetingRequest)
    now = now_ms()
    async with request.app[DATABASE].write() as session:
        setup = await _setup(request, session, who, wanted)
        organiser = await _organiser(request, session, who, who.unit, setup.starts_at)
        meeting = await service.create(session, organiser, setup, now)
        shown = await listing.in_full(session, who, meeting)
    return answer(shown, status=201)


async def get_meeting(request: web.Request) -> web.Response:
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await access.find_visible(session, who, _id(request))
        return answer(await listing.in_full(session, who, meeting))


async def change_meeting(request: web.Request) -> web.Response:
    who = await access.changer(request)
    wanted = await read_body(request, requests.ChangeRequest)
    now = now_ms()
    async with request.app[DATABASE].write() as session:
        meeting = await access.find_changeable(session, who, _id(request))
        setup = await _setup(request, session, who, wanted)
        organiser = await _organiser(request, session, who, meeting.unit, setup.starts_at)
        meeting = await service.change(session, organiser, meeting.id, wanted.revision, setup, now)
        return answer(await listing.in_full(session, who, meeting))


async def cancel_meeting(request: web.Request) -> web.Response:
    who = await access.changer(request)
    wanted = await read_body(request, requests.CancelRequest)
    now = now_ms()
    async with request.app[DATABASE].write() as session:
        meeting = await access.find_changeable(session, who, _id(request))
        refuse_marked(request, who.person, wanted.reason)
        organiser = await _organiser(request, session, who, meeting.unit, meeting.starts_at)
        meeting = await service.cancel(session, organiser, meeting.id, wanted.revision, wanted.reason, now)
        return answer(await listing.in_full(session, who, meeting))


async def answer_for_site(request: web.Request) -> web.Response:
    who = await access.answerer(request)
    wanted = await read_body(request, requests.AnswerRequest)
    refuse_marked(request, who.person, wanted.reason)
    async with request.app[DATABASE].write() as session:
        await access.expect_answerable(session, who, _id(request), wanted.site)
        row = await answers.answer(
            session,
            _id(request),
            wanted.site,
            by=who.person,
            kind=wanted.answer,
            reason=wanted.reason,
            names=[person.model_dump() for person in wanted.names],
            now=now_ms(),
        )
        return answer(listing.participant_json(row))


async def put_delegates(request: web.Request) -> web.Response:
    who = await access.changer(request)
    wanted = await read_body(request, requests.DelegatesRequest)
    async with request.app[DATABASE].write() as session:
        meeting = await access.find_changeable(session, who, _id(request))
        await name_people(request.app[DIRECTORY], session, {one.person for one in wanted.delegates})
        seats = [one.setup() for one in wanted.delegates]
        await answers.set_delegates(session, meeting.id, wanted.revision, seats, now_ms())
        return answer(await listing.in_full(session, who, meeting))


async def put_guests(request: web.Request) -> web.Response:
    who = await access.changer(request)
    wanted = await read_body(request, requests.GuestsRequest)
    async with request.app[DATABASE].write() as session:
        meeting = await access.find_changeable(session, who, _id(request))
        before = {one.id for one in await answers.guests_of(session, meeting.id)}
        kept = await answers.set_guests(session, meeting.id, wanted.revision, [one.setup() for one in wanted.guests])
        shown = await listing.in_full(session, who, meeting)
    for guest in before - {one.id for one in kept}:
        for callback in request.app.get(ON_UNINVITED, []):
            await callback(guest)
    return answer(shown)


async def free_times(request: web.Request) -> web.Response:
    """What clashes with a time, whether an urgent meeting may take it, and the next three times that are free."""
    who = require(request, *access.ORGANISERS)
    wanted = await read_body(request, requests.FreeTimesRequest)
    duration = wanted.ends_at - wanted.starts_at
    if not 0 < duration <= LONGEST:
        raise Invalid("calendar.span", "Giờ kết thúc phải sau giờ bắt đầu, trong vòng 24 giờ.")
    ignoring = [wanted.meeting] if wanted.meeting else []
    async with request.app[DATABASE].read() as session:
        day = local_time(wanted.starts_at).date()
        places = await choose_places(request.app[DIRECTORY], session, day, wanted.sites)
        names = {f"s:{place.site}": f"điểm cầu {place.name}" for place in places}
        people = await request.app[DIRECTORY].people(session, wanted.people)
        names |= {f"p:{person}": name for person, name in people.items()}
        clashes = await service.clashes(session, names, wanted.starts_at, wanted.ends_at, ignoring)
        free = await next_free(session, names, duration, max(now_ms(), wanted.starts_at), ignoring)
        organiser = await _organiser(request, session, who, who.unit, wanted.starts_at)
        others = [await service.find(session, str(one["meeting"])) for one in clashes]
        takes = all(service.may_take_from(organiser, wanted.urgency, other) for other in others)
    return answer({"conflicts": clashes, "free_times": free, "may_take": takes})


async def list_sites(request: web.Request) -> web.Response:
    """GET ?day=2026-11-24: every site in effect on that day, to choose from."""
    principal(request)
    day = _day(request, "day")
    async with request.app[DATABASE].read() as session:
        places = await request.app[DIRECTORY].places(session, day)
    return answer({"sites": [asdict(place) for place in places.values()]})


async def search_people(request: web.Request) -> web.Response:
    """GET ?q=: at most 20 people to choose as chair, secretary or delegate."""
    principal(request)
    text = request.query.get("q", "").strip()[:100]
    async with request.app[DATABASE].read() as session:
        found = await request.app[DIRECTORY].search_people(session, text, 20) if text else []
    return answer({"people": list(found)})


async def list_notices(request: web.Request) -> web.Response:
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        found = await notices.unread(session, who.person)
    return answer({"notices": [notices.as_json(row) for row in found]})


async def read_notice(request: web.Request) -> web.Response:
    who = principal(request)
    async with request.app[DATABASE].write() as session:
        await notices.mark_read(session, who.person, _id(request), now_ms())
    return answer({})


async def _setup(
    request: web.Request, session: AsyncSession, who: Principal, wanted: requests.MeetingRequest
) -> MeetingSetup:
    refuse_marked(request, who.person, wanted.title, wanted.urgency_reason)
    directory = request.app[DIRECTORY]
    day = local_time(wanted.starts_at).date()
    names = await name_people(directory, session, {wanted.chair, wanted.secretary})
    return MeetingSetup(
        title=wanted.title,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        hub_site=wanted.hub_site,
        chair=wanted.chair,
        chair_name=names.get(wanted.chair, ""),
        secretary=wanted.secretary,
        secretary_name=names.get(wanted.secretary, ""),
        sites=await choose_places(directory, session, day, wanted.sites),
        body=wanted.body,
        urgency=wanted.urgency,
        urgency_reason=wanted.urgency_reason,
    )


async def _organiser(
    request: web.Request, session: AsyncSession, who: Principal, unit: str, starts_at: int
) -> Organiser:
    rank = await request.app[DIRECTORY].rank(session, unit, local_time(starts_at).date())
    return Organiser(who.person, unit, rank, overrides_all=who.has(Role.ADMINISTRATOR))


def _id(request: web.Request) -> str:
    return request.match_info["id"]


def _day(request: web.Request, name: str) -> date:
    try:
        return date.fromisoformat(request.query.get(name, ""))
    except ValueError:
        raise Invalid("calendar.span", "Ngày chưa đúng. Hãy chọn ngày trên lịch.") from None
