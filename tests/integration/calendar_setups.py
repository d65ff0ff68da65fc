"""Sample set-ups for the calendar's tests."""

from __future__ import annotations

from datetime import datetime

from meetings.calendar.conflicts import MINUTE
from meetings.calendar.setup import MeetingSetup, Organiser, Place
from meetings.calendar.tables import Urgency
from meetings.ids import PROVINCE_ZONE

HOUR = 60 * MINUTE
#: A Monday, long before the meetings below.
NOW = int(datetime(2027, 1, 4, 6, 0, tzinfo=PROVINCE_ZONE).timestamp() * 1000)
EIGHT = NOW + 2 * HOUR

PROVINCE = Organiser("p-province", "u-province", 0)
COMMUNE = Organiser("p-commune", "u-commune", 20)
OTHER_COMMUNE = Organiser("p-other", "u-other", 20)


def places(*names: str) -> tuple[Place, ...]:
    return tuple(Place(f"site-{name}", f"u-{name}", f"Xã {name}", "commune") for name in names)


def setup(
    title: str = "Hội nghị giao ban (mẫu)",
    *,
    starts_at: int = EIGHT,
    hours: int = 2,
    sites: tuple[str, ...] = ("A", "B"),
    chair: str = "p-chair",
    secretary: str = "p-secretary",
    urgency: Urgency = Urgency.NORMAL,
    reason: str = "",
    body: str | None = None,
) -> MeetingSetup:
    return MeetingSetup(
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + hours * HOUR,
        hub_site=f"site-{sites[0]}",
        chair=chair,
        chair_name=f"Mẫu {chair}",
        secretary=secretary,
        secretary_name=f"Mẫu {secretary}",
        sites=places(*sites),
        body=body,
        urgency=urgency,
        urgency_reason=reason,
    )
