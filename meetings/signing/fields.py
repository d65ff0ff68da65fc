"""The fields that are reserved in a document before anybody signs: signatures, number and date.

Exactly these may be filled later, and nothing else may change.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from meetings.layout.typeface import ITALIC, REGULAR, drawing

#: Roles in the order in which they sign, and the signature field of each. `seal` is the organ's.
ORDER = ("secretary", "chair", "signer", "seal")
#: Whose signature the seal stands over.
BEFORE_SEAL = ("chair", "signer")
FIELDS = {"secretary": "ThuKy", "chair": "ChuToa", "signer": "NguoiKy", "seal": "DauCoQuan"}
ROLES = {field: role for role, field in FIELDS.items()}
#: Text fields that the records clerk may fill once, after the last person has signed, and the most letters of each.
NUMBER, ISSUED = "SoVanBan", "NgayBanHanh"
RESERVED_TEXTS = {NUMBER: 11, ISSUED: 40}
#: The name of a field that holds nothing but a document time stamp begins so.
TIME_STAMP = "DauThoiGian"


class Place(Protocol):
    """A box on a page (counted from 0), in points from the lower left corner."""

    @property
    def page(self) -> int: ...
    @property
    def left(self) -> float: ...
    @property
    def bottom(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def top(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of our own making."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


#: The largest seal of an organ, in millimetres: such a place is kept, and each seal stands in its middle at real size.
SEAL_MM = 36


def seal_place(signature: Place) -> Spot:
    """Where the seal goes: over about a third of the signature, on its left (domain: showing signatures)."""
    size = SEAL_MM * mm
    right = signature.left + (signature.right - signature.left) / 3
    bottom = (signature.bottom + signature.top - size) / 2
    return Spot(signature.page, right - size, bottom, right, bottom + size)


def reserve(pdf: bytes, places: Mapping[str, Place], texts: Mapping[str, Place] | None = None) -> bytes:
    """`pdf` with one empty signature field per role of `places` and one empty text field per name of `texts`.

    Raises:
        KeyError: a role or text field that is not known.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for role in (one for one in ORDER if one in places):
        append_signature_field(writer, SigFieldSpec(FIELDS[role], on_page=places[role].page, box=_box(places[role])))
    for name, place in (texts or {}).items():
        _append_text(writer, name, place)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _box(place: Place) -> tuple[int, int, int, int]:
    return round(place.left), round(place.bottom), round(place.right), round(place.top)


def _append_text(writer: IncrementalPdfFileWriter, name: str, place: Place) -> None:
    page = writer.find_page_for_modification(place.page)[0]
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(name),
            pdf_name("/MaxLen"): generic.NumberObject(RESERVED_TEXTS[name]),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/DA"): pdf_string("/Helv 13 Tf 0 g"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(one) for one in _box(place)]),
            pdf_name("/P"): page,
        }
    )
    reference = writer.add_object(field)
    holder = page.get_object()
    holder.setdefault(pdf_name("/Annots"), generic.ArrayObject()).append(reference)
    writer.mark_update(page)
    if isinstance(holder.raw_get("/Annots"), generic.IndirectObject):
        writer.mark_update(holder.raw_get("/Annots"))
    if "/AcroForm" not in writer.root:
        writer.root["/AcroForm"] = writer.add_object(
            generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        )
        writer.update_root()
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])


def signed_roles(pdf: bytes) -> tuple[str, ...]:
    """The roles whose field holds a signature, in the order in which they signed."""
    return tuple(
        ROLES[one.field_name]
        for one in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        if one.field_name in ROLES
    )


def reserved_roles(pdf: bytes) -> tuple[str, ...]:
    """The roles that the document has a field for, signed or not, in the order of signing."""
    names = {name for name, _, _ in enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)))}
    return tuple(role for role in ORDER if FIELDS[role] in names)


def next_role(pdf: bytes) -> str:
    """Who signs next; empty when every reserved field is signed."""
    done = signed_roles(pdf)
    return next((role for role in reserved_roles(pdf) if role not in done), "")


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """`pdf` with reserved text fields filled, each showing its value.

    Raises:
        KeyError: no such field is reserved in the document.
        ValueError: a field is filled already, or the value is too long.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields = {str(one.get("/T", "")): one for one in form_fields(writer.root)}
    with tempfile.TemporaryDirectory(prefix="diemcau-fill-") as folder:
        for name, value in values.items():
            field = fields[name]
            if "/V" in field or not value or len(value) > RESERVED_TEXTS[name]:
                raise ValueError(name)
            left, bottom, right, top = (float(one) for one in field["/Rect"])
            look = _look(Path(folder), value, right - left, top - bottom, ITALIC if name == ISSUED else REGULAR)
            field["/V"] = pdf_string(value)
            field["/AP"] = generic.DictionaryObject({pdf_name("/N"): look.render_to(writer)})
            writer.update_container(field)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _look(folder: Path, value: str, width: float, height: float, font: str) -> TextLook:
    path = folder / "text.pdf"
    with drawing():
        canvas = Canvas(str(path), pagesize=(width, height), initialFontName=font)
        size = min(13.0, 13.0 * (width - 2) / stringWidth(value, font, 13.0))
        canvas.setFont(font, size)
        canvas.drawCentredString(width / 2, height / 2 - size / 3, value)
        canvas.save()
    return TextLook(path)


class TextLook:
    """A drawn page that becomes the appearance of a field."""

    def __init__(self, path: Path) -> None:
        self._page = ImportedPdfPage(str(path))

    def render_to(self, writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
        self._page.set_writer(writer)
        return writer.add_object(self._page.as_form_xobject())


def form_fields(root: generic.DictionaryObject) -> list[generic.DictionaryObject]:
    """The fields at the root of the form, as the catalogue `root` of some revision says."""
    if "/AcroForm" not in root or "/Fields" not in root["/AcroForm"]:
        return []
    found = (one.get_object() for one in root["/AcroForm"]["/Fields"])
    return [one for one in found if isinstance(one, generic.DictionaryObject)]


def text_values(reader: PdfFileReader, revision: int | None = None) -> Mapping[str, str]:
    """What the reserved text fields hold, in the whole file or as of a revision."""
    root = reader.root if revision is None else reader.get_historical_root(revision)
    return {
        str(one["/T"]): str(one["/V"]) if "/V" in one else ""
        for one in form_fields(root)
        if str(one.get("/T", "")) in RESERVED_TEXTS
    }
