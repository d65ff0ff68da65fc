"""Every role × command × phase × own or other site × acting for the chair, against one table of their own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from meetings.errors import Forbidden, Refusal
from meetings.sitting.actors import Actor, Identity, SittingRole
from meetings.sitting.commands import COMMANDS, parse
from meetings.sitting.decide import decide
from meetings.sitting.permissions import Acting, acting_for_chair, check
from meetings.sitting.state import Phase, State
from tests.unit.sitting.room import CHAIR, SECRETARY, Room, person

P, S, R, X = Phase.PREPARING, Phase.IN_SESSION, Phase.RECESS, Phase.STOPPED
HALLS, PAPER = {P, S, R}, {S, R, X}

#: command → (roles by first letters, phases, how secretary and assistant press for the chair, at whose site)
#: The last: "" names nothing of a site, "any" at every site, "rl permission.site" these roles at their own site alone.
#: c chair, a assistant, t secretary (thư ký), k technician, r room, l site chair, d delegate, g guest, o observer
TABLE: dict[str, tuple[str, set[Phase], str, str]] = {
    "sitting.open": ("c", {P}, "by_order", ""),
    "sitting.recess": ("c", {S}, "by_order", ""),
    "sitting.resume": ("c", {R}, "by_order", ""),
    "sitting.stop_secret": ("catk", HALLS, "never", ""),
    "sitting.clear": ("c", {X}, "by_order", ""),
    "sitting.adjourn": ("c", {S, R, X}, "by_order", ""),
    "chair.hand_over": ("c", HALLS, "never", ""),
    "chair.name_assistant": ("c", HALLS, "never", ""),
    "chair.dismiss_assistant": ("c", HALLS, "never", ""),
    "site.report": ("rlt", HALLS, "never", "rl permission.site"),
    "roll_call.claim": ("do", HALLS, "never", "do permission.site"),
    "roll_call.confirm_at_site": ("rl", HALLS, "never", "rl permission.site"),
    "roll_call.accept_list": ("t", HALLS, "never", "any"),
    "roll_call.mark": ("t", HALLS, "never", "any"),
    "roll_call.confirm_many": ("t", HALLS, "never", "any"),
    "participant.remove": ("ct", HALLS, "never", "any"),
    "participant.readmit": ("ct", HALLS, "never", ""),
    "agenda.advance": ("c", {S}, "direct", ""),
    "agenda.skip": ("c", {S}, "direct", ""),
    "agenda.extend": ("c", {S}, "direct", ""),
    "floor.request": ("drg", {S}, "never", ""),
    "floor.withdraw": ("drg", {S}, "never", "drg floor.not_yours"),
    "floor.grant": ("c", {S}, "direct", "any"),
    "floor.invite": ("c", {S}, "direct", "any"),
    "floor.move": ("c", {S}, "direct", "any"),
    "floor.release": ("drg", {S}, "never", "drg floor.not_yours"),
    "floor.revoke": ("c", {S}, "direct", "any"),
    "floor.extend": ("c", {S}, "direct", "any"),
    "floor.set_time": ("c", HALLS, "direct", ""),
    "microphone.open": ("drgc", {S}, "never", "drg microphone.no_floor"),
    "microphone.close": ("drgc", {S}, "never", "drg microphone.no_floor"),
    "microphone.mute": ("c", {S}, "direct", "any"),
    "microphone.mute_all": ("c", {S}, "direct", ""),
    "presentation.start": ("ctdrg", {S}, "never", "drg presentation.no_floor"),
    "presentation.turn": ("ctdrg", {S}, "never", "drg presentation.no_floor"),
    "presentation.stop": ("ctdrg", {S}, "never", "drg presentation.no_floor"),
    "screen.start": ("ctdrg", {S}, "never", "drg presentation.no_floor"),
    "screen.stop": ("ctdrg", {S}, "never", "drg screen.not_yours"),
    "recording.start": ("c", {S}, "by_order", ""),
    "recording.stop": ("c", {S, R}, "by_order", ""),
    "ballot.prepare": ("cta", HALLS, "never", ""),
    "ballot.open": ("c", {S}, "by_order", ""),
    "ballot.cast": ("d", {S}, "never", "d ballot.not_yours"),
    "ballot.close": ("c", {S}, "by_order", ""),
    "ballot.cancel": ("c", {S}, "by_order", ""),
    "note.save": ("t", PAPER, "never", ""),
    "conclusion.record": ("c", PAPER, "by_order", ""),
    "conclusion.withdraw": ("c", PAPER, "by_order", ""),
    "task.assign": ("ct", PAPER, "never", ""),
    "task.withdraw": ("ct", PAPER, "never", ""),
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
    for name, (letters, phases, pressing, _) in TABLE.items():
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


@dataclass
class Scene:
    """A sitting in session in which site `site` has everything that a command can name."""

    room: Room
    site: str
    number: int
    request: str
    turn: str
    ballot: str

    def payload(self, name: str) -> dict[str, object]:
        delegate, claimed = f"d{self.number}", f"d{self.number + 3}"
        named: dict[str, dict[str, object]] = {
            "site.report": {"site": self.site, "headcount": 3},
            "roll_call.claim": {"delegate": delegate},
            "roll_call.confirm_at_site": {"delegate": claimed},
            "roll_call.accept_list": {"site": self.site},
            "roll_call.mark": {"delegate": delegate, "status": "absent"},
            "roll_call.confirm_many": {"delegates": [claimed]},
            "participant.remove": {"person": f"p{self.number}", "reason": "Lý do"},
            "floor.withdraw": {"request": self.request},
            "floor.grant": {"request": self.request, "holder": self.turn},
            "floor.invite": {"site": self.site, "holder": self.turn},
            "floor.move": {"request": self.request},
            "floor.release": {"turn": self.turn},
            "floor.revoke": {"turn": self.turn},
            "floor.extend": {"turn": self.turn, "seconds": 60},
            "microphone.mute": {"site": self.site},
            "presentation.start": {"document": "paper", "page": 3},
            "presentation.turn": {"document": "paper", "page": 2},
            "ballot.cast": {"ballot": self.ballot, "mandate": delegate, "choice": 0},
        }
        return named.get(name, {})


def scene(name: str, own: bool, letter: str) -> Scene:
    """What `name` acts on, at the asker's site `s1` or at `s2`; a guest's and a room's things name no delegate."""
    number = 1 if own else 2
    site, nameless = f"s{number}", own and letter in "gr"
    owner = Identity("guest", guest="g0") if nameless else person(number)
    room = Room().join(0, 1, 2).present(0, 1, 2, 3).opened()
    for waiting in (4, 5):
        room.ask(person(waiting), "roll_call.claim", delegate=f"d{waiting}")
    request = room.hand(owner)
    delegate = "" if nameless else f"d{number}"
    (given,) = room.ask(CHAIR, "floor.invite", site=site, delegate=delegate)
    ballot = room.ballot()
    room.ask(SECRETARY, "presentation.start", document="paper", page=1)
    if name == "roll_call.claim":
        room.ask(SECRETARY, "roll_call.mark", delegate=f"d{number}", status="unmarked")
    if name == "screen.stop":
        room.state.screen = site
    return Scene(room, site, number, request, str(given.payload["turn"]), ballot)


