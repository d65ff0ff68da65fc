"""What each role may see of a sitting, section by section; the page replaces sections and holds no rule.

A section is a plain JSON value. `changed` compares section by section with what was sent last, so that
nothing is sent twice and hidden events leave no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from meetings.sitting.actors import Actor, SittingRole
from meetings.sitting.permissions import allowed
from meetings.sitting.rehearsal import may_lead, own_slot
from meetings.sitting.sharing import may_present
from meetings.sitting.state import Ballot, Phase, State

View = dict[str, Any]


class Audience(StrEnum):
    """Connections of one audience get the same bytes."""

    CHAIR = "chair"
    SECRETARY = "secretary"
    TECHNICIAN = "technician"
    ROOM = "room"
    COMPANION = "companion"


_ORDER = (
    (SittingRole.CHAIR, Audience.CHAIR),
    (SittingRole.ASSISTANT, Audience.CHAIR),
    (SittingRole.SECRETARY, Audience.SECRETARY),
    (SittingRole.TECHNICIAN, Audience.TECHNICIAN),
    (SittingRole.ROOM, Audience.ROOM),
)
_OFFICE = (Audience.CHAIR, Audience.SECRETARY)


def audience_of(actor: Actor) -> Audience:
    """The widest audience that one of the actor's roles belongs to."""
    return next((audience for role, audience in _ORDER if role in actor.roles), Audience.COMPANION)


def view(state: State, audience: Audience) -> View:
    """Everything that `audience` may see now."""
    sections: View = {
        "sitting": _sitting(state),
        "agenda": _agenda(state),
        "floor": _floor(state),
        "stage": stage(state),
        "presentation": _presentation(state),
        "ballot": _ballots(state, audience),
        "names": _names(state),
    }
    if audience in (*_OFFICE, Audience.TECHNICIAN):
        sections["sites"] = _sites(state)
    if audience in _OFFICE:
        sections["roll_call"] = _roll_call(state)
        sections["notes"] = dict(state.notes)
    sections["conclusions"] = _conclusions(state)
    return sections


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> View:
    """The sections of `after` that differ from `before`; applied to `before` they give `after`."""
    return {name: value for name, value in after.items() if name not in before or before[name] != value}


def _sitting(state: State) -> dict[str, Any]:
    brief = state.setup
    return {
        "meeting": state.meeting,
        "title": brief.title,
        "phase": state.phase.value,
        "starts_at": brief.starts_at,
        "ends_at": brief.ends_at,
        "opened_at": state.opened_at,
        "adjourned_at": state.adjourned_at,
        "recess_until": state.recess_until,
        "recess_resumes": state.recess_resumes,
        "waits_for": brief.waits_for,
        "chair": state.chair,
        "secretary": state.secretary,
        "designated": state.designated,
        "assistants": sorted(state.assistants),
        "chair_site": state.chair_site(),
        "hub_site": brief.hub_site,
        "conference": brief.conference,
        "members": brief.rules.members,
        "present": state.present_members(),
        "quorum": list(brief.rules.quorum or ()),
        "quorum_met": state.quorum_met(),
        "sites_expected": len(state.sites),
        "sites_connected": sum(1 for one in state.sites if state.place(one).connected),
        "headcount": sum(one.headcount for one in state.sites.values()),
        "recording": {
            "recording": state.recording.id,
            "since": state.recording.since,
            "ended": state.recording.ended,
        },
    }


def _agenda(state: State) -> dict[str, Any]:
    items = []
    for one in state.setup.items:
        progress = state.items[one.item]
        items.append(
            {
                "item": one.item,
                "title": one.title,
                "presenter": one.presenter,
                "minutes": one.minutes + progress.extra_minutes,
                "status": progress.status,
                "spent_ms": progress.spent_ms,
                "started_at": progress.started_at,
            }
        )
    return {"current": state.current_item, "items": items}


def _floor(state: State) -> dict[str, Any]:
    return {
        "queue": [
            {"request": one.id, "site": one.site, "delegate": one.delegate, "kind": one.kind, "at": one.at}
            for one in state.queue
        ],
        "turns": {
            slot: {
                "turn": one.id,
                "site": one.site,
                "delegate": one.delegate,
                "granted_at": one.granted_at,
                "ends_at": one.ends_at,
                "microphone": one.microphone,
                "lost_at": one.lost_at,
            }
            for slot, one in sorted(state.turns.items())
        },
        "chair_microphone": state.chair_microphone,
        "speaking_seconds": state.speaking_seconds,
        "release_on_time": state.release_on_time,
    }


def stage(state: State) -> dict[str, dict[str, Any]]:
    """Which site feeds which slot, and what of it is forwarded; the media engine is driven by exactly this.

    A turn whose holder's line is lost goes on feeding its slot until the grace ends: where only the server was away,
    the sound never stops, and of a site that is truly away nothing comes.
    """
    slots: dict[str, dict[str, Any]] = {
        slot: {"site": "", "audio": False, "video": False} for slot in ("speaker", "chair", "floor", "screen")
    }
    if state.phase is Phase.PREPARING:
        return slots | _rehearsed(state)
    if state.phase is not Phase.IN_SESSION:
        return slots
    slots["chair"] = {"site": state.chair_site(), "audio": state.chair_microphone, "video": True}
    for slot, turn in state.turns.items():
        slots[slot] = {"site": turn.site, "audio": turn.microphone, "video": slot == "speaker"}
    if state.screen:
        slots["screen"] = {"site": state.screen, "audio": False, "video": True}
    return slots


