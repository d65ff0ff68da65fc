"""Marks in a page's content that say what each part is, for screen readers and for taking the text out.

reportlab writes no structure of its own, so each part brackets what it draws; `archive` makes the tree from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

#: What a person does not read as text: rules, page numbers.
ARTIFACT = "Artifact"


@dataclass(slots=True)
class Tags:
    """The marked parts of each page: their roles (`H1`, `P`, …) in reading order, by the number of the page from 1."""

    pages: dict[int, list[str]] = field(default_factory=dict)
    inside: bool = False

    def add(self, page: int, role: str) -> int:
        parts = self.pages.setdefault(page, [])
        parts.append(role)
        return len(parts) - 1


@contextmanager
def tagged(canvas: Any, role: str) -> Iterator[None]:
    """Mark what is drawn meanwhile; within another mark it belongs to that one."""
    tags: Tags | None = getattr(canvas, "tags", None)
    if tags is None or tags.inside:
        yield
        return
    if role == ARTIFACT:
        canvas._code.append("/Artifact BMC")
    else:
        canvas._code.append(f"/{role} <</MCID {tags.add(canvas.getPageNumber(), role)}>> BDC")
    tags.inside = True
    try:
        yield
    finally:
        tags.inside = False
        canvas._code.append("EMC")
