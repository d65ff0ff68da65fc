"""Replies as calendars send them."""

from __future__ import annotations

from email.message import EmailMessage


def reply(uid: str, address: str, word: str, sequence: int = 0, comment: str = "") -> bytes:
    """The e-mail that a calendar sends when its owner answers an invitation."""
    note = f"COMMENT:{comment}\r\n" if comment else ""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = address, "moihop@mau.example", f"{word}: Họp"
    mail.set_content("Trả lời")
    mail.add_alternative(
        "BEGIN:VCALENDAR\r\nPRODID:-//Mau//VN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nSEQUENCE:{sequence}\r\nDTSTAMP:20261124T030000Z\r\nDTSTART:20261125T010000Z\r\n{note}"
        f'ATTENDEE;PARTSTAT={word};CN="Đại biểu":MAILTO:{address}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
        subtype="calendar",
        params={"method": "REPLY"},
    )
    return mail.as_bytes()
