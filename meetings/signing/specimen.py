"""How a signature and a seal will stand at the end of a document, drawn as the signing itself draws them."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from meetings.layout.ending import Signatures, Signing
from meetings.layout.page import Places
from meetings.layout.typeface import REGULAR, drawing
from meetings.signing.appearance import Appearance, paint
from meetings.signing.fields import seal_place

#: The part of a page that is shown, in points, and the dots for each of them.
WIDTH, HEIGHT, SCALE = 110 * mm, 66 * mm, 2.0


def specimen(signature: Appearance, seal: Appearance | None) -> bytes:
    """A PNG of the place where a chair signs, at about twice its size. Blocking, tens of milliseconds."""
    with drawing():
        pdf = _drawn(signature, seal)
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=SCALE).to_pil()
    finally:
        document.close()
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _drawn(signature: Appearance, seal: Appearance | None) -> bytes:
    target, places = io.BytesIO(), Places()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), initialFontName=REGULAR)
    block = Signatures([Signing("chair", ("CHỦ TỌA",), signature.name)], places)
    _, height = block.wrap(WIDTH, HEIGHT)
    block.drawOn(canvas, 0, (HEIGHT - height) / 2)
    box = places["chair"]
    signature = replace(signature, beside_seal=seal is not None)
    for look, spot in ((signature, box), (seal, seal_place(box))):
        if look is not None:
            canvas.saveState()
            canvas.translate(spot.left, spot.bottom)
            paint(canvas, look, spot.right - spot.left, spot.top - spot.bottom)
            canvas.restoreState()
    canvas.save()
    return target.getvalue()
