"""Notices (form 1.4) and invitations (form 1.7) as PDF by Decree 30/2020/NĐ-CP. Pure: content in, bytes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reportlab.platypus.flowables import Flowable

from meetings.layout.archive import Description
from meetings.layout.ending import Company, Ending, Signing, recipient_lines
from meetings.layout.head import Head, Issued
from meetings.layout.letterhead import printed_number
from meetings.layout.page import CLOSING, HeadWords, Places, Rendered, Words, heading, printed, words
from meetings.layout.title import named
from meetings.layout.word import letter_docx
from meetings.letters.content import Invitation, Letter, Notice
from meetings.minutes import wording
from meetings.minutes.content import normalised

#: The role under which a letter's place for the signature is known.
SIGNER = "signer"
TYPE_NAMES = {Notice: "Thông báo", Invitation: "Giấy mời"}


def render(letter: Letter) -> Rendered:
    """Lay `letter` out. Takes tens of milliseconds and more: call it off the event loop."""
    letter = normalised(letter)
    return printed(lambda places: story(letter, places), describe(letter))


def describe(letter: Letter) -> Description:
    """What the file says of itself (appendix VI)."""
    head = letter.letterhead
    return Description(
        type_name=TYPE_NAMES[type(letter)],
        subject=letter.abstract,
        organ_name=head.issuing or head.superior,
        number=printed_number(head.number),
        symbol=head.symbol,
        issued_on=letter.issued_on,
        signer_position=letter.signatory.title,
        signer_name=letter.signatory.name,
        at=letter.at if isinstance(letter, Notice) else letter.start_at,
    )


def docx(letter: Letter) -> bytes:
    """The letter as .docx, for units that edit elsewhere. Blocking, as `render`."""
    return letter_docx(lambda places: story(letter, places))


def story(letter: Letter, places: Places) -> Iterator[Flowable]:
    """The letter as a story to print; places kept free are added to `places`."""
    day = date.fromisoformat(letter.issued_on) if letter.issued_on else None
    yield Head(letter.letterhead, places, Issued(letter.letterhead.place, day), letter.urgency)
    yield from named(TYPE_NAMES[type(letter)].upper(), letter.abstract)
    signatory = letter.signatory
    ending = Ending(
        recipient_lines(letter.recipients, archive_line(letter)),
        Signing(SIGNER, signatory.lines(), signatory.name),
        places,
    )
    ending.bookmark = "Chữ ký"
    body = list(body_of(letter))
    body[-1].style = CLOSING
    last = len(body) - 1
    while last and isinstance(body[last - 1], HeadWords):
        last -= 1
    yield from body[:last]
    yield Company(body[last:], ending)
    yield from body[last:]
    yield ending


def archive_line(letter: Letter) -> str:
    """`Lưu: VT, TH.`"""
    return f"Lưu: {', '.join(('VT', *filter(None, [letter.archive.strip().rstrip('.')])))}."


def body_of(letter: Letter) -> Iterator[Words]:
    """The paragraphs between title and signature; the last one ends with `./.`."""
    paragraphs = list(paragraphs_of(letter))
    for index, (text, is_heading) in enumerate(paragraphs):
        if is_heading:
            yield heading(text, level=1)
        else:
            last = index == len(paragraphs) - 1
            yield words(f"{text.rstrip('./ ')}./." if last else text)


def paragraphs_of(letter: Letter) -> Iterator[tuple[str, bool]]:
    """The text of the body, a paragraph each, and whether it is a heading."""
    if letter.replaces:
        yield letter.replaces, False
    yield from _notice(letter) if isinstance(letter, Notice) else _invitation(letter)


def _notice(letter: Notice) -> Iterator[tuple[str, bool]]:
    yield from _parts(letter.opening)
    for index, section in enumerate(letter.sections, 1):
        yield f"{index}. {section.title}", True
        for line in section.lines:
            for text, _ in _parts(line.text):
                yield (text if text.startswith("-") else f"- {text}"), False
        for task in section.tasks:
            yield f"- {wording.task(task)}", False
    yield from _parts(letter.closing or "Trên đây là kết luận của chủ trì, đề nghị các cơ quan, đơn vị thực hiện")


def _invitation(letter: Invitation) -> Iterator[tuple[str, bool]]:
    yield f"{letter.host} trân trọng kính mời:", False
    for one in letter.invited:
        yield f"- {one.strip().lstrip('-').strip().rstrip(';.')};", False
    yield f"Tới dự {letter.meeting.rstrip('.')}.", False
    yield f"Chủ trì: {letter.chair.rstrip('.')}.", False
    yield f"Thời gian: {wording.moment(letter.start_at)}.", False
    yield f"Địa điểm: {letter.place.rstrip('.')}.", False
    for line in letter.remarks:
        yield from _parts(line.text)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    for part in text.split("\n"):
        if part.strip():
            yield part.strip(), False