def _rehearsed(state: State) -> dict[str, dict[str, Any]]:
    return {
        slot: {
            "site": site,
            "audio": site in state.rehearsal.microphones and state.place(site).connected,
            "video": state.place(site).connected,
        }
        for slot, site in state.rehearsal.stage.items()
    }


def _presentation(state: State) -> dict[str, Any]:
    shown = state.presentation
    if shown is None:
        return {"document": "", "page": 0, "by": "", "site": ""}
    return {"document": shown.document, "page": shown.page, "by": shown.by, "site": shown.site}


def _ballots(state: State, audience: Audience) -> dict[str, Any]:
    shown = [
        _ballot(state, one)
        for one in state.ballots.values()
        if one.status in ("open", "closed") or (audience in _OFFICE and one.status == "prepared")
    ]
    current = state.open_ballot()
    return {"open": current.id if current else "", "ballots": shown}


def _ballot(state: State, ballot: Ballot) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ballot": ballot.id,
        "item": ballot.item,
        "question": state.texts.get(ballot.question, ""),
        "choices": list(ballot.choices),
        "secret": ballot.secret,
        "status": ballot.status,
        "members": ballot.members,
        "present": ballot.present,
        "entitled": len(ballot.entitled),
    }
    if ballot.status == "open" and not ballot.secret:
        shown["voted"] = len(ballot.casts)  # how many, never what; a secret ballot does not even tell how many
    if ballot.status == "closed":
        voted = sum(ballot.totals)
        shown |= {
            "totals": list(ballot.totals),
            "voted": voted,
            "not_cast": len(ballot.entitled) - voted,
            "passed": bool(ballot.passed),
            "rule": ballot.rule,
        }
    return shown


def _names(state: State) -> dict[str, Any]:
    brief = state.setup
    people = {one.delegate: one.name for one in brief.delegates} | {one.guest: one.name for one in brief.guests}
    people |= {one.person: one.name for one in brief.delegates if one.person} | brief.names
    return {"people": people, "sites": {one.site: one.name for one in brief.sites}}


def _sites(state: State) -> list[dict[str, Any]]:
    rows = []
    for one in state.setup.sites:
        held, place = state.sites[one.site], state.place(one.site)
        rows.append(
            {
                "site": one.site,
                "name": one.name,
                "level": one.level,
                "parent": one.parent,
                "connected": place.connected,
                "since": place.since,
                "headcount": held.headcount,
                "site_chair": held.site_chair,
                "accepted": held.accepted,
            }
        )
    return rows


def _roll_call(state: State) -> list[dict[str, Any]]:
    rows = []
    for one in state.setup.delegates:
        seat = state.attendance[one.delegate]
        rows.append(
            {
                "delegate": one.delegate,
                "name": one.name,
                "position": one.position,
                "site": one.site,
                "votes": one.votes,
                "substitute": one.substitute,
                "status": seat.status,
                "own_account": seat.own_account,
                "person": one.person,
                "removed": not state.removed.isdisjoint({one.delegate, one.person}),
                "reason": state.texts.get(seat.reason, ""),
            }
        )
    return rows


def _conclusions(state: State) -> dict[str, Any]:
    return {
        "conclusions": [
            {"conclusion": id, "item": item, "text": state.texts.get(text, "")}
            for id, (item, text) in state.conclusions.items()
        ],
        "tasks": [
            {
                "task": one.id,
                "item": one.item,
                "text": state.texts.get(one.text, ""),
                "assignee": state.texts.get(one.assignee, ""),
                "due": one.due,
            }
            for one in state.tasks.values()
        ],
    }


def personal(state: State, actor: Actor, has_cast: bool = False) -> dict[str, Any]:
    """The section `me`: what concerns one connection alone. `has_cast`: already cast in the open secret ballot."""
    seat = state.attendance.get(actor.delegate)
    ballot = state.open_ballot()
    mandates = [actor.delegate] if ballot and actor.delegate in ballot.entitled else []
    me: dict[str, Any] = {
        "id": actor.id,
        "roles": sorted(actor.roles),
        "audience": audience_of(actor).value,
        "site": actor.site,
        "delegate": actor.delegate,
        "may": allowed(state, actor),
        "may_present": may_present(state, actor),
        "may_rehearse": may_lead(state, actor),
        "rehearsing": own_slot(state, actor),
        "check_in": {"status": seat.status, "code": seat.code} if seat else None,
        "mandates": mandates,
    }
    if ballot and mandates:
        me["cast"] = has_cast if ballot.secret else ballot.casts.get(actor.delegate, -1)
    held = state.sites.get(actor.site)
    if held is not None:
        place = state.place(actor.site)
        me["own_site"] = {
            "connected": place.connected,
            "endpoint": place.endpoint,
            "headcount": held.headcount,
            "mine": place.connected and place.endpoint == actor.id,
        }
    if actor.roles & {SittingRole.ROOM, SittingRole.SITE_CHAIR}:
        me["hall"] = [
            {
                "delegate": one.delegate,
                "name": one.name,
                "status": state.attendance[one.delegate].status,
                "code": state.attendance[one.delegate].code,
            }
            for one in state.setup.delegates
            if one.site == actor.site
        ]
    return me
