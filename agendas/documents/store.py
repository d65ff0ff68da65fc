"""A folder of files named by their content. A file is there whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from meetings.errors import Refusal, TooLarge

#: The largest paper, in bytes.
SIZE_LIMIT = 100 * 1024 * 1024
#: Names of the copy that viewers read, and of one that is being written.
SHOWN, PART = ".shown", ".part"


@dataclass(frozen=True, slots=True)
class Received:
    """An upload on disk that is not kept yet."""

    path: Path
    sha256: str
    size: int

    def discard(self) -> None:
        for one in (self.path, self.path.with_suffix(".png"), self.shown, self.path.with_suffix(PART)):
            one.unlink(missing_ok=True)

    @property
    def shown(self) -> Path:
        """Where the copy that viewers read lies, if one was derived."""
        return self.path.with_suffix(SHOWN)


class Store:
    """Content-addressed files below `folder`."""

    def __init__(self, folder: Path, limit: int = SIZE_LIMIT) -> None:
        self._folder = folder
        self.limit = limit

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def thumbnail(self, sha256: str) -> Path:
        """The picture of the first page."""
        return self.path(sha256).with_suffix(".png")

    def shown(self, sha256: str) -> Path:
        """What viewers read: the copy derived for them, else the content itself."""
        derived = self.path(sha256).with_suffix(SHOWN)
        return derived if derived.exists() else self.path(sha256)

    def erase(self, sha256: str) -> None:
        """Delete a content for good, with what was derived from it."""
        for one in (self.path(sha256), self.thumbnail(sha256), self.path(sha256).with_suffix(SHOWN)):
            one.unlink(missing_ok=True)

    def too_large(self) -> TooLarge:
        """Says what to do with a paper beyond the limit."""
        most = f"{self.limit // 1024 // 1024} MB"
        return TooLarge("document.too_large", f"Tệp lớn quá {most}. Hãy giảm dung lượng hoặc chia nhỏ rồi tải lại.")

    async def receive(self, chunks: AsyncIterator[bytes]) -> Received:
        """Take an upload in, beside the store.

        Raises:
            TooLarge: it exceeds the limit; nothing of it is kept.
            Refusal: the disk is full; nothing of it is kept.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="upload-")
        received, digest, size = Path(name), hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > self.limit:
                        raise self.too_large()
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            Received(received, "", 0).discard()
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Refusal(
                    "document.disk_full", "Máy chủ hết dung lượng nên chưa nhận được tệp. Hãy báo kỹ thuật."
                ) from None
            raise
        return Received(received, digest.hexdigest(), size)

    def keep(self, received: Received) -> bool:
        """Put an upload into its place; False where the same content was there already."""
        place = self.path(received.sha256)
        if place.exists():
            received.discard()
            return False
        place.parent.mkdir(parents=True, exist_ok=True)
        drawn = received.path.with_suffix(".png")
        if drawn.exists():
            drawn.rename(self.thumbnail(received.sha256))
        if received.shown.exists():
            received.shown.rename(place.with_suffix(SHOWN))
        received.path.rename(place)
        with contextlib.suppress(OSError):
            folder = os.open(place.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return True
