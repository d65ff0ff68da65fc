"""The state of a sitting: what folding its events gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from meetings.sitting.brief import Brief, Delegate, Rules

SYSTEM = "system"


class Phase(StrEnum):
    PREPARING = "preparing"
    IN_SESSION = "in_session"
    RECESS = "recess"
    #: Stopped because state secrets came up; nothing is forwarded.
    STOPPED = "stopped"
    ADJOURNED = "adjourned"


@dataclass(slots=True)
class SiteState:
    """A site in the room. `endpoint` is the device or connection that holds the site's place."""

    connected: bool = False
    endpoint: str = ""
    since: int = 0
    headcount: int = 0
    site_chair: str = ""
    accepted: bool = False
    taken_over_at: int = 0


_NOBODY = SiteState()


@dataclass(slots=True)
class Attendance:
    """One mandate's roll call: unmarked → claimed → confirmed_at_site → present, or absent."""

    status: str = "unmarked"  # unmarked, claimed, confirmed_at_site, in_person, online, absent
    device: str = ""
    code: str = ""
    own_account: bool = False
    reason: str = ""  # a text's id
    at: int = 0

    @property
    def present(self) -> bool:
        return self.status in ("in_person", "online")


@dataclass(slots=True)
class ItemState:
    status: str = "pending"  # pending, current, done, skipped
    spent_ms: int = 0
    started_at: int = 0
    extra_minutes: int = 0


@dataclass(slots=True)
class Request:
    """A raised hand, in the server's order."""

    id: str
    site: str
    delegate: str
    kind: str  # speech, point_of_order
    at: int


@dataclass(slots=True)
class Turn:
    """Someone's time on the floor, in slot `speaker` or (a point of order) `floor`."""

    id: str
    slot: str
    site: str
    delegate: str
    granted_at: int
    ends_at: int  # 0: no limit
    microphone: bool = False
    lost_at: int = 0


@dataclass(slots=True)
class Ballot:
    id: str
    item: str
    question: str  # a text's id
    choices: tuple[str, ...]
    secret: bool
    status: str = "prepared"  # prepared, open, closed, cancelled
    entitled: frozenset[str] = frozenset()
    members: int = 0
    present: int = 0
    casts: dict[str, int] = field(default_factory=dict)  # open ballots: mandate → choice
    totals: tuple[int, ...] = ()
    passed: int = 0
    rule: str = ""
    opened_at: int = 0
    closed_at: int = 0


@dataclass(slots=True)
class Presentation:
    document: str
    page: int
    by: str
    site: str


@dataclass(slots=True)
class Recording:
    """The recording of the stage that runs, or how the last one ended."""

    id: str = ""  # empty: none runs
    since: int = 0
    ended: str = ""  # cause: asked, secret, sitting, failed


@dataclass(slots=True)
class Task:
    id: str
    item: str
    text: str  # a text's id
    assignee: str
    due: str  # ISO date, or empty


@dataclass(slots=True)
class Rehearsal:
    """What goes on before the opening (tổng duyệt). Memory of the meeting's home; nothing of it is recorded."""

    places: dict[str, SiteState] = field(default_factory=dict)  # who is there, by site
    stage: dict[str, str] = field(default_factory=dict)  # slot → site
    microphones: set[str] = field(default_factory=set)  # sites that opened theirs


@dataclass(slots=True)
class State:
    """Everything that matters in a sitting. Only `decide.apply` changes it, but for the rehearsal."""

    meeting: str
    seq: int = 0
    at: int = 0
    phase: Phase = Phase.PREPARING
    brief: Brief | None = None
    chair: str = ""
    secretary: str = ""
    #: Whom the calendar named as chair since the opening; empty once the chair was handed to them.
    designated: str = ""
    #: Who chaired before and handed over; they stay in the sitting.
    chaired: frozenset[str] = frozenset()
    assistants: frozenset[str] = frozenset()
    opened_at: int = 0
    adjourned_at: int = 0
    recess_until: int = 0
    #: The sitting resumes by itself when the recess is over.
    recess_resumes: bool = False
    sites: dict[str, SiteState] = field(default_factory=dict)
    attendance: dict[str, Attendance] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    current_item: str = ""
    items: dict[str, ItemState] = field(default_factory=dict)
    queue: list[Request] = field(default_factory=list)
    turns: dict[str, Turn] = field(default_factory=dict)  # slot → turn
    #: Speaking time of a turn that names none, in seconds; 0: no limit.
    speaking_seconds: int = 300
    #: A turn ends by itself when its time is over.
    release_on_time: bool = False
    chair_microphone: bool = True
    presentation: Presentation | None = None
    screen: str = ""  # the sharing site
    recording: Recording = field(default_factory=Recording)
    ballots: dict[str, Ballot] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)  # item → revision
    conclusions: dict[str, tuple[str, str]] = field(default_factory=dict)  # id → (item, text id)
    tasks: dict[str, Task] = field(default_factory=dict)
    #: Free texts by id; a redacted text is missing.
    texts: dict[str, str] = field(default_factory=dict)

    #: Not a fact, so two states that differ in it alone are equal.
    rehearsal: Rehearsal = field(default_factory=Rehearsal, compare=False)

    @property
    def setup(self) -> Brief:
        """The brief of a prepared sitting."""
        if self.brief is None:
            raise LookupError("the sitting has not been prepared")
        return self.brief

    @property
    def rules(self) -> Rules:
        return self.setup.rules

    def place(self, site: str) -> SiteState:
        """Who holds a site's place now: before the opening as the rehearsal knows it, afterwards as recorded."""
        if self.opened_at:
            return self.sites.get(site, _NOBODY)
        return self.rehearsal.places.get(site, _NOBODY)

    def delegate(self, id: str) -> Delegate | None:
        return next((one for one in self.setup.delegates if one.delegate == id), None)

    def open_ballot(self) -> Ballot | None:
        return next((one for one in self.ballots.values() if one.status == "open"), None)

    def chair_site(self) -> str:
        """The site where whoever chairs sits: their own as a delegate, else the hub."""
        for one in self.setup.delegates:
            if one.person == self.chair:
                return one.site
        return self.setup.hub_site

    def may_vote(self, one: Delegate) -> bool:
        """Whether a mandate may vote: attendance confirmed, with a vote; a substitute only where the body says so."""
        seat = self.attendance.get(one.delegate)
        allowed = one.votes and (not one.substitute or self.rules.substitutes_vote)
        return allowed and seat is not None and seat.present and one.delegate not in self.removed

    def present_members(self) -> int:
        """Mandates of the body whose attendance is confirmed (the legal quorum, never the presence of sites)."""
        return sum(1 for one in self.setup.delegates if self.may_vote(one))

    def quorum_met(self) -> bool:
        if self.rules.quorum is None:
            return True
        numerator, denominator = self.rules.quorum
        return self.present_members() * denominator >= self.rules.members * numerator
