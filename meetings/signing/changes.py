"""What may change after the first signature: reserved signatures, reserved texts once, time stamps, proof data."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pikepdf
import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FieldComparisonContext,
    FieldComparisonSpec,
    FormUpdate,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.validation.status import PdfSignatureStatus

from meetings.signing.fields import RESERVED_TEXTS, ROLES, form_fields, text_values
from meetings.signing.opened import Opened
from meetings.signing.verdict import Reason


class ReservedTextRule(GenericFieldModificationRule):
    """Only the reserved texts may be filled, and only while they are empty."""

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        if fq_name not in RESERVED_TEXTS or not spec.old_field or not spec.new_field:
            return
        before, after = str(spec.old_field.get("/V", "")), str(spec.new_field.get("/V", ""))
        if before and before != after:
            raise SuspiciousModification(f"the reserved field {fq_name} was filled twice")
        if before and spec.old_field.get("/AP") != spec.new_field.get("/AP"):
            raise SuspiciousModification(f"the reserved field {fq_name} shows something else")
        yield from super().check_form_field(fq_name, spec, context)


#: pyHanko's rules without free form filling.
POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule(), ReservedTextRule()]),
)


def only_harmless(file: Opened) -> Iterator[Reason]:
    """Every revision after a signature is one of the harmless kinds."""
    for one in file.everything:
        status = file.status_of(one)
        level = status.modification_level
        certified = isinstance(status, PdfSignatureStatus)  # a time stamp forbids nothing by itself
        if (certified and not status.docmdp_ok) or level is None or level > ModificationLevel.FORM_FILLING:
            yield Reason("verify.suspicious_change", "Giữa các lần ký, tệp bị sửa ngoài những thay đổi được phép.")


def no_new_fields(file: Opened) -> Iterator[Reason]:
    """After the first signature only a document time stamp may bring a field of its own, and it shows nothing."""
    reader = file.reader
    base = reader.get_historical_resolver(file.everything[0].signed_revision)
    before = _names(base.root)
    for name, field in _fields(reader.root):
        if name in before:
            continue
        kind = str(field["/V"].get("/Type", "")) if field.get("/FT") == "/Sig" and "/V" in field else ""
        box = [float(one) for one in field.get("/Rect", (0, 0, 0, 0))]
        if kind != "/DocTimeStamp" or box[0] != box[2] or box[1] != box[3]:
            yield Reason("verify.new_field", f"Sau khi ký có ô mới được thêm vào văn bản: “{name[:60]}”.")


def _fields(root: generic.DictionaryObject) -> Iterator[tuple[str, generic.DictionaryObject]]:
    for field in form_fields(root):
        yield str(field.get("/T", "")), field


def _names(root: generic.DictionaryObject) -> set[str]:
    return {name for name, _ in _fields(root)}


def texts_show_their_value(file: Opened) -> Iterator[Reason]:
    """A filled field shows what it holds: readers and programs see the same number."""
    for field in file.document.Root.get("/AcroForm", pikepdf.Dictionary()).get("/Fields", pikepdf.Array()):
        name, value = str(field.get("/T", "")), str(field.get("/V", ""))
        if name in RESERVED_TEXTS and value and _shown(field) != "".join(value.split()):
            yield Reason("verify.field_shows_other", f"Ô “{name}” hiển thị khác với giá trị được ghi trong tệp.")


def _shown(field: pikepdf.Object) -> str:
    """The text of the field's appearance, without spaces."""
    appearance = field.get("/AP", pikepdf.Dictionary()).get("/N")
    if not isinstance(appearance, pikepdf.Stream):
        return ""
    with pikepdf.new() as page_alone:
        page = page_alone.add_blank_page(page_size=(600, 600))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Shown=page_alone.copy_foreign(appearance)))
        page.Contents = page_alone.make_stream(b"q 1 0 0 1 50 300 cm /Shown Do Q")
        target = io.BytesIO()
        page_alone.save(target)
    document = pypdfium2.PdfDocument(target.getvalue())
    try:
        text = document[0].get_textpage()
        shown = str(text.get_text_bounded())
        text.close()
    finally:
        document.close()
    return "".join(shown.split())


def in_words(file: Opened) -> tuple[str, ...]:
    """What each revision from the first signature on added, in words."""
    found: list[str] = []
    texts: dict[str, str] = {}
    proof = False
    for one in file.everything:
        revision = one.signed_revision
        found += _filled(texts, dict(text_values(file.reader, revision)))
        if not proof and "/DSS" in file.reader.get_historical_root(revision):
            proof = True
            found.append("Thêm dữ liệu chứng minh (chứng thư, tình trạng thu hồi).")
        if one.sig_object_type == "/DocTimeStamp":
            found.append("Thêm dấu thời gian lưu trữ cho toàn bộ văn bản.")
        else:
            who = {"secretary": "thư ký", "chair": "chủ tọa", "signer": "người ký", "seal": "cơ quan"}.get(
                ROLES.get(one.field_name, ""), ""
            )
            found.append(f"Thêm chữ ký của {who}." if who else f"Thêm chữ ký “{one.field_name[:60]}”.")
    if not proof and "/DSS" in file.reader.root:
        found.append("Thêm dữ liệu chứng minh (chứng thư, tình trạng thu hồi).")
    return tuple(found + _filled(texts, dict(text_values(file.reader))))


def _filled(before: dict[str, str], now: dict[str, str]) -> list[str]:
    words = {"SoVanBan": "số", "NgayBanHanh": "ngày ban hành"}
    found = [f"Điền {words[name]}: {value}." for name, value in now.items() if value and not before.get(name)]
    before.update(now)
    return found


__all__ = ["POLICY", "in_words", "no_new_fields", "only_harmless", "texts_show_their_value"]
