"""Who may ask what, and when: one table that a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Actor, SittingRole
from meetings.sitting.state import Phase, State


class Acting(StrEnum):
    """How a chair's command is recorded when the secretary or an assistant presses for the chair."""

    NEVER = "never"
    DIRECT = "direct"  # on behalf of the chair
    BY_ORDER = "by_order"  # theo lệnh của chủ trì


@dataclass(frozen=True, slots=True)
class Rule:
    roles: frozenset[SittingRole]
    phases: frozenset[Phase]
    acting: Acting = Acting.NEVER


_R = SittingRole
_P = Phase
_PRESSING = frozenset({_R.SECRETARY, _R.ASSISTANT})
_LIVE = frozenset({_P.IN_SESSION})
_BEFORE = frozenset({_P.PREPARING})
_HALLS = frozenset({_P.PREPARING, _P.IN_SESSION, _P.RECESS})
_NOT_ENDED = _HALLS | {_P.STOPPED}
_PAPER = frozenset({_P.IN_SESSION, _P.RECESS, _P.STOPPED})
_CHAIR = frozenset({_R.CHAIR})
_OFFICE = frozenset({_R.CHAIR, _R.SECRETARY})
_SPEAKERS = frozenset({_R.DELEGATE, _R.ROOM, _R.GUEST})
_HALL = frozenset({_R.ROOM, _R.SITE_CHAIR})

RULES: dict[str, Rule] = {
    "sitting.open": Rule(_CHAIR, _BEFORE, Acting.BY_ORDER),
    "sitting.recess": Rule(_CHAIR, _LIVE, Acting.BY_ORDER),
    "sitting.resume": Rule(_CHAIR, frozenset({_P.RECESS}), Acting.BY_ORDER),
    "sitting.stop_secret": Rule(_OFFICE | {_R.ASSISTANT, _R.TECHNICIAN}, _HALLS),
    "sitting.clear": Rule(_CHAIR, frozenset({_P.STOPPED}), Acting.BY_ORDER),
    "sitting.adjourn": Rule(_CHAIR, frozenset({_P.IN_SESSION, _P.RECESS, _P.STOPPED}), Acting.BY_ORDER),
    "chair.hand_over": Rule(_CHAIR, _HALLS),
    "chair.name_assistant": Rule(_CHAIR, _HALLS),
    "chair.dismiss_assistant": Rule(_CHAIR, _HALLS),
    "site.report": Rule(_HALL | {_R.SECRETARY}, _HALLS),
    "roll_call.claim": Rule(frozenset({_R.DELEGATE, _R.OBSERVER}), _HALLS),
    "roll_call.confirm_at_site": Rule(_HALL, _HALLS),
    "roll_call.accept_list": Rule(frozenset({_R.SECRETARY}), _HALLS),
    "roll_call.mark": Rule(frozenset({_R.SECRETARY}), _HALLS),
    "roll_call.confirm_many": Rule(frozenset({_R.SECRETARY}), _HALLS),
    "participant.remove": Rule(_OFFICE, _HALLS),
    "participant.readmit": Rule(_OFFICE, _HALLS),
    "agenda.advance": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "agenda.skip": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "agenda.extend": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "floor.request": Rule(_SPEAKERS, _LIVE),
    "floor.withdraw": Rule(_SPEAKERS, _LIVE),
    "floor.grant": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "floor.invite": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "floor.move": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "floor.release": Rule(_SPEAKERS, _LIVE),
    "floor.revoke": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "floor.extend": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "floor.set_time": Rule(_CHAIR, _HALLS, Acting.DIRECT),
    "microphone.open": Rule(_SPEAKERS | _CHAIR, _LIVE),
    "microphone.close": Rule(_SPEAKERS | _CHAIR, _LIVE),
    "microphone.mute": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "microphone.mute_all": Rule(_CHAIR, _LIVE, Acting.DIRECT),
    "presentation.start": Rule(_OFFICE | _SPEAKERS, _LIVE),
    "presentation.turn": Rule(_OFFICE | _SPEAKERS, _LIVE),
    "presentation.stop": Rule(_OFFICE | _SPEAKERS, _LIVE),
    "screen.start": Rule(_OFFICE | _SPEAKERS, _LIVE),
    "screen.stop": Rule(_OFFICE | _SPEAKERS, _LIVE),
    "recording.start": Rule(_CHAIR, _LIVE, Acting.BY_ORDER),
    "recording.stop": Rule(_CHAIR, frozenset({_P.IN_SESSION, _P.RECESS}), Acting.BY_ORDER),
    "ballot.prepare": Rule(_OFFICE | {_R.ASSISTANT}, _HALLS),
    "ballot.open": Rule(_CHAIR, _LIVE, Acting.BY_ORDER),
    "ballot.cast": Rule(frozenset({_R.DELEGATE}), _LIVE),
    "ballot.close": Rule(_CHAIR, _LIVE, Acting.BY_ORDER),
    "ballot.cancel": Rule(_CHAIR, _LIVE, Acting.BY_ORDER),
    "note.save": Rule(frozenset({_R.SECRETARY}), _PAPER),
    "conclusion.record": Rule(_CHAIR, _PAPER, Acting.BY_ORDER),
    "conclusion.withdraw": Rule(_CHAIR, _PAPER, Acting.BY_ORDER),
    "task.assign": Rule(_OFFICE, _PAPER),
    "task.withdraw": Rule(_OFFICE, _PAPER),
}

_PHASE_WORDS = {
    Phase.PREPARING: "chưa khai mạc",
    Phase.IN_SESSION: "đang diễn ra",
    Phase.RECESS: "đang tạm nghỉ",
    Phase.STOPPED: "đang dừng vì nội dung mật",
    Phase.ADJOURNED: "đã bế mạc",
}


def acting_for_chair(actor: Actor, name: str) -> Acting:
    """How `actor` issues a chair's command: NEVER where the actor does so in their own right."""
    rule = RULES[name]
    if actor.roles & rule.roles or not actor.roles & _PRESSING:
        return Acting.NEVER
    return rule.acting


def check(state: State, name: str, actor: Actor) -> None:
    """Let the command pass, or refuse it.

    Raises:
        Forbidden: none of the actor's roles may ask this.
        Refusal: the sitting is in a phase where nobody may.
    """
    rule = RULES[name]
    if not (actor.roles & rule.roles) and acting_for_chair(actor, name) is Acting.NEVER:
        raise Forbidden("permission.role", "Vai trò của quý vị trong cuộc họp không có quyền thực hiện việc này.")
    if state.phase not in rule.phases:
        words = _PHASE_WORDS[state.phase]
        raise Refusal("sitting.phase", f"Chưa thực hiện được vì cuộc họp {words}.", phase=state.phase.value)


def allowed(state: State, actor: Actor) -> list[str]:
    """The commands that the table lets `actor` ask now, in the table's order."""
    return list(_allowed(state.phase, actor.roles))


@cache
def _allowed(phase: Phase, roles: frozenset[SittingRole]) -> tuple[str, ...]:
    pressing = bool(roles & _PRESSING)
    return tuple(
        name
        for name, rule in RULES.items()
        if phase in rule.phases and (roles & rule.roles or (pressing and rule.acting is not Acting.NEVER))
    )
