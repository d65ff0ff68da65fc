"""One small picture as a page uploads it: checked by its content, not by what it says of itself."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from meetings.errors import Invalid, TooLarge

#: The largest upload, in bytes, and the largest picture, in pixels each way.
LARGEST = 24 * 1024
WIDEST, HIGHEST = 320, 320
_KINDS = {"JPEG": "image/jpeg", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True)
class Still:
    """A picture that a browser can show, and its media type."""

    data: bytes
    kind: str


def read(data: bytes) -> Still:
    """The picture in `data`, decoded once to see that it is one. Blocking for about a millisecond.

    Raises:
        TooLarge: more than `LARGEST` bytes.
        Invalid: neither JPEG nor WebP, broken, moving, or of too many pixels.
    """
    if len(data) > LARGEST:
        raise TooLarge("picture.size", f"Hình thu nhỏ của điểm cầu quá lớn: nhiều nhất {LARGEST // 1024} KiB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd metadata; nothing of it is used
            picture = Image.open(io.BytesIO(data), formats=tuple(_KINDS))
            kind = _KINDS[picture.format or ""]
            fits = 0 < picture.width <= WIDEST and 0 < picture.height <= HIGHEST
            if not fits or getattr(picture, "is_animated", False):
                raise _invalid()
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, KeyError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise _invalid() from None
    return Still(data, kind)


def _invalid() -> Invalid:
    return Invalid("picture.invalid", "Hình thu nhỏ của điểm cầu không đọc được.")
