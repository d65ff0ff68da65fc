"""The e-mail of an invitation, its update and its cancellation, and what a reply says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from meetings.ids import local_time

#: A reply larger than this is not read.
LARGEST_REPLY = 256 * 1024


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Reply(StrEnum):
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What one person's calendar is told. `token` names the invitation and is known to this person alone."""

    token: str
    method: Method
    #: Counts what was sent under the token; calendars keep the highest.
    sequence: int
    title: str
    starts_at: int  # UTC, milliseconds
    ends_at: int
    place: str
    organiser: str
    person: str
    address: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person's calendar replied."""

    token: str
    address: str
    reply: Reply
    sequence: int
    comment: str = ""


_SUBJECTS = {
    (Method.REQUEST, False): "Mời họp",
    (Method.REQUEST, True): "Thay đổi lịch họp",
    (Method.CANCEL, False): "Hủy họp",
}


def compose(invitation: Invitation, sender: str, now: int) -> bytes:
    """The e-mail, with the event as `text/calendar` beside the words.

    Raises:
        ValueError: an address that e-mail does not know.
    """
    one = invitation
    changed = one.sequence > 0 and one.method is Method.REQUEST
    title = " ".join(one.title.split())
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = f"{_SUBJECTS[one.method, changed]}: {title}"
    mail["From"] = Address(" ".join(one.organiser.split()), addr_spec=sender)
    mail["To"] = Address(" ".join(one.person.split()), addr_spec=one.address)
    mail["Message-ID"] = f"<{one.token}.{one.sequence}@{sender.rpartition('@')[2]}>"
    mail["Date"] = datetime.fromtimestamp(now / 1000, UTC)
    mail.set_content(_words(one, title))
    mail.add_alternative(
        _event(one, title, sender, now).decode(), subtype="calendar", params={"method": one.method.value}
    )
    return mail.as_bytes()


def _words(one: Invitation, title: str) -> str:
    begin, end = local_time(one.starts_at), local_time(one.ends_at)
    lines = [f"Kính gửi: {one.person}", "", title, f"Thời gian: {begin:%H:%M} - {end:%H:%M}, ngày {begin:%d/%m/%Y}"]
    lines += [f"Địa điểm: {one.place}"] if one.place else []
    if one.method is Method.CANCEL:
        lines += ["", "Cuộc họp đã được hủy." + (f" Lý do: {one.reason}" if one.reason else "")]
    else:
        lines += ["", "Quý vị trả lời bằng nút Chấp nhận hoặc Từ chối trong thư hoặc trong lịch của mình."]
    return "\n".join(lines)


def _event(one: Invitation, title: str, sender: str, now: int) -> bytes:
    event = Event()
    event.add("uid", uid(one.token, sender))
    event.add("dtstamp", datetime.fromtimestamp(now / 1000, UTC))
    event.add("dtstart", datetime.fromtimestamp(one.starts_at / 1000, UTC))
    event.add("dtend", datetime.fromtimestamp(one.ends_at / 1000, UTC))
    event.add("sequence", one.sequence)
    event.add("summary", title)
    if one.place:
        event.add("location", one.place)
    event.add("status", "CANCELLED" if one.method is Method.CANCEL else "CONFIRMED")
    organiser = vCalAddress(f"mailto:{sender}")
    organiser.params["CN"] = vText(one.organiser)
    event.add("organizer", organiser)
    person = vCalAddress(f"mailto:{one.address}")
    for name, value in (
        ("CN", one.person),
        ("ROLE", "REQ-PARTICIPANT"),
        ("PARTSTAT", "NEEDS-ACTION"),
        ("RSVP", "TRUE"),
    ):
        person.params[name] = vText(value)
    event.add("attendee", person, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Diem Cau//VN")
    calendar.add("version", "2.0")
    calendar.add("method", one.method.value)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(token: str, sender: str) -> str:
    return f"{token}@{sender.rpartition('@')[2]}"


def understand(raw: bytes) -> Answer | None:
    """What the e-mail `raw` replies; None where it is no reply of a calendar."""
    if len(raw) > LARGEST_REPLY:
        return None
    try:
        mail = BytesParser(policy=policy.default).parsebytes(raw)
        parts = [one for one in mail.walk() if one.get_content_type() == "text/calendar"][:5]
        for part in parts:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and (found := _reply(content)):
                return found
    except (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError):
        return None  # whatever strangers send: not a reply
    return None


def _reply(content: bytes) -> Answer | None:
    calendar = Calendar.from_ical(content)
    if str(calendar.get("method", "")).upper() != "REPLY":
        return None
    for event in calendar.walk("VEVENT")[:5]:
        attendees = event.get("attendee", [])
        for one in attendees if isinstance(attendees, list) else [attendees]:
            word = str(one.params.get("PARTSTAT", "")).upper()
            token = str(event.get("uid", "")).partition("@")[0]
            if word in set(Reply) and token:
                address = str(one).partition(":")[2].strip().lower()
                sequence = int(event.get("sequence", 0))
                return Answer(token[:64], address[:254], Reply(word), sequence, str(event.get("comment", ""))[:500])
    return None
