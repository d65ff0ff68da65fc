"""What a message of the document exchange says. `rules.py` says how each field is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Business(StrEnum):
    """What a message does to a document (`BussinessDocType`)."""

    NEW = "0"
    RECALL = "1"
    UPDATE = "2"
    REPLACE = "3"


class StatusCode(StrEnum):
    """What a receiver says of a document."""

    ARRIVED = "01"
    REFUSED = "02"
    REGISTERED = "03"
    ASSIGNED = "04"
    IN_WORK = "05"
    DONE = "06"
    RECALL_ASKED = "13"
    RECALL_AGREED = "15"
    RECALL_REFUSED = "16"


@dataclass(frozen=True, slots=True)
class Organ:
    """A sender or a receiver."""

    id: str
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    number: str = ""
    notation: str = ""


@dataclass(frozen=True, slots=True)
class Promulgation:
    place: str = ""
    #: `2026/11/24`.
    date: str = ""


@dataclass(frozen=True, slots=True)
class DocumentType:
    type: str = ""
    detail: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    competence: str = ""
    position: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherInfo:
    priority: str = ""
    sphere: str = ""
    typer: str = ""
    copies: str = ""
    pages: str = ""
    direction: str = ""
    appendixes: str = ""


@dataclass(frozen=True, slots=True)
class ResponseFor:
    """The document that a message or a status is about."""

    document: str
    organ: str = ""
    code: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    organ: str
    #: `2026/11/24 09:05:00`.
    at: str


@dataclass(frozen=True, slots=True)
class BusinessInfo:
    type: str = Business.NEW
    document: str = ""
    reason: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Traces:
    trace: tuple[Trace, ...]
    business: BusinessInfo = field(default_factory=BusinessInfo)
    staff: Staff | None = None


@dataclass(frozen=True, slots=True)
class Header:
    sender: Organ
    to: tuple[Organ, ...]
    code: Code
    promulgation: Promulgation
    subject: str
    document: str
    type: DocumentType = field(default_factory=DocumentType)
    content: str = ""
    signer: Signer | None = None
    due: str = ""
    to_places: Places | None = None
    other: OtherInfo | None = None
    response_for: tuple[ResponseFor, ...] = ()
    steering: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the message. Its `id` stands in the manifest as `cid:` and the id."""

    id: str
    name: str
    data: bytes
    type: str = "application/pdf"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A document on its way, with its files."""

    header: Header
    traces: Traces
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What `sender` says of the document that `about` names."""

    sender: Organ
    about: ResponseFor
    code: str
    at: str
    description: str = ""
    staff: Staff | None = None
