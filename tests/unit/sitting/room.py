"""A sitting played by its rules alone, in memory, so that tests read like a sitting."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from meetings.record.store import Entry, Head, seal
from meetings.sitting.actors import SYSTEM_ACTOR, Actor, Identity, actor_of
from meetings.sitting.brief import Brief, Delegate, Guest, Item, Rules, Site
from meetings.sitting.commands import COMMANDS
from meetings.sitting.decide import apply, decide, on_behalf_of, replay, system_decision
from meetings.sitting.events import Event
from meetings.sitting.progress import prepare
from meetings.sitting.registry import Context, Text
from meetings.sitting.rehearsal import set_aside
from meetings.sitting.roll_call import connect
from meetings.sitting.state import State

CHAIR = Identity("chair", person="chair", device="session-chair", own_account=True)
SECRETARY = Identity("secretary", person="secretary", device="session-secretary", own_account=True)
TECHNICIAN = Identity("tech", person="tech", device="session-tech", technician=True)


def person(number: int) -> Identity:
    """Delegate `d<number>` with their own account."""
    return Identity(f"p{number}", person=f"p{number}", device=f"session-{number}", own_account=True)


def hall(number: int) -> Identity:
    """The paired device of site `s<number>`."""
    return Identity(f"device-{number}", device=f"device-{number}", room_of=f"s{number}")


def setup(members: int = 6, sites: int = 3, **rules: Any) -> Brief:
    """`members` delegates over `sites` sites; `tech` and the assistant have no mandate."""
    return Brief(
        meeting="meeting",
        title="Phiên họp",
        starts_at=0,
        ends_at=10_000_000,
        conference=False,
        rules=Rules(members=members, **rules),
        hub_site="s0",
        chair="chair",
        secretary="secretary",
        sites=tuple(Site(site=f"s{one}", name=f"Điểm cầu {one}") for one in range(sites)),
        delegates=tuple(
            Delegate(delegate=f"d{one}", person=f"p{one}", site=f"s{one % sites}", name=f"Đại biểu {one}")
            for one in range(members)
        ),
        guests=(Guest(guest="g0", site="s1", name="Khách"),),
        items=(Item(item="i1", title="Một"), Item(item="i2", title="Hai")),
    )


@dataclass
class Room:
    """Commands in, events out; `now` is the clock, in ms."""

    brief: Brief = field(default_factory=setup)
    now: int = 1_000_000
    state: State = field(default_factory=lambda: State("meeting"))
    events: list[Event] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    #: The meeting's papers and their pages.
    papers: dict[str, int] = field(default_factory=lambda: {"paper": 4})
    secret: dict[str, list[int]] = field(default_factory=dict)
    secret_casts: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = itertools.count(1)
        self._head = Head(0, 0, bytes(32))
        self.system(lambda context: prepare(context, self.brief))

    def context(self, actor: Actor) -> Context:
        context = Context(
            self.state,
            actor,
            self.now,
            lambda: f"id-{next(self._ids)}",
            lambda: next(self._ids).to_bytes(16, "big"),
        )
        context.secret_casts = self.secret_casts
        context.papers = self.papers
        return context

    def system(self, rule: Any) -> None:
        decision = system_decision(self.context(SYSTEM_ACTOR), rule)
        events = set_aside(self.state, decision.events, self.now)
        self._keep(Entry("system", f"command-{next(self._ids)}", events, texts=decision.texts))

    def ask(self, who: Identity, name: str, **payload: Any) -> list[Event]:
        """Have a command decided and applied; its events. Raises Refusal."""
        actor = actor_of(self.state, who)
        assert actor is not None, "not in the sitting"
        command = COMMANDS[name].model_validate({key.rstrip("_"): value for key, value in payload.items()})
        context = self.context(actor)
        if name == "ballot.close" and payload["ballot"] in self.secret:
            counts = self.secret[payload["ballot"]]
            choices = len(self.state.ballots[payload["ballot"]].choices)
            totals = tuple(counts.count(one) for one in range(choices))
            context.secret_totals = (totals, len(self.secret_casts[payload["ballot"]]))
        decision = decide(context, name, command)
        if decision.secret_cast:
            cast = decision.secret_cast
            self.secret.setdefault(cast.ballot, []).append(cast.choice)
            self.secret_casts.setdefault(cast.ballot, set()).add(cast.mandate)
            return []
        behalf = on_behalf_of(self.state, actor, name)
        return self._keep(Entry(actor.id, f"command-{next(self._ids)}", decision.events, behalf, texts=decision.texts))

    def _keep(self, entry: Entry) -> list[Event]:
        self._head = seal("meeting", self._head, entry, self.now)
        self.state.texts.update({one.id: one.text for one in entry.texts})
        self.texts.extend(entry.texts)
        for event in entry.events:
            apply(self.state, event)
        self.events.extend(entry.events)
        return entry.events

    def replayed(self) -> State:
        return replay("meeting", self.events, self.texts)

    # -- whole steps -------------------------------------------------------------------------------------------

    def join(self, *sites: int) -> Room:
        for one in sites:
            self.system(lambda context, one=one: connect(context, f"s{one}", f"device-{one}"))
        return self

    def present(self, *numbers: int) -> Room:
        """Delegates check in with their own account and the secretary confirms them."""
        for one in numbers:
            self.ask(person(one), "roll_call.claim", delegate=f"d{one}")
        self.ask(SECRETARY, "roll_call.confirm_many", delegates=[f"d{one}" for one in numbers])
        return self

    def opened(self) -> Room:
        self.ask(CHAIR, "sitting.open")
        return self

    def hand(self, who: Identity, kind: str = "speech") -> str:
        """A raised hand; the request's id."""
        (event,) = self.ask(who, "floor.request", kind=kind)
        return str(event.payload["request"])

    def ballot(self, secret: bool = False) -> str:
        """A prepared and opened ballot; its id."""
        (event,) = self.ask(CHAIR, "ballot.prepare", question="Thông qua?", secret=secret)
        id = str(event.payload["ballot"])
        self.secret.update({id: []} if secret else {})
        self.secret_casts.update({id: set()} if secret else {})
        self.ask(CHAIR, "ballot.open", ballot=id)
        return id

    def cast(self, number: int, ballot: str, choice: int) -> None:
        self.ask(person(number), "ballot.cast", ballot=ballot, mandate=f"d{number}", choice=choice)
