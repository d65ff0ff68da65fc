"""Rules on how a signed file is built: what is covered, what acts, what hides."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pyhanko.sign.validation import SignatureCoverageLevel

from meetings.signing.fields import RESERVED_TEXTS, ROLES
from meetings.signing.opened import Opened
from meetings.signing.verdict import Reason

#: Parts of a document that act, hide or carry other content; official documents hold none of them.
_ACTIVE = ("/OpenAction", "/AA", "/OCProperties", "/Collection", "/URI")
_ACTIVE_NAMES = ("/JavaScript", "/AlternatePresentations")
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Hide"}
)
#: A signature's or a text's box takes at most this part of the page.
_LARGEST_BOX = 0.2


def is_signed(file: Opened) -> Iterator[Reason]:
    if not file.signatures:
        yield Reason("verify.unsigned", "Tệp không có chữ ký số nào.", "requirement")


def digest_matches(file: Opened) -> Iterator[Reason]:
    for one in file.everything:
        status = file.status_of(one)
        if not (status.intact and status.valid):
            message = f"Nội dung đã bị thay đổi sau khi ký (chữ ký “{one.field_name[:60]}” không khớp)."
            yield Reason("verify.changed", message)


def covers_everything(file: Opened) -> Iterator[Reason]:
    """The last signature or time stamp covers the file to its end; proof data may follow the last one."""
    for index, one in enumerate(file.everything):
        coverage = file.status_of(one).coverage
        if coverage is None or coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            yield Reason("verify.not_covered", "Có nội dung được thêm vào tệp mà không chữ ký nào bảo vệ.")
        elif index == len(file.everything) - 1 and coverage < SignatureCoverageLevel.ENTIRE_FILE:
            changed = file.status_of(one).modification_level
            if changed is None or changed.name != "LTA_UPDATES":
                yield Reason("verify.not_covered", "Có nội dung được thêm vào tệp mà không chữ ký nào bảo vệ.")


def byte_ranges_are_plain(file: Opened) -> Iterator[Reason]:
    """Each range is the whole of a prefix of the file but for its own signature, which fills the gap alone."""
    bad = Reason("verify.byte_range", "Phạm vi được ký của một chữ ký không đúng quy cách.")
    reached = 0
    for one in file.everything:
        numbers = [int(part) for part in one.sig_object["/ByteRange"]]
        if len(numbers) != 4:
            yield bad
            continue
        start, before, after, rest = numbers
        gap = file.data[before:after]
        plain = start == 0 and 0 < before < after and rest > 0 and after + rest <= len(file.data)
        # Each later gap lies behind everything that earlier signatures cover, so ranges nest and never overlap.
        if not plain or before < reached or not _holds_only(gap, one.pkcs7_content):
            yield bad
        reached = after + rest


def _holds_only(gap: bytes, signature: bytes) -> bool:
    """Whether `gap` is `<hex>` of the signature, padded with zeros and nothing else."""
    if gap[:1] != b"<" or gap[-1:] != b">" or gap[1:-1].strip(b"0123456789abcdefABCDEF") or len(gap) % 2:
        return False
    raw = bytes.fromhex(gap[1:-1].decode("ascii"))
    return raw == signature and not raw[_der_length(raw) :].strip(b"\0")


def _der_length(raw: bytes) -> int:
    """The bytes that the first DER value of `raw` takes."""
    if len(raw) < 2 or raw[1] < 0x80:
        return 2 + (raw[1] if len(raw) > 1 else 0)
    count = raw[1] & 0x7F
    return 2 + count + int.from_bytes(raw[2 : 2 + count], "big")


def nothing_active(file: Opened) -> Iterator[Reason]:
    root = file.document.Root
    names = root.get("/Names", pikepdf.Dictionary())
    form = root.get("/AcroForm", pikepdf.Dictionary())
    found = any(key in root for key in _ACTIVE) or any(key in names for key in _ACTIVE_NAMES) or "/XFA" in form
    # Attached files are allowed only where the document itself names them (PDF/A-3), never behind an annotation.
    attached = "/EmbeddedFiles" in names
    named = {one.objgen for one in root.get("/AF", ())} if attached else set()
    for thing in file.document.objects:
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            continue
        found = found or str(thing.get("/S", "")) in _ACTIVE_ACTIONS or "/JS" in thing or "/AA" in thing
        kind = str(thing.get("/Type", ""))
        found = found or kind == "/OCG" or (kind == "/EmbeddedFile" and not attached)
        found = found or (kind == "/Filespec" and thing.objgen not in named)
    if found:
        message = "Tệp chứa mã lệnh, lớp ẩn hoặc tệp đính kèm, là những thứ văn bản ký số không được có."
        yield Reason("verify.active_content", message)


def only_reserved_widgets(file: Opened) -> Iterator[Reason]:
    """Form fields and annotations other than the reserved ones could cover the text that people read."""
    for page in file.document.pages:
        box = [float(one) for one in page.mediabox]
        area = abs((box[2] - box[0]) * (box[3] - box[1]))
        for one in page.get("/Annots", pikepdf.Array()):
            if not _is_reserved(one):
                yield Reason("verify.overlay", "Trang văn bản có chú thích hoặc ô nhập có thể che nội dung.")
            elif _area(one) > area * _LARGEST_BOX:
                yield Reason("verify.overlay", "Một ô chữ ký lớn đến mức có thể che nội dung văn bản.")


def _is_reserved(one: pikepdf.Object) -> bool:
    parent = one.get("/Parent", one)
    kind = str(one.get("/FT", parent.get("/FT", "")))
    if str(one.get("/Subtype", "")) != "/Widget":
        return False
    return kind == "/Sig" or (kind == "/Tx" and str(one.get("/T", parent.get("/T", ""))) in RESERVED_TEXTS)


def _area(one: pikepdf.Object) -> float:
    left, bottom, right, top = (float(part) for part in one.get("/Rect", (0, 0, 0, 0)))
    return abs((right - left) * (top - bottom))


def nothing_hidden(file: Opened) -> Iterator[Reason]:
    """No object that nothing refers to, neither when the first one signed nor now: such wait to be shown later."""
    stages = [file.first_revision, file.data] if file.everything else [file.data]
    if any(_hides(one) for one in stages):
        message = "Tệp giấu đối tượng không thuộc phần văn bản mà người ký nhìn thấy."
        yield Reason("verify.hidden_object", message)


def _hides(data: bytes) -> bool:
    with pikepdf.open(io.BytesIO(data)) as document:
        reached = _reachable(document)
        for thing in document.objects:
            if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) or thing.objgen in reached:
                continue
            blank = isinstance(thing, pikepdf.Stream) and not thing.read_raw_bytes()  # an empty field's look
            if not blank and str(thing.get("/Type", "")) not in ("/XRef", "/ObjStm"):
                return True
    return False


def _reachable(document: pikepdf.Pdf) -> set[tuple[int, int]]:
    reached: set[tuple[int, int]] = set()
    waiting: list[pikepdf.Object] = [document.trailer]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array) or thing is document.trailer:
            if thing.is_indirect:
                if thing.objgen in reached:
                    continue
                reached.add(thing.objgen)
            keyed = not isinstance(thing, pikepdf.Array)
            parts = [thing[key] for key in thing.keys()] if keyed else list(thing)  # noqa: SIM118
            waiting.extend(part for part in parts if isinstance(part, pikepdf.Object))
    return reached


def _signature_fields(file: Opened) -> dict[str, pikepdf.Object]:
    form = file.document.Root.get("/AcroForm", pikepdf.Dictionary())
    return {str(one.get("/T", "")): one for one in form.get("/Fields", ()) if str(one.get("/FT", "")) == "/Sig"}


def has_reserved_fields(file: Opened) -> bool:
    """Whether the document itself says who has to sign."""
    return not _signature_fields(file).keys().isdisjoint(ROLES)


def every_field_is_signed(file: Opened) -> Iterator[Reason]:
    """Signed as the document asks: each reserved field, in order, and nobody else."""
    fields = _signature_fields(file)
    ours = [name for name in ROLES if name in fields]
    if not ours:
        return
    words = {"ThuKy": "thư ký", "ChuToa": "chủ tọa", "NguoiKy": "người ký", "DauCoQuan": "cơ quan (đóng dấu)"}
    for name in ours:
        if "/V" not in fields[name]:
            yield Reason("verify.incomplete", f"Văn bản còn thiếu chữ ký của {words[name]}.", "requirement")
    signed = [one.field_name for one in file.signatures]
    if [one for one in signed if one in ours] != [one for one in ours if one in signed]:
        yield Reason(
            "verify.order", "Các chữ ký không theo thứ tự: người ký trước, cơ quan đóng dấu sau.", "requirement"
        )
    if any(one not in ours for one in signed):
        yield Reason("verify.extra_signature", "Văn bản có chữ ký của người không được yêu cầu ký.", "requirement")
