"""Who is invited, or no longer, while the sitting runs: what the calendar says becomes facts (actor `system`).

Whoever entered stays until the chair or the secretary sends them out, and a site stays to the end: the record
speaks of them. Names stay beside the record, so that they can be erased from it; ids are in clear.
"""

from __future__ import annotations

from meetings.sitting.brief import Brief, Delegate, Guest, Site
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, folds, whole, words
from meetings.sitting.state import Attendance, SiteState, State


def follow_invitations(context: Context, brief: Brief) -> list[Draft]:
    """Whom the calendar invites anew, and whom no longer."""
    state = context.state
    there = {one.site for one in state.setup.sites}
    delegates = _delegates_wanted(state, brief)
    return [
        *(_site(context, one) for one in brief.sites if one.site not in there),
        *_delegates_gone(state, brief),
        *_guests_gone(state, brief),
        *(_delegate(context, one) for one in delegates if one != state.delegate(one.delegate)),
        *(_guest(context, one) for one in brief.guests if one not in state.setup.guests),
    ]


def _entered(state: State, delegate: str) -> bool:
    return state.attendance[delegate].status not in ("unmarked", "absent")


def _staying(state: State, brief: Brief) -> list[Delegate]:
    """Delegates who entered and whom the calendar no longer knows: a substitute came too late, for instance."""
    known = {one.delegate for one in brief.delegates}
    return [
        one
        for one in state.setup.delegates
        if one.delegate not in known and (_entered(state, one.delegate) or one.person == state.chair)
    ]


def _delegates_wanted(state: State, brief: Brief) -> list[Delegate]:
    """The calendar's delegates who have not entered. Where somebody stays with their vote, a mandate must not vote
    twice: whom the calendar names anew at that site comes without one."""
    staying = _staying(state, brief)
    names = {(one.site, one.name.casefold()) for one in staying}
    voting = {one.site for one in staying if one.votes}
    wanted = [
        one
        for one in brief.delegates
        if (one.site, one.name.casefold()) not in names
        and (one.delegate not in state.attendance or not _entered(state, one.delegate))
    ]
    known = {one.delegate for one in state.setup.delegates if one.votes}
    return [
        one.model_copy(update={"votes": one.votes and (one.delegate in known or one.site not in voting)})
        for one in wanted
    ]


def _delegates_gone(state: State, brief: Brief) -> list[Draft]:
    staying = {one.delegate for one in (*brief.delegates, *_staying(state, brief))}
    gone = [one.delegate for one in state.setup.delegates if one.delegate not in staying]
    floor = [
        Draft("floor.released", {"turn": turn.id, "cause": "removed"})
        for turn in state.turns.values()
        if turn.delegate in gone
    ]
    return [*floor, *(Draft("participant.uninvited", {"delegate": one}) for one in gone)]


def _guests_gone(state: State, brief: Brief) -> list[Draft]:
    known = {one.guest for one in brief.guests}
    gone = [one.guest for one in state.setup.guests if one.guest not in known]
    return [Draft("participant.uninvited", {"guest": one}) for one in gone]


def _site(context: Context, one: Site) -> Draft:
    return Draft("site.invited", {"site": one.site, "about": context.text(one.model_dump_json())})


def _delegate(context: Context, one: Delegate) -> Draft:
    about = context.text(one.model_dump_json())
    return Draft(
        "participant.invited",
        {
            "delegate": one.delegate,
            "person": one.person,
            "site": one.site,
            "votes": int(one.votes),
            "about": about,
        },
    )


def _guest(context: Context, one: Guest) -> Draft:
    about = context.text(one.model_dump_json())
    return Draft("participant.invited", {"guest": one.guest, "site": one.site, "about": about})


@folds("site.invited")
def _site_invited(state: State, event: Event) -> None:
    site, about = words(event.payload["site"]), state.texts.get(words(event.payload["about"]))
    one = Site.model_validate_json(about) if about else Site(site=site, name="")
    brief = state.setup
    state.brief = brief.model_copy(update={"sites": (*brief.sites, one)})
    state.sites[site] = SiteState()


@folds("participant.invited")
def _invited(state: State, event: Event) -> None:
    payload, brief = event.payload, state.setup
    about = state.texts.get(words(payload["about"]))
    if "guest" in payload:
        id, site = words(payload["guest"]), words(payload["site"])
        guest = Guest.model_validate_json(about) if about else Guest(guest=id, site=site, name="")
        others = tuple(one for one in brief.guests if one.guest != id)
        state.brief = brief.model_copy(update={"guests": (*others, guest)})
        return
    one = Delegate.model_validate_json(about) if about else _nameless(event)
    seats = [one if other.delegate == one.delegate else other for other in brief.delegates]
    state.brief = brief.model_copy(update={"delegates": tuple(seats if one in seats else [*seats, one])})
    state.attendance.setdefault(one.delegate, Attendance())


def _nameless(event: Event) -> Delegate:
    payload = event.payload
    return Delegate(
        delegate=words(payload["delegate"]),
        person=words(payload["person"]),
        site=words(payload["site"]),
        votes=bool(whole(payload["votes"])),
        name="",
    )


@folds("participant.uninvited")
def _uninvited(state: State, event: Event) -> None:
    """They are out; their names stay, for what the record says of them."""
    brief = state.setup
    guest, delegate = words(event.payload.get("guest", "")), words(event.payload.get("delegate", ""))
    names = {one.guest: one.name for one in brief.guests if one.guest == guest}
    names |= {one.delegate: one.name for one in brief.delegates if one.delegate == delegate}
    state.brief = brief.model_copy(
        update={
            "guests": tuple(one for one in brief.guests if one.guest != guest),
            "delegates": tuple(one for one in brief.delegates if one.delegate != delegate),
            "names": brief.names | names,
        }
    )
    state.attendance.pop(delegate, None)
    state.queue = [one for one in state.queue if not delegate or one.delegate != delegate]
    for site in state.sites.values():
        if delegate and site.site_chair == delegate:
            site.site_chair = ""
