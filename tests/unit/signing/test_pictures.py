"""Where pictures of signatures and seals stand in the signed PDF, measured in its dots; which files are taken."""

from __future__ import annotations

import asyncio
import io

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.units import mm

from meetings.errors import Invalid
from meetings.ids import now_ms
from meetings.layout.page import Box
from meetings.minutes.layout import render
from meetings.signing.appearance import Appearance, checked_picture
from meetings.signing.fields import SEAL_MM, reserve, seal_place
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.sign import sign_once
from meetings.signing.specimen import specimen
from meetings.signing.verify import verify
from tests.unit.minutes.samples import sample
from tests.unit.signing.signed import NAMES, key

SCALE = 4.0
BLUE, RED = (0, 40, 250, 255), (250, 20, 20, 255)


def png(width: int, height: int, colour: tuple[int, int, int, int], margin: int = 0, ground: int = 0) -> bytes:
    image = Image.new("RGBA", (width + 2 * margin, height + 2 * margin), (255, 255, 255, ground))
    ImageDraw.Draw(image).ellipse((margin, margin, margin + width - 1, margin + height - 1), fill=colour)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def coloured(pdf: bytes, page: int, blue: bool) -> Box:
    """What is blue (red) on the page, in points from its lower left corner."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    image = document[page].render(scale=SCALE).to_pil()
    document.close()
    box = dots(image, blue).getbbox()
    assert box, "nothing of this colour"
    left, top, right, bottom = (one / SCALE for one in box)
    height = image.height / SCALE
    return Box(page, left, height - bottom, right, height - top)


def dots(image: Image.Image, blue: bool) -> Image.Image:
    """A mask of the dots that are blue (red)."""
    red, _, sea = image.convert("RGB").split()
    strong, weak = (sea, red) if blue else (red, sea)
    return ImageChops.multiply(strong.point([0] * 220 + [255] * 36), weak.point([255] * 90 + [0] * 166))


def test_signature_and_seal_stand_where_the_decree_says(authority: SampleAuthority) -> None:
    laid_out = render(sample())
    chair = laid_out.places["chair"]
    pdf = reserve(laid_out.pdf, {**laid_out.places, "seal": seal_place(chair)})
    hand = checked_picture(png(600, 200, BLUE, margin=90))
    stamp = checked_picture(png(400, 400, RED, margin=30))
    for role, look in (
        ("secretary", Appearance("A", now_ms(), checked_picture(png(300, 100, (0, 160, 0, 255))))),
        ("chair", Appearance("B", now_ms(), hand)),
        ("seal", Appearance("C", now_ms(), stamp, True, 32)),
    ):
        pdf = asyncio.run(sign_once(pdf, role, key(authority, role).signer(), look)).pdf

    signature, seal = (coloured(pdf, chair.page, blue) for blue in (True, False))
    centre = (chair.left + chair.right) / 2
    assert (signature.left + signature.right) / 2 > centre - 1, "the seal may cover its left, never its right"
    assert signature.right == pytest.approx(centre + min(181.4, (chair.top - chair.bottom) * 3) / 2, abs=1.5)
    assert signature.bottom >= chair.bottom - 1
    assert signature.top <= chair.top + 1, "between title and name"
    assert (signature.bottom + signature.top) / 2 == pytest.approx((chair.bottom + chair.top) / 2, abs=1)
    assert seal.right - seal.left == pytest.approx(32 * mm, abs=1), "the seal has its real size"
    assert seal.top - seal.bottom == pytest.approx(32 * mm, abs=1)
    covered = (seal.right - (2 * centre - signature.right)) / (2 * (signature.right - centre))
    assert 0.25 <= covered <= 0.4, "about a third of the signature, on its left"
    assert seal.left < 2 * centre - signature.right
    assert not [one for one in verify(pdf, authority.trust().read_bytes()).reasons if one.id == "verify.overlay"]


def test_a_picture_is_judged_by_its_content() -> None:
    whole = checked_picture(png(300, 100, BLUE, margin=50) + b"what else the file held")
    with Image.open(io.BytesIO(whole)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (300, 100)), "without its empty margin"
    jpeg = io.BytesIO()
    Image.new("RGB", (100, 100)).save(jpeg, "JPEG")
    for data, id in (
        (b"", "signing.image_unreadable"),
        (jpeg.getvalue(), "signing.image_unreadable"),
        (png(100, 50, BLUE)[:60], "signing.image_unreadable"),
        (png(100, 50, BLUE, ground=255), "signing.image_opaque"),
        (png(100, 50, (0, 0, 0, 0)), "signing.image_empty"),
        (png(2001, 20, BLUE), "signing.image_size"),
        (png(4, 4, BLUE), "signing.image_size"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 600_000, "signing.image_too_large"),
    ):
        with pytest.raises(Invalid) as refused:
            checked_picture(data)
        assert refused.value.id == id


def test_the_preview_shows_what_signing_draws() -> None:
    hand, stamp = checked_picture(png(600, 200, BLUE)), checked_picture(png(400, 400, RED))
    seen = []
    for seal in (None, Appearance("u", 0, stamp, True, SEAL_MM)):
        with Image.open(io.BytesIO(specimen(Appearance(NAMES["chair"], 0, hand), seal))) as image:
            seen.append((image.size, dots(image, blue=True).getbbox(), dots(image, blue=False).getbbox()))
    assert seen[0][0] == seen[1][0]
    assert seen[0][1], "the signature"
    assert (seen[0][2], bool(seen[1][2])) == (None, True), "the seal where it is asked for"


def inks(preview: bytes) -> dict[str, Image.Image]:
    """Masks of the dots that are printed black, signed blue and stamped red."""
    with Image.open(io.BytesIO(preview)) as image:
        red, _, blue = image.convert("RGB").split()
    strong = [0] * 80 + [255] * 176
    black = ImageChops.lighter(red, blue).point([255] * 60 + [0] * 196)
    return {
        "black": black,
        "blue": ImageChops.subtract(blue, red).point(strong),
        "red": ImageChops.subtract(red, blue).point(strong),
    }


def test_words_of_signature_and_seal_do_not_run_into_each_other_or_into_title_and_name() -> None:
    signature = Appearance(NAMES["chair"], 0)
    alone, both = (inks(specimen(signature, seal)) for seal in (None, Appearance("Văn phòng (mẫu)", 0, seal=True)))
    frame, stamp = alone["blue"].getbbox(), both["red"].getbbox()
    assert frame
    assert stamp
    words = both["blue"].crop((frame[0] + 8, frame[1] + 8, frame[2] - 8, frame[3] - 8)).getbbox()
    assert words
    assert frame[0] + 8 + words[0] > stamp[2], "the signer's words stand right of the seal"
    assert alone["black"].getbbox()
    assert alone["black"].crop(stamp).getbbox() is None, "title and name stay free"
