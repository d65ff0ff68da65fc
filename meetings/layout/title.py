"""The name of a document: its type in capitals, what it is about, and a rule below."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus.flowables import Flowable, Spacer

from meetings.layout.head import Rule
from meetings.layout.page import TITLE, TITLE_SIZE, WIDTH, heading, words
from meetings.layout.typeface import BOLD, broken, width_of


def named(kind: str, abstract: str) -> Iterator[Flowable]:
    """`kind` and `abstract` centred; the rule is two fifths of the abstract's longest line."""
    yield Spacer(1, 10)
    first = heading(kind, kind.capitalize(), style=TITLE)
    first.role = "H1"
    yield first
    yield words(abstract, TITLE)
    lines = broken(abstract, BOLD, TITLE_SIZE, WIDTH)
    yield Rule(max((width_of(line, BOLD, TITLE_SIZE) for line in lines), default=100.0) * 0.4)
    yield Spacer(1, 4)
