"""A signed file, opened once, with what the rules look at."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.status import DocumentTimestampStatus, PdfSignatureStatus

from meetings.signing.anchors import Trust


@dataclass
class Opened:
    """`signatures` are people's and the organ's, `stamps` document time stamps, both in the order they were made."""

    data: bytes
    reader: PdfFileReader
    trust: Trust
    statuses: dict[str, PdfSignatureStatus] = field(default_factory=dict)
    #: Of signatures that are not trusted: the same without asking for revocation.
    bare_statuses: dict[str, PdfSignatureStatus] = field(default_factory=dict)
    stamp_statuses: dict[str, DocumentTimestampStatus] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes, trust: Trust) -> Opened:
        return cls(data, PdfFileReader(io.BytesIO(data), strict=True), trust)

    @cached_property
    def everything(self) -> list[EmbeddedPdfSignature]:
        found = list(self.reader.embedded_signatures)
        if len({one.field_name for one in found}) != len(found):
            raise ValueError("two signatures share a field")
        return found

    @cached_property
    def signatures(self) -> list[EmbeddedPdfSignature]:
        return [one for one in self.everything if one.sig_object_type == "/Sig"]

    @cached_property
    def stamps(self) -> list[EmbeddedPdfSignature]:
        return [one for one in self.everything if one.sig_object_type == "/DocTimeStamp"]

    @cached_property
    def first_revision(self) -> bytes:
        """The bytes as of the first signature: what the first signer saw."""
        start, length = [int(one) for one in self.everything[0].sig_object["/ByteRange"]][2:4]
        return self.data[: start + length]

    @cached_property
    def document(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.data))

    def status_of(self, one: EmbeddedPdfSignature) -> PdfSignatureStatus | DocumentTimestampStatus:
        found: Mapping[str, PdfSignatureStatus | DocumentTimestampStatus]
        found = self.statuses if one.field_name in self.statuses else self.stamp_statuses
        return found[one.field_name]

    def close(self) -> None:
        if "document" in self.__dict__:
            self.document.close()
