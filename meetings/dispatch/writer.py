"""Writes edXML strictly: every prefix bound, every rule of the table kept, or nothing is written."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape

from meetings.directory.organ_ids import OrganIds
from meetings.dispatch.message import Attachment, Message, Status
from meetings.dispatch.rules import (
    CONTENT_ID,
    FILE_ABOUT,
    FILE_NAME,
    FILE_TYPE,
    HEADER,
    LARGEST_FILE,
    LARGEST_FILES,
    LARGEST_MESSAGE,
    MANIFEST_VERSION,
    MAYBE,
    NAMESPACE,
    ONE,
    PREFIX,
    SOME,
    STATUS,
    TRACES,
    Group,
    Row,
    Text,
    check,
    wrong,
)


def write(message: Message) -> bytes:
    """`message` as edXML in UTF-8.

    Raises:
        Malformed: a field breaks its rule, or the message is too large.
    """
    if len(message.attachments) > LARGEST_FILES:
        raise wrong("AttachmentEncoded", f"quá {LARGEST_FILES} tệp")
    if len({one.id for one in message.attachments}) < len(message.attachments):
        raise wrong("ContentId", "hai tệp trùng mã")
    header = _element("MessageHeader", _group(HEADER, message.header))
    header += _element("TraceHeaderList", _group(TRACES, message.traces))
    references = "".join(_element("Reference", _file(one, f"cid:{one.id}")) for one in message.attachments)
    manifest = f'<{PREFIX}:edXMLManifest version="{MANIFEST_VERSION}">{references}</{PREFIX}:edXMLManifest>'
    body = _element("edXMLBody", manifest) if references else ""
    enclosed = "".join(_element("Attachment", _file(one, one.id) + _data(one)) for one in message.attachments)
    return _whole(_element("edXMLHeader", header) + body, _element("AttachmentEncoded", enclosed) if enclosed else "")


def expect_organ_ids(message: Message, ids_are: OrganIds) -> None:
    """What a new message says of organs keeps the forms of the province. (What was sent before is recalled as it was.)

    Raises:
        Malformed: one does not.
    """
    header = message.header
    named = {"From": [header.sender], "To": header.to}
    for element, organs in named.items():
        for one in organs:
            if not ids_are.fits(one.id):
                raise wrong(f"{element}/OrganId", f"“{one.id[:40]}” không đúng dạng. {ids_are.sentence.rstrip('.')}")


def write_status(status: Status) -> bytes:
    """`status` as an edXML message that is all header.

    Raises:
        Malformed: a field breaks its rule.
    """
    return _whole(_element("edXMLHeader", _element("Status", _group(STATUS, status))), "")


def _whole(envelope: str, beside: str) -> bytes:
    root = f'<{PREFIX}:edXML xmlns:{PREFIX}="{NAMESPACE}">'
    text = f"{root}{_element('edXMLEnvelope', envelope)}{beside}</{PREFIX}:edXML>"
    data = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
    if len(data) > LARGEST_MESSAGE:
        raise wrong("edXML", f"gói tin lớn hơn {LARGEST_MESSAGE // 1024 // 1024} MB")
    return data


def _element(name: str, inner: str) -> str:
    return f"<{PREFIX}:{name}>{inner}</{PREFIX}:{name}>"


def _group(group: Group, value: object) -> str:
    return "".join(_row(row, getattr(value, row.field)) for row in group.rows)


def _row(row: Row, value: object) -> str:
    many = isinstance(value, tuple)
    values = list(value) if isinstance(value, tuple) else [value]
    if not many and (value is None or value == ""):
        values = []
    if row.occurs in (ONE, SOME) and not values:
        raise wrong(row.element, "bắt buộc phải có")
    if row.occurs in (ONE, MAYBE) and len(values) > 1:
        raise wrong(row.element, "chỉ được có một")
    return "".join(_element(row.element, _value(row, one)) for one in values)


def _value(row: Row, value: object) -> str:
    if isinstance(row.form, Group):
        return _group(row.form, value)
    return escape(check(row, str(value)))


def _file(file: Attachment, content_id: str) -> str:
    rows: tuple[tuple[str, Text, str], ...] = (
        ("ContentId", CONTENT_ID, content_id),
        ("ContentType", FILE_TYPE, file.type),
        ("Description", FILE_ABOUT, file.description),
        ("AttachmentName", FILE_NAME, file.name),
    )
    return "".join(
        _row(Row(name, "", MAYBE if name == "Description" else ONE, form), text) for name, form, text in rows
    )


def _data(file: Attachment) -> str:
    if len(file.data) > LARGEST_FILE:
        raise wrong("Attachment", f"tệp lớn hơn {LARGEST_FILE // 1024 // 1024} MB")
    return _element("ContentTransferEncoded", base64.b64encode(file.data).decode())
