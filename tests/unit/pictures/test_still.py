"""What counts as a small picture of a site: decided by its content."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from meetings.errors import Invalid, TooLarge
from signaling.pictures.still import LARGEST, read


def picture(kind: str, width: int = 240, height: int = 135) -> bytes:
    """A picture with some detail."""
    target = io.BytesIO()
    Image.effect_noise((width, height), 20).convert("RGB").save(target, kind, quality=40)
    return target.getvalue()


@pytest.mark.parametrize(("kind", "media"), [("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_small_jpeg_and_webp_are_pictures(kind: str, media: str) -> None:
    data = picture(kind)
    assert (read(data).data, read(data).kind) == (data, media)


def moving() -> bytes:
    target = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in (0, 250)]
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture("PNG", 64, 64),
        picture("GIF", 64, 64),
        picture("JPEG", 321, 100),
        picture("WEBP", 100, 321),
        picture("JPEG")[:-400],
        picture("WEBP")[:60],
        b"\xff\xd8\xff\xe0" + b"A" * 900,
        moving(),
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read(data)
    assert refused.value.id == "picture.invalid"


def test_too_many_bytes_are_not_looked_at() -> None:
    with pytest.raises(TooLarge):
        read(picture("JPEG") + bytes(LARGEST))


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=60))
def test_a_damaged_picture_is_a_picture_or_refused_and_nothing_else(at: int, damage: bytes) -> None:
    data = bytearray(picture("JPEG", 64, 64))
    at %= len(data)
    data[at : at + len(damage)] = damage
    with contextlib.suppress(Invalid):
        assert read(bytes(data)).kind == "image/jpeg"