def asker(letter: str) -> Actor:
    """Somebody of site `s1` with the one role."""
    mandate = "d1" if letter == "d" else ""
    return Actor("someone", frozenset({LETTERS[letter]}), "s1", mandate, device="session-1" if mandate else "else")


@pytest.mark.parametrize("name", [name for name, (*_, reach) in TABLE.items() if reach])
def test_each_role_acts_at_its_own_site_or_at_others_as_the_table_says(name: str) -> None:
    letters, phases, pressing, reach = TABLE[name]
    bound, _, refused = reach.partition(" ") if reach != "any" else ("", "", "")
    for letter, own in itertools.product(LETTERS, (True, False)):
        played = scene(name, own, letter)
        command = parse(name, played.payload(name))
        by_role = letter in letters or (letter in "at" and pressing != "never")
        for phase in Phase:
            played.room.state.phase = phase
            try:
                decide(played.room.context(asker(letter)), name, command)
                outcome = "allowed"
            except Refusal as refusal:
                outcome = refusal.id
            if not by_role:
                expected = "permission.role"
            elif phase not in phases:
                expected = "sitting.phase"
            else:
                expected = refused if letter in bound and not own else "allowed"
            assert outcome == expected, (name, letter, phase, "own" if own else "other")


def test_what_names_a_site_or_somebody_at_one_has_a_reach() -> None:
    naming = {"site", "delegate", "delegates", "request", "turn", "mandate"}
    for name, model in COMMANDS.items():
        if naming & set(model.model_fields):
            assert TABLE[name][3], name
