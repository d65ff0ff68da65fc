"""The rules of edXML (QCVN 102:2016/BTTTT, TT 01/2022/TT-BTTTT) in one table, which writer, reader and tests walk.

A row: the element's name, the field of `message.py` that it holds, how often it stands there, and its form with the
longest text (Decree 30/2020/NĐ-CP, appendix VI, where it gives one). Rows stand in the order in which they are written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from meetings.dispatch import message
from meetings.dispatch.message import Business, StatusCode
from meetings.errors import Invalid

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PREFIX = "edXML"
MANIFEST_VERSION = "1.0"


class Occurs(Enum):
    ONE = "1"
    MAYBE = "?"
    ANY = "*"
    SOME = "+"


ONE, MAYBE, ANY, SOME = Occurs.ONE, Occurs.MAYBE, Occurs.ANY, Occurs.SOME


@dataclass(frozen=True, slots=True)
class Text:
    """One text: at most `longest` characters; all of it matches `pattern`, or is a moment of `moment`."""

    longest: int
    pattern: str = r"[\s\S]+"
    moment: str = ""
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Elements within an element, read into `type`."""

    type: type
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    element: str
    field: str
    occurs: Occurs
    form: Text | Group


DAY = Text(10, r"\d{4}/\d{2}/\d{2}", "%Y/%m/%d")
MOMENT = Text(19, r"\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}", "%Y/%m/%d %H:%M:%S")
COUNT = Text(6, r"\d+")
#: Which organ ids a province gives is configuration; here only what no organ id can hold.
ORGAN_ID = Text(35, r"[^\s,<>&]+")
DOCUMENT_ID = Text(200, r"[^\s<>&]+")
LONG = Text(2000, lines=True)


def one_of(*values: str) -> Text:
    return Text(max(len(one) for one in values), "|".join(re.escape(one) for one in values))


