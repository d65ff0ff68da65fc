"""What somebody asks the calendar for: a meeting's set-up, checked before any of it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from meetings.calendar.conflicts import LONGEST
from meetings.calendar.tables import Urgency
from meetings.errors import Invalid


@dataclass(frozen=True, slots=True)
class Place:
    """A site by the names of the meeting's day."""

    site: str
    unit: str
    name: str
    level: str = ""
    parent: str = ""
    receive_only: bool = False


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who calls the meeting: the person, their unit and its standing (a smaller rank is higher)."""

    person: str
    unit: str
    rank: int
    #: The province's administrators may take places from any unit.
    overrides_all: bool = False


@dataclass(frozen=True, slots=True)
class DelegateSetup:
    """A delegate to seat; `id` is set for one who is already there and stays."""

    site: str
    name: str
    person: str = ""
    title: str = ""
    votes: bool = True
    site_chair: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class GuestSetup:
    name: str
    site: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class MeetingSetup:
    """Everything a meeting is made of but its agenda; times are UTC milliseconds."""

    title: str
    starts_at: int
    ends_at: int
    hub_site: str
    chair: str
    chair_name: str
    secretary: str
    secretary_name: str
    sites: tuple[Place, ...]
    body: str | None = None
    urgency: Urgency = Urgency.NORMAL
    urgency_reason: str = ""

    @property
    def urgent(self) -> bool:
        return self.urgency is not Urgency.NORMAL

    def resources(self) -> dict[str, str]:
        """What the meeting takes while it lasts, each with the words that name it to people."""
        taken = {f"s:{place.site}": f"điểm cầu {place.name}" for place in self.sites}
        taken[f"p:{self.secretary}"] = f"thư ký {self.secretary_name}".strip()
        taken[f"p:{self.chair}"] = f"chủ trì {self.chair_name}".strip()
        return taken

    def check(self, now: int) -> None:
        """Refuse a set-up that could never be a meeting, or is over by `now`.

        Raises:
            Invalid: `details.fields` names the field, as for a malformed request.
        """
        if not self.title.strip():
            raise _wrong("title", "Hãy nhập tên cuộc họp.")
        if self.ends_at <= self.starts_at:
            raise _wrong("ends_at", "Giờ kết thúc phải sau giờ bắt đầu.")
        if self.ends_at - self.starts_at > LONGEST:
            raise _wrong("ends_at", "Một cuộc họp dài nhất 24 giờ. Hãy chia thành nhiều cuộc.")
        if self.ends_at <= now:
            raise _wrong("starts_at", "Thời gian họp đã qua. Hãy chọn thời gian khác.")
        if not self.sites:
            raise _wrong("sites", "Hãy chọn ít nhất một điểm cầu.")
        ids = [place.site for place in self.sites]
        if len(set(ids)) != len(ids):
            raise _wrong("sites", "Một điểm cầu được chọn hai lần. Hãy bỏ bớt.")
        if self.hub_site not in ids:
            raise _wrong("hub_site", "Điểm cầu trung tâm phải là một trong các điểm cầu tham dự.")
        if not self.chair or not self.secretary:
            raise _wrong("chair", "Hãy chọn chủ trì và thư ký.")
        if self.chair == self.secretary:
            raise _wrong("secretary", "Chủ trì và thư ký phải là hai người khác nhau.")
        if self.urgent and len(self.urgency_reason.strip()) < 5:
            raise _wrong("urgency_reason", "Hãy ghi rõ lý do họp khẩn.")


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("request.invalid", problem, fields=[{"field": field, "problem": problem}])
