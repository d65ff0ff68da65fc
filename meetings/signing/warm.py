"""What documents need at hand, so that the first of them is as quick as the next."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus.flowables import Flowable

from meetings.layout.archive import Description
from meetings.layout.page import Places, printed, words
from meetings.letters import layout as letters
from meetings.minutes import service as minutes
from meetings.signing import accept, issuing, sign, verify_process

#: Whose jobs come: their modules are here, with all that these need.
JOBS = (letters, minutes, accept, issuing, sign, verify_process)


def warm() -> None:
    """Draw and read a page as documents are drawn and read."""

    def story(places: Places) -> list[Flowable]:
        return [words("Điểm cầu")]

    drawn = printed(story, Description(type_name="Văn bản", subject="Mẫu"))
    IncrementalPdfFileWriter(io.BytesIO(drawn.pdf)).write(io.BytesIO())
    PdfFileReader(io.BytesIO(drawn.pdf))
    Canvas(io.BytesIO()).save()