ORGAN = Group(message.Organ, (
    Row("OrganId", "id", ONE, ORGAN_ID),
    Row("OrganizationInCharge", "in_charge", MAYBE, Text(200)),
    Row("OrganName", "name", MAYBE, Text(200)),
    Row("OrganAdd", "address", MAYBE, Text(250)),
    Row("Email", "email", MAYBE, Text(100)),
    Row("Telephone", "telephone", MAYBE, Text(20)),
    Row("Fax", "fax", MAYBE, Text(20)),
    Row("Website", "website", MAYBE, Text(100)),
))  # fmt: skip
STAFF = Group(message.Staff, (
    Row("Department", "department", MAYBE, Text(200)),
    Row("Staff", "name", MAYBE, Text(50)),
    Row("Email", "email", MAYBE, Text(100)),
    Row("Mobile", "mobile", MAYBE, Text(20)),
))  # fmt: skip
RESPONSE_FOR = Group(message.ResponseFor, (
    Row("OrganId", "organ", MAYBE, ORGAN_ID),
    Row("Code", "code", MAYBE, Text(42)),
    Row("PromulgationDate", "date", MAYBE, DAY),
    Row("DocumentId", "document", ONE, DOCUMENT_ID),
))  # fmt: skip
HEADER = Group(message.Header, (
    Row("From", "sender", ONE, ORGAN),
    Row("To", "to", SOME, ORGAN),
    Row("Code", "code", ONE, Group(message.Code, (
        Row("CodeNumber", "number", MAYBE, Text(11)),
        Row("CodeNotation", "notation", MAYBE, Text(30)),
    ))),
    Row("PromulgationInfo", "promulgation", ONE, Group(message.Promulgation, (
        Row("Place", "place", MAYBE, Text(50)),
        Row("PromulgationDate", "date", MAYBE, DAY),
    ))),
    Row("DocumentType", "type", ONE, Group(message.DocumentType, (
        Row("Type", "type", MAYBE, COUNT),
        Row("TypeDetail", "detail", MAYBE, COUNT),
        Row("TypeName", "name", MAYBE, Text(100)),
    ))),
    Row("Subject", "subject", ONE, Text(500)),
    Row("Content", "content", MAYBE, LONG),
    Row("SignerInfo", "signer", MAYBE, Group(message.Signer, (
        Row("Competence", "competence", MAYBE, Text(100)),
        Row("Position", "position", MAYBE, Text(100)),
        Row("FullName", "name", MAYBE, Text(50)),
    ))),
    Row("DueDate", "due", MAYBE, DAY),
    Row("ToPlaces", "to_places", MAYBE, Group(message.Places, (
        Row("Place", "place", SOME, Text(500)),
    ))),
    Row("OtherInfo", "other", MAYBE, Group(message.OtherInfo, (
        Row("Priority", "priority", MAYBE, COUNT),
        Row("SphereOfPromulgation", "sphere", MAYBE, Text(100)),
        Row("TyperNotation", "typer", MAYBE, Text(20)),
        Row("PromulgationAmount", "copies", MAYBE, COUNT),
        Row("PageAmount", "pages", MAYBE, COUNT),
        Row("Direction", "direction", MAYBE, Text(20)),
        Row("Appendixes", "appendixes", MAYBE, Text(500)),
    ))),
    Row("ResponseFor", "response_for", ANY, RESPONSE_FOR),
    Row("SteeringType", "steering", MAYBE, COUNT),
    Row("DocumentId", "document", ONE, DOCUMENT_ID),
))  # fmt: skip
TRACES = Group(message.Traces, (
    Row("TraceHeader", "trace", SOME, Group(message.Trace, (
        Row("OrganId", "organ", ONE, ORGAN_ID),
        Row("Timestamp", "at", ONE, MOMENT),
    ))),
    Row("Bussiness", "business", ONE, Group(message.BusinessInfo, (  # so spelt
        Row("DocumentId", "document", MAYBE, DOCUMENT_ID),
        Row("BussinessDocType", "type", ONE, one_of(*Business)),
        Row("BussinessDocReason", "reason", MAYBE, Text(500)),
        Row("Paper", "paper", MAYBE, COUNT),
    ))),
    Row("StaffInfo", "staff", MAYBE, STAFF),
))  # fmt: skip
STATUS = Group(message.Status, (
    Row("ResponseFor", "about", ONE, RESPONSE_FOR),
    Row("From", "sender", ONE, ORGAN),
    Row("StatusCode", "code", ONE, one_of(*StatusCode)),
    Row("Description", "description", MAYBE, LONG),
    Row("Timestamp", "at", ONE, MOMENT),
    Row("StaffInfo", "staff", MAYBE, STAFF),
))  # fmt: skip
#: A file as the manifest names it, and as it is enclosed: `ContentTransferEncoded` follows there.
CONTENT_ID, FILE_NAME, FILE_TYPE, FILE_ABOUT = Text(200, r"[^\s<>&]+"), Text(255), Text(100), Text(500)
#: In one message: files, bytes of one file, bytes of the whole, elements, depth.
LARGEST_FILES, LARGEST_FILE, LARGEST_MESSAGE = 50, 30 * 1024 * 1024, 64 * 1024 * 1024
LARGEST_ELEMENTS, LARGEST_DEPTH = 20_000, 12


class Malformed(Invalid):
    """A message that does not keep the rules; `details.element` names where."""


def wrong(element: str, problem: str) -> Malformed:
    return Malformed("dispatch.edxml_invalid", f"Gói tin edXML sai ở {element}: {problem}.", element=element)


def check(row: Row, value: str) -> str:
    """`value`, if it keeps the rule of `row`.

    Raises:
        Malformed: too long, of another form, or with characters that XML does not hold.
    """
    form = row.form
    assert isinstance(form, Text)
    if len(value) > form.longest:
        raise wrong(row.element, f"dài quá {form.longest} ký tự")
    if value != value.strip() or not re.fullmatch(form.pattern, value):
        raise wrong(row.element, "không đúng dạng quy định")
    allowed = "\n\t" if form.lines else ""
    if any(one not in allowed and unicodedata.category(one) in ("Cc", "Cs", "Cn") for one in value):
        raise wrong(row.element, "có ký tự điều khiển")
    if form.moment:
        try:
            datetime.strptime(value, form.moment)
        except ValueError:
            raise wrong(row.element, "không phải ngày giờ có thật") from None
    return value
