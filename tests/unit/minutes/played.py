"""A short sitting played by the rules themselves, sealed as the record keeps it. Its people are sample data."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from meetings.ids import new_id
from meetings.minutes.draft import Sources
from meetings.record.chain import GENESIS
from meetings.record.store import Entry, Head, Note, seal
from meetings.sitting import progress, roll_call
from meetings.sitting.actors import SYSTEM_ACTOR, Actor, Identity, actor_of
from meetings.sitting.brief import Brief, Delegate, Item, Rules, Site
from meetings.sitting.commands import COMMANDS
from meetings.sitting.decide import apply, decide, on_behalf_of
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, SecretCast, Text
from meetings.sitting.state import State

STARTS = 1_795_400_000_000


def brief(meeting: str) -> Brief:
    return Brief(
        meeting=meeting,
        title="Phiên họp thường kỳ mẫu",
        starts_at=STARTS,
        ends_at=STARTS + 3_600_000,
        conference=False,
        rules=Rules(members=3, quorum=(2, 3), majority_base="members"),
        hub_site="s1",
        chair="p-chair",
        secretary="p-secretary",
        sites=(Site(site="s1", name="Điểm cầu trung tâm"), Site(site="s2", name="Điểm cầu xã Mẫu")),
        delegates=(
            Delegate(delegate="d1", person="p-chair", site="s1", name="Nguyễn Văn Mẫu", position="Chủ tịch"),
            Delegate(delegate="d2", person="p2", site="s1", name="Trần Thị Mẫu", position="Ủy viên"),
            Delegate(delegate="d3", person="p3", site="s2", name="Phạm Văn Mẫu", position="Ủy viên", site_chair=True),
        ),
        items=(
            Item(item="i1", title="Báo cáo mẫu", presenter="Trần Thị Mẫu"),
            Item(item="i2", title="Nội dung bỏ qua"),
        ),
        names={"p-secretary": "Lê Thị Mẫu"},
    )


@dataclass
class Played:
    """A sitting in memory: its state, sealed entries and texts."""

    meeting: str = field(default_factory=new_id)
    entries: list[Entry] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    now: int = STARTS

    def __post_init__(self) -> None:
        self.state = State(self.meeting)
        self.last = Head(0, 0, GENESIS)
        self._ids = itertools.count(1)
        context = self.context(SYSTEM_ACTOR)
        self.keep("system", progress.prepare(context, brief(self.meeting)), context.texts)

    def context(self, actor: Actor) -> Context:
        return Context(self.state, actor, self.now, new_id, lambda: bytes(16))

    def keep(
        self, actor: str, drafts: list[Draft], texts: list[Text], behalf: str = "", note: Note | None = None
    ) -> int:
        entry = Entry(actor, f"c{next(self._ids)}", drafts, behalf, texts=texts, note=note)
        self.last = seal(self.meeting, self.last, entry, self.now)
        self.entries.append(entry)
        self.texts += texts
        self.state.texts.update({one.id: one.text for one in texts})
        for event in entry.events:
            apply(self.state, event)
        self.now += 60_000
        return self.last.seq

    def say(self, person: str, name: str, **payload: object) -> int:
        """`person` gives the command `name`; the number of its last event."""
        actor = actor_of(self.state, Identity(person, person=person, device=person, own_account=True))
        assert actor is not None
        command = COMMANDS[name].model_validate(payload)
        context = self.context(actor)
        decision = decide(context, name, command)
        assert not isinstance(decision, SecretCast)
        note = None
        if name == "note.save":
            text = str(payload["text"])
            note = Note(str(payload["item"]), 1, person, text)
            self.notes[note.item] = text
        return self.keep(person, decision.events, decision.texts, on_behalf_of(self.state, actor, name), note)

    @property
    def events(self) -> list[Event]:
        return [event for entry in self.entries for event in entry.events]

    def sources(self) -> Sources:
        texts = {one.id: one.text for one in self.texts}
        return Sources(self.meeting, self.events, texts, self.notes, self.last.hash.hex())


def whole_sitting(assignee: str = "=Sở Mẫu") -> tuple[Played, dict[str, int]]:
    """From roll call to adjournment, and the numbers of some of its events. An assignee may begin like a formula."""
    sitting = Played()
    say, seq = sitting.say, dict[str, int]()
    for site in ("s1", "s2"):
        sitting.keep("system", roll_call.connect(sitting.context(SYSTEM_ACTOR), site, f"e-{site}"), [])
    seq["report"] = say("p-secretary", "site.report", site="s2", headcount=7, site_chair="d3")
    say("p-secretary", "roll_call.mark", delegate="d1", status="in_person")
    say("p-secretary", "roll_call.mark", delegate="d3", status="online")
    seq["absent"] = say("p-secretary", "roll_call.mark", delegate="d2", status="absent", reason="đi công tác")
    seq["open"] = say("p-secretary", "sitting.open")
    seq["item"] = say("p-chair", "agenda.advance", **{"from": "", "to": "i1"})
    seq["note"] = say("p-secretary", "note.save", item="i1", revision=0, text="Nghe báo cáo.\nThảo luận kỹ.")
    seq["floor"] = say("p-chair", "floor.invite", site="s2", delegate="d3")
    say("p-chair", "ballot.prepare", question="Thông qua báo cáo", item="i1")
    ballot = next(iter(sitting.state.ballots))
    say("p-chair", "ballot.open", ballot=ballot)
    say("p-chair", "ballot.cast", ballot=ballot, mandate="d1", choice=0)
    say("p3", "ballot.cast", ballot=ballot, mandate="d3", choice=0)
    seq["ballot"] = say("p-chair", "ballot.close", ballot=ballot)
    seq["conclusion"] = say("p-chair", "conclusion.record", item="i1", text="Thống nhất báo cáo.")
    seq["withdrawn"] = say("p-chair", "conclusion.record", item="i1", text="Kết luận sai.")
    wrong = list(sitting.state.conclusions)[-1]
    say("p-chair", "conclusion.withdraw", conclusion=wrong)
    say("p-secretary", "task.assign", item="i1", text="Hoàn thiện", assignee=assignee, due="2026-12-05")
    say("p-chair", "agenda.skip", item="i2", reason="hết giờ")
    seq["adjourn"] = say("p-chair", "sitting.adjourn")
    return sitting, seq
