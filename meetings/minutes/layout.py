"""Minutes as a PDF laid out by Decree 30/2020/NĐ-CP, form 1.9 (domain.md §4). Pure: content in, bytes out."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus.flowables import Flowable, Spacer

from meetings.ids import local_time
from meetings.layout.archive import Attachment, Description
from meetings.layout.ending import Signatures, Signing, recipient_lines
from meetings.layout.head import Head
from meetings.layout.letterhead import printed_number
from meetings.layout.page import (
    CELL,
    CELL_CENTRE,
    CELL_HEAD,
    FOOT,
    LAST,
    RECIPIENT,
    RECIPIENTS_HEAD,
    Places,
    Rendered,
    grid,
    heading,
    printed,
    words,
)
from meetings.layout.title import named
from meetings.layout.word import letter_docx
from meetings.minutes import wording
from meetings.minutes.content import ItemMinutes, Line, MinutesContent, Officer, SiteAttendance, normalised

#: Up to this many sites each gets a line; more are set as a table.
SITES_IN_LINES = 6
#: A long list of speakers is broken into paragraphs of so many.
SPEAKERS_A_PARAGRAPH = 20
#: What the minutes' file keeps of where they are archived.
ARCHIVE = "Lưu: VT, Hồ sơ."


def render(content: MinutesContent, excerpt: bytes = b"") -> Rendered:
    """Lay `content` out, with `excerpt` (JSON of the events it cites) attached where there is one.

    Takes tens of milliseconds and more: call it off the event loop.
    """
    content = normalised(content)
    attachment = Attachment(EXCERPT, "application/json", "Trích hồ sơ diễn biến cuộc họp", excerpt) if excerpt else None
    return printed(lambda places: story(content, places), describe(content), attachment)


#: The name of the excerpt inside the file.
EXCERPT = "trich-ho-so.json"


def describe(content: MinutesContent) -> Description:
    """What the file says of itself (appendix VI)."""
    head = content.letterhead
    at = content.end_at or content.start_at
    return Description(
        type_name="Biên bản",
        subject=content.title,
        organ_name=head.issuing or head.superior,
        number=printed_number(head.number),
        symbol=head.symbol,
        issued_on=local_time(at).date().isoformat() if head.number else "",
        signer_position=content.chair.position,
        signer_name=content.chair.name,
        at=at,
    )


def _lines(lines: tuple[Line, ...]) -> Iterator[Flowable]:
    for one in lines:
        for part in one.text.split("\n"):
            if part.strip():
                yield words(part.strip())


def docx(content: MinutesContent) -> bytes:
    """The minutes as .docx, for units that edit elsewhere. Blocking, as `render`."""
    return letter_docx(lambda places: story(content, places))


def story(content: MinutesContent, places: Places) -> Iterator[Flowable]:
    """The minutes as a story to print; places kept free are added to `places`."""
    yield Head(content.letterhead, places)
    yield from named("BIÊN BẢN", content.title)
    yield Spacer(1, 4)
    if content.replaces:
        yield words(content.replaces)
    yield words(f"Thời gian bắt đầu: {wording.moment(content.start_at)}.")
    yield words(f"Địa điểm: {content.place.rstrip('.')}.")
    yield from _attendance(content)
    yield words(f"Chủ trì (chủ tọa): {_officer(content.chair.name, content.chair.position)}.")
    yield words(f"Thư ký (người ghi biên bản): {_officer(content.secretary.name, content.secretary.position)}.")
    yield heading("Nội dung (theo diễn biến cuộc họp):", "Nội dung")
    yield from _lines(content.opening)
    for index, item in enumerate(content.items, 1):
        yield from _item(index, item)
    yield from _lines(content.closing)
    for attested in content.attested:
        yield words(wording.attested(content, attested))
    yield from _ending(content, places)


def _officer(name: str, position: str) -> str:
    return f"{name}, {position}".rstrip(".") if position else name


def _attendance(content: MinutesContent) -> Iterator[Flowable]:
    yield heading("Thành phần tham dự:", "Thành phần tham dự")
    yield from _lines(content.attendance)
    if not content.sites:
        return
    yield words(wording.attendance(content.sites))
    if len(content.sites) <= SITES_IN_LINES:
        for site in content.sites:
            yield words(_site(site))
    else:
        yield Spacer(1, 6)
        yield _sites_table(content.sites)


def _absences(site: SiteAttendance) -> str:
    return "; ".join(
        f"{_officer(one.name, one.position)}{f' ({one.reason})' if one.reason else ''}" for one in site.absences
    )


def _site(site: SiteAttendance) -> str:
    if not site.present:
        text = f"- {site.name}: không tham dự"
    else:
        chair = f"; chủ trì điểm cầu: {site.chair}" if site.chair else ""
        text = f"- {site.name}: {wording.thousands(site.headcount)} người{chair}"
    absences = _absences(site)
    return f"{text}; vắng: {absences}." if absences else f"{text}."


def _sites_table(sites: tuple[SiteAttendance, ...]) -> Flowable:
    head = ("TT", "Điểm cầu", "Chủ trì điểm cầu", "Số người", "Vắng (lý do)")
    rows: list[list[Flowable]] = [[words(one, CELL_HEAD) for one in head]]
    for index, site in enumerate(sites, 1):
        rows.append(
            [
                words(str(index), CELL_CENTRE),
                words(site.name, CELL),
                words(site.chair, CELL),
                words(wording.thousands(site.headcount) if site.present else "vắng", CELL_CENTRE),
                words(_absences(site), CELL),
            ]
        )
    return grid(rows, [11 * mm, 49 * mm, 38 * mm, 19 * mm, 43 * mm])


def _item(index: int, item: ItemMinutes) -> Iterator[Flowable]:
    yield heading(f"{index}. {item.title}", level=1)
    if item.presenter:
        yield words(f"Trình bày: {item.presenter}.")
    yield from _lines(item.lines)
    for first in range(0, len(item.speakers), SPEAKERS_A_PARAGRAPH):
        spoke = "; ".join(wording.speaker(one) for one in item.speakers[first : first + SPEAKERS_A_PARAGRAPH])
        yield words(f"{'' if first else 'Ý kiến phát biểu: '}{spoke}.")
    for ballot in item.ballots:
        yield words(wording.ballot(ballot))
    if item.conclusions:
        yield words("Kết luận của chủ trì:")
        for one in item.conclusions:
            yield words(f"- {one.text}")
    for task in item.tasks:
        yield words(f"- {wording.task(task)}")


def _signing(content: MinutesContent, role: str, title: str, officer: Officer) -> Signing:
    instead = next((one for one in content.attested if one.role == role), None)
    return (
        Signing(role, (f"NGƯỜI XÁC NHẬN THAY {title}",), instead.name)
        if instead
        else Signing(role, (title,), officer.name)
    )


def _ending(content: MinutesContent, places: Places) -> Iterator[Flowable]:
    if content.end_at:
        yield words(f"{content.kind} kết thúc vào {wording.moment(content.end_at)}./.", LAST)
    signers = (("secretary", "THƯ KÝ", content.secretary), ("chair", "CHỦ TỌA", content.chair))
    blocks = Signatures([_signing(content, *one) for one in signers], places)
    blocks.bookmark = "Chữ ký"
    yield blocks
    yield words("Nơi nhận:", RECIPIENTS_HEAD)
    for line in recipient_lines(content.recipients, ARCHIVE):
        yield words(line, RECIPIENT)
    if content.record_head:
        yield words(f"Mã băm của hồ sơ diễn biến (SHA-256): {content.record_head}", FOOT)
