"""What a signature shows on the page (domain: showing digital signatures)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from pyhanko.pdf_utils.content import ImportedPdfPage
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

from meetings.errors import Invalid
from meetings.ids import local_time
from meetings.layout.typeface import BOLD, REGULAR, drawing

#: The largest picture of a signature or a seal: bytes, and pixels on a side.
IMAGE_BYTES, IMAGE_SIDE = 512 * 1024, 2000
#: The height of a seal that is words: no taller than the room for a signature, so that title and name stay legible.
_SEAL_WORDS = 20 * mm
_BLUE, _RED = (0.0, 0.13, 0.55), (0.75, 0.05, 0.05)


@dataclass(frozen=True, slots=True)
class Appearance:
    """`picture`: a transparent PNG of the handwritten signature or the seal; empty: name and time in a frame."""

    name: str
    at_ms: int
    picture: bytes = b""
    seal: bool = False
    #: The real width of what a seal's picture shows; 0: as wide as its place.
    millimetres: int = 0
    #: A seal will stand over the left third of this signature: its words keep to the rest.
    beside_seal: bool = False


def checked_picture(data: bytes) -> bytes:
    """`data` as a clean PNG with transparency, without whatever else the file held.

    Raises:
        Invalid: not a PNG with a transparent ground, or too large.
    """
    if len(data) > IMAGE_BYTES:
        raise Invalid("signing.image_too_large", "Ảnh lớn hơn 512 kB. Hãy thu nhỏ ảnh rồi tải lên lại.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            if max(image.size) > IMAGE_SIDE or min(image.size) < 8:
                raise Invalid("signing.image_size", "Ảnh phải từ 8 đến 2000 điểm ảnh mỗi cạnh.")
            transparent = image.convert("RGBA")
    except Invalid:
        raise
    except Exception:  # Pillow raises errors of many kinds on hostile files
        raise Invalid("signing.image_unreadable", "Không đọc được ảnh. Hãy chọn tệp PNG có nền trong suốt.") from None
    lowest, _ = transparent.getchannel("A").getextrema()
    if lowest == 255:
        raise Invalid("signing.image_opaque", "Ảnh không có nền trong suốt. Hãy chọn tệp PNG có nền trong suốt.")
    target = io.BytesIO()
    box = transparent.getchannel("A").getbbox()
    if box is None:
        raise Invalid("signing.image_empty", "Ảnh trống: mọi điểm đều trong suốt. Hãy chọn ảnh có nét chữ ký.")
    transparent = transparent.crop(box)  # an empty margin would make the signature small and off its middle
    transparent.save(target, "PNG", optimize=True)
    return target.getvalue()


def draw(folder: Path, look: Appearance, width: float, height: float) -> ImportedPdfPage:
    """The appearance as a page of `width` × `height` points, kept in `folder` while it is used."""
    path = folder / "stamp.pdf"
    with drawing():
        canvas = Canvas(str(path), pagesize=(width, height), initialFontName=REGULAR)
        paint(canvas, look, width, height)
        canvas.save()
    return ImportedPdfPage(str(path))


def paint(canvas: Canvas, look: Appearance, width: float, height: float) -> None:
    """Draw the appearance into `width` × `height` points above and right of the canvas's origin.

    A signature's picture fills them and stays in their middle; a seal's has its real size there.
    """
    if not look.picture:
        _frame(canvas, look, width, height)
        return
    wide = min(look.millimetres * mm, width) if look.millimetres else width
    high = min(wide, height) if look.millimetres else height
    left, bottom = (width - wide) / 2, (height - high) / 2
    picture = ImageReader(io.BytesIO(look.picture))
    canvas.drawImage(picture, left, bottom, wide, high, mask="auto", preserveAspectRatio=True, anchor="c")


def _frame(canvas: Canvas, look: Appearance, width: float, height: float) -> None:
    colour = _RED if look.seal else _BLUE
    canvas.setFillColorRGB(*colour)
    canvas.setStrokeColorRGB(*colour)
    canvas.setLineWidth(0.8)
    high = min(height, _SEAL_WORDS) if look.seal else height
    canvas.roundRect(1, (height - high) / 2 + 1, width - 2, high - 2, 4)
    left = width / 3 if look.beside_seal else 0.0
    width -= left
    lines = [("Đã đóng dấu số:" if look.seal else "Đã ký số bởi:", REGULAR, 9.0)]
    lines += [(part, BOLD, 10.0) for part in simpleSplit(look.name, BOLD, 10, width - 12)[:3]]
    at = local_time(look.at_ms)
    moment = f"{at:%d/%m/%Y; %H:%M:%S} +07:00"
    parts = [moment] if width > 115 else moment.split("; ")
    lines += [(part, REGULAR, 8.0) for part in parts]
    y = height / 2 + len(lines) * 6 - 9
    for text, font, size in lines:
        canvas.setFont(font, size)
        canvas.drawCentredString(left + width / 2, y, text)
        y -= 12
