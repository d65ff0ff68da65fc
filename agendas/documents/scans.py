"""The text of pages that hold none: scans, read by OCR where Debian's tesseract-ocr and tesseract-ocr-vie are there."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import time
import unicodedata
from dataclasses import dataclass, field

import pypdfium2

#: Scanned pages of one paper that are read, and the seconds that it may take.
PAGES = 20
SECONDS = 75.0
_DOTS_PER_INCH = 200
_MOST_PIXELS = 8_000_000
#: Fewer letters than this are specks, not a page that was read.
_FEWEST_LETTERS = 10
#: A stamp's line; accents that readers of scans lose are allowed for, other words (MẶT, MẤT) are not.
_MARK = re.compile(r"^\W*(?:T[ỐÔO]I\s+|TUY[ỆÊE]T\s+)?M[ẬÂA]T\W*$", re.MULTILINE)


def available() -> bool:
    """Whether scans can be read on this machine, in Vietnamese."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=10, check=False)  # noqa: S603
    return b"vie" in listed.stdout.split()


@dataclass(slots=True)
class ScanReader:
    """Reads the scanned pages of one paper within its limits."""

    program: str = field(default_factory=lambda: shutil.which("tesseract") or "")
    pages_left: int = PAGES
    ends: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def read(self, page: pypdfium2.PdfPage) -> str:
        """The page's text; empty where it cannot be read or the limits are used up."""
        seconds = self.ends - time.monotonic()
        if not self.program or self.pages_left <= 0 or seconds <= 1:
            return ""
        self.pages_left -= 1
        try:
            done = subprocess.run(  # noqa: S603
                [self.program, "stdin", "stdout", "-l", "vie"],
                input=_picture(page),
                capture_output=True,
                timeout=seconds,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except subprocess.TimeoutExpired:
            return ""
        text = done.stdout.decode("utf-8", "replace")
        return text if done.returncode == 0 and sum(one.isalpha() for one in text) >= _FEWEST_LETTERS else ""


def _picture(page: pypdfium2.PdfPage) -> bytes:
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / 72, (_MOST_PIXELS / (width * height)) ** 0.5)
    drawn = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().save(drawn, "PNG")
    return drawn.getvalue()


def scan_is_marked(text: str) -> bool:
    """Whether a line of a read scan is a mark of its own."""
    return _MARK.search(unicodedata.normalize("NFC", text)) is not None
