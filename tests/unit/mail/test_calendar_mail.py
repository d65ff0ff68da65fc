"""What an invitation's e-mail tells a calendar, and what is understood of the replies."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from meetings.mail.calendar_mail import LARGEST_REPLY, Answer, Invitation, Method, Reply, compose, understand
from tests.unit.mail.replies import reply

SENDER = "moihop@mau.example"
STARTS = 1_795_568_400_000  # 25/11/2026 08:00 in the province
TOKEN = "ab" * 24


def invitation(method: Method = Method.REQUEST, sequence: int = 0, title: str = "Giao ban quý IV (mẫu)") -> Invitation:
    return Invitation(
        TOKEN, method, sequence, title, STARTS, STARTS + 7_200_000, "Hội trường (mẫu)", "Văn phòng, Mẫu",
        'Đại biểu "1"', "daibieu1@mau.example", "Bão (mẫu)",
    )  # fmt: skip


def opened(raw: bytes) -> tuple[EmailMessage, Any, str]:
    """The mail, its calendar and its words, as an independent parser reads them."""
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(mail, EmailMessage)
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    body = mail.get_body(("plain",))
    assert body is not None
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    found = Calendar.from_ical(content)
    assert part.get_param("method") == str(found["method"])
    return mail, found, str(body.get_content())


@pytest.mark.parametrize(
    ("method", "sequence", "subject", "status"),
    [
        (Method.REQUEST, 0, "Mời họp", "CONFIRMED"),
        (Method.REQUEST, 2, "Thay đổi lịch họp", "CONFIRMED"),
        (Method.CANCEL, 3, "Hủy họp", "CANCELLED"),
    ],
)
def test_request_update_and_cancel_are_the_same_event(method: Method, sequence: int, subject: str, status: str) -> None:
    mail, calendar, words = opened(compose(invitation(method, sequence), SENDER, STARTS))
    (event,) = calendar.walk("VEVENT")
    assert mail["Subject"] == f"{subject}: Giao ban quý IV (mẫu)"
    assert (str(event["uid"]), event["sequence"], event["status"]) == (f"{TOKEN}@mau.example", sequence, status)
    assert event["dtstart"].dt == datetime.fromtimestamp(STARTS / 1000, UTC)
    assert str(event["attendee"]) == "mailto:daibieu1@mau.example"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert str(event["organizer"]) == f"mailto:{SENDER}"
    assert "08:00 - 10:00, ngày 25/11/2026" in words
    assert ("Lý do: Bão (mẫu)" in words) == (method is Method.CANCEL)


def test_a_title_with_line_breaks_adds_no_header_and_no_line_to_the_calendar() -> None:
    title = "Họp\r\nBcc: ai@mau.example\r\nEND:VEVENT; x,y"
    mail, calendar, _ = opened(compose(invitation(title=title), SENDER, STARTS))
    assert mail["Bcc"] is None
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == "Họp Bcc: ai@mau.example END:VEVENT; x,y"


@pytest.mark.parametrize("word", list(Reply))
def test_replies_are_understood(word: Reply) -> None:
    found = understand(reply(f"{TOKEN}@mau.example", "DaiBieu1@mau.example", word, 2, "Đi công tác"))
    assert found == Answer(TOKEN, "daibieu1@mau.example", word, 2, "Đi công tác")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: x\r\n\r\nxin chao",
        reply(TOKEN, "a@mau.example", "DELEGATED"),
        reply(TOKEN, "a@mau.example", "ACCEPTED").replace(b"METHOD:REPLY", b"METHOD:REQUEST"),
        reply("", "a@mau.example", "ACCEPTED"),
        compose(invitation(), SENDER, STARTS),
        reply(TOKEN, "a@mau.example", "ACCEPTED") + b"x" * LARGEST_REPLY,
    ],
)
def test_other_mail_is_no_reply(raw: bytes) -> None:
    assert understand(raw) is None


@settings(max_examples=150)
@given(st.data())
def test_no_damage_to_a_reply_raises(data: st.DataObject) -> None:
    raw = bytearray(reply(TOKEN, "a@mau.example", "ACCEPTED"))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=6))
    found = understand(bytes(raw))
    assert found is None or found.reply in set(Reply)
