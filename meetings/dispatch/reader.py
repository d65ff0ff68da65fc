"""Reads edXML leniently in form and strictly in content: what is read keeps the rules of the table."""

from __future__ import annotations

import base64
import binascii

from meetings.dispatch.message import Attachment, Message, Status
from meetings.dispatch.rules import (
    ANY,
    HEADER,
    LARGEST_FILE,
    LARGEST_FILES,
    ONE,
    SOME,
    STATUS,
    TRACES,
    Group,
    Row,
    check,
    wrong,
)
from meetings.dispatch.tree import Node, parse


def read(data: bytes) -> Message | Status:
    """The message or status in `data`. Elements that the table does not know are left out.

    Raises:
        Malformed: not edXML, beyond a limit, or a rule of the table is broken.
    """
    root = parse(data)
    envelope = root.first("edXMLEnvelope")
    header = envelope.first("edXMLHeader") if envelope else None
    if root.name != "edXML" or envelope is None or header is None:
        raise wrong(root.name[:40], "không phải gói tin edXML")
    status = header.first("Status") or (header if header.first("StatusCode") else None)
    if status is not None:
        found = _group(STATUS, status)
        assert isinstance(found, Status)
        return found
    message_header, traces = header.first("MessageHeader"), header.first("TraceHeaderList")
    if message_header is None or traces is None:
        raise wrong("edXMLHeader", "thiếu MessageHeader hoặc TraceHeaderList")
    return Message(_group(HEADER, message_header), _group(TRACES, traces), _attachments(root, envelope))  # type: ignore[arg-type]


def _group(group: Group, node: Node) -> object:
    values: dict[str, object] = {}
    for row in group.rows:
        found = [_value(row, one) for one in node.all(row.element)]
        found = [one for one in found if one != ""]
        if row.occurs in (ONE, SOME) and not found:
            raise wrong(row.element, "bắt buộc phải có")
        if row.occurs in (ANY, SOME):
            values[row.field] = tuple(found)
        elif len(found) > 1:
            raise wrong(row.element, "chỉ được có một")
        elif found:
            values[row.field] = found[0]
    return group.type(**values)


def _value(row: Row, node: Node) -> object:
    if isinstance(row.form, Group):
        return _group(row.form, node)
    return check(row, node.text) if node.text else ""


def _attachments(root: Node, envelope: Node) -> tuple[Attachment, ...]:
    encoded = root.first("AttachmentEncoded") or envelope.first("AttachmentEncoded")
    found = [_attachment(one) for one in encoded.all("Attachment")] if encoded else []
    if len(found) > LARGEST_FILES:
        raise wrong("AttachmentEncoded", f"quá {LARGEST_FILES} tệp")
    body = envelope.first("edXMLBody")
    manifest = body.first("edXMLManifest") if body else None
    named = [_bare(one) for one in manifest.all("Reference")] if manifest else []
    ids = [one.id for one in found]
    if sorted(named) != sorted(ids) or len(set(ids)) < len(ids):
        raise wrong("edXMLManifest", "danh mục tệp không khớp với các tệp kèm theo")
    return tuple(found)


def _bare(node: Node) -> str:
    """The id of a file, which some write with `cid:` before it and some without."""
    return _leaf(node, "ContentId", 204).removeprefix("cid:")


def _leaf(node: Node, name: str, longest: int) -> str:
    child = node.first(name)
    text = child.text if child else ""
    if len(text) > longest:
        raise wrong(name, f"dài quá {longest} ký tự")
    return text


def _attachment(node: Node) -> Attachment:
    content = node.first("ContentTransferEncoded")
    if content is None or len(content.text) > LARGEST_FILE // 3 * 4 + 1_000_000:
        raise wrong("Attachment", "thiếu nội dung hoặc tệp quá lớn")
    try:
        data = base64.b64decode("".join(content.text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise wrong("ContentTransferEncoded", "không phải Base64") from None
    if len(data) > LARGEST_FILE:
        raise wrong("Attachment", f"tệp lớn hơn {LARGEST_FILE // 1024 // 1024} MB")
    identity, name = _bare(node), _leaf(node, "AttachmentName", 255)
    if not identity or not name or any(one in name for one in "/\\\0"):
        raise wrong("AttachmentName", "thiếu mã hoặc tên tệp không hợp lệ")
    return Attachment(
        identity,
        name,
        data,
        _leaf(node, "ContentType", 100) or "application/octet-stream",
        _leaf(node, "Description", 500),
    )
