"""Every role × command × phase × acting for the chair, against a table written apart from the code's."""

from __future__ import annotations

import itertools

import pytest

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Actor, SittingRole
from meetings.sitting.commands import COMMANDS
from meetings.sitting.permissions import Acting, acting_for_chair, check
from meetings.sitting.state import Phase, State

P, S, R, X = Phase.PREPARING, Phase.IN_SESSION, Phase.RECESS, Phase.STOPPED
HALLS, PAPER = {P, S, R}, {S, R, X}

#: command → (roles by first letters, phases, how secretary and assistant press for the chair)
#: c chair, a assistant, t secretary (thư ký), k technician, r room, l site chair, d delegate, g guest, o observer
TABLE: dict[str, tuple[str, set[Phase], str]] = {
    "sitting.open": ("c", {P}, "by_order"),
    "sitting.recess": ("c", {S}, "by_order"),
    "sitting.resume": ("c", {R}, "by_order"),
    "sitting.stop_secret": ("catk", HALLS, "never"),
    "sitting.clear": ("c", {X}, "by_order"),
    "sitting.adjourn": ("c", {S, R, X}, "by_order"),
    "chair.hand_over": ("c", HALLS, "never"),
    "chair.name_assistant": ("c", HALLS, "never"),
    "chair.dismiss_assistant": ("c", HALLS, "never"),
    "site.report": ("rlt", HALLS, "never"),
    "roll_call.claim": ("do", HALLS, "never"),
    "roll_call.confirm_at_site": ("rl", HALLS, "never"),
    "roll_call.accept_list": ("t", HALLS, "never"),
    "roll_call.mark": ("t", HALLS, "never"),
    "roll_call.confirm_many": ("t", HALLS, "never"),
    "participant.remove": ("ct", HALLS, "never"),
    "participant.readmit": ("ct", HALLS, "never"),
    "agenda.advance": ("c", {S}, "direct"),
    "agenda.skip": ("c", {S}, "direct"),
    "agenda.extend": ("c", {S}, "direct"),
    "floor.request": ("drg", {S}, "never"),
    "floor.withdraw": ("drg", {S}, "never"),
    "floor.grant": ("c", {S}, "direct"),
    "floor.invite": ("c", {S}, "direct"),
    "floor.move": ("c", {S}, "direct"),
    "floor.release": ("drg", {S}, "never"),
    "floor.revoke": ("c", {S}, "direct"),
    "floor.extend": ("c", {S}, "direct"),
    "floor.set_time": ("c", HALLS, "direct"),
    "microphone.open": ("drgc", {S}, "never"),
    "microphone.close": ("drgc", {S}, "never"),
    "microphone.mute": ("c", {S}, "direct"),
    "microphone.mute_all": ("c", {S}, "direct"),
    "presentation.start": ("ctdrg", {S}, "never"),
    "presentation.turn": ("ctdrg", {S}, "never"),
    "presentation.stop": ("ctdrg", {S}, "never"),
    "screen.start": ("ctdrg", {S}, "never"),
    "screen.stop": ("ctdrg", {S}, "never"),
    "ballot.prepare": ("cta", HALLS, "never"),
    "ballot.open": ("c", {S}, "by_order"),
    "ballot.cast": ("d", {S}, "never"),
    "ballot.close": ("c", {S}, "by_order"),
    "ballot.cancel": ("c", {S}, "by_order"),
    "note.save": ("t", PAPER, "never"),
    "conclusion.record": ("c", PAPER, "by_order"),
    "conclusion.withdraw": ("c", PAPER, "by_order"),
    "task.assign": ("ct", PAPER, "never"),
    "task.withdraw": ("ct", PAPER, "never"),
}
LETTERS = {
    "c": SittingRole.CHAIR,
    "a": SittingRole.ASSISTANT,
    "t": SittingRole.SECRETARY,
    "k": SittingRole.TECHNICIAN,
    "r": SittingRole.ROOM,
    "l": SittingRole.SITE_CHAIR,
    "d": SittingRole.DELEGATE,
    "g": SittingRole.GUEST,
    "o": SittingRole.OBSERVER,
}


def test_the_table_has_a_row_for_every_command_and_a_letter_for_every_role() -> None:
    assert set(TABLE) == set(COMMANDS)
    assert set(LETTERS.values()) == set(SittingRole) - {SittingRole.SYSTEM}


@pytest.mark.parametrize("letter", LETTERS)
def test_each_role_may_ask_what_the_table_says_and_when(letter: str) -> None:
    actor = Actor("someone", frozenset({LETTERS[letter]}), "s1")
    for name, (letters, phases, pressing) in TABLE.items():
        for phase in Phase:
            state = State("meeting", phase=phase)
            presses = letter in "at" and letter not in letters and pressing != "never"
            try:
                check(state, name, actor)
                outcome = "allowed"
            except Forbidden:
                outcome = "forbidden"
            except Refusal as refusal:
                outcome = refusal.id
            by_role = letter in letters or presses
            expected = "forbidden" if not by_role else "allowed" if phase in phases else "sitting.phase"
            assert outcome == expected, (name, letter, phase)
            assert acting_for_chair(actor, name) == (Acting(pressing) if presses else Acting.NEVER), (name, letter)


def test_many_roles_may_what_any_of_them_may() -> None:
    both = Actor("someone", frozenset({SittingRole.DELEGATE, SittingRole.CHAIR}), "s1")
    state = State("meeting", phase=Phase.IN_SESSION)
    for name in ("ballot.cast", "ballot.close", "floor.request"):
        check(state, name, both)


def test_nobody_without_a_role_may_anything() -> None:
    for name, phase in itertools.product(TABLE, Phase):
        with pytest.raises(Forbidden):
            check(State("meeting", phase=phase), name, Actor("nobody", frozenset()))
