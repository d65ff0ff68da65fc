"""Identifiers and time, the two things every other module takes as arguments."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from uuid_utils import uuid7

#: The province's zone; all times on screen and on paper are in it.
PROVINCE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def new_id() -> str:
    """A UUIDv7 (RFC 9562 §5.7) as a string of 36 characters, sortable by time of making."""
    return str(uuid7())


def now_ms() -> int:
    """UTC now, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def local_time(at_ms: int) -> datetime:
    """The moment `at_ms` (UTC, milliseconds) on the province's clocks."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(PROVINCE_ZONE)
