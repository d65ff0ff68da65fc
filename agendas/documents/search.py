"""The text of papers, kept by content, and searching it with and without accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from agendas.documents.tables import Document, DocumentText
from meetings.directory.folding import fold
from meetings.errors import Invalid

#: Pages that one search answers, and letters around what was found.
MOST_HITS = 50
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that holds every word that was searched."""

    document: str
    title: str
    page: int
    excerpt: str


async def keep_texts(session: AsyncSession, sha256: str, texts: Sequence[str]) -> None:
    """Keep the text of a content's pages, where it is not there yet."""
    if await session.scalar(select(DocumentText.page).where(DocumentText.sha256 == sha256).limit(1)) is not None:
        return
    for number, text in enumerate(texts, start=1):
        plain = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
        if plain:
            session.add(DocumentText(sha256=sha256, page=number, text=plain, folded=_folded(plain)))


async def forget_texts(session: AsyncSession, sha256: str) -> None:
    await session.execute(delete(DocumentText).where(DocumentText.sha256 == sha256))


def _folded(plain: str) -> str:
    """`plain` without accents, letter for letter, so that places in both are the same."""
    return "".join((fold(one) or one)[:1] for one in plain)


async def search(session: AsyncSession, papers: Sequence[Document], query: str) -> list[Hit]:
    """The pages of `papers` that hold every word of `query`, in the papers' order.

    Raises:
        Invalid: fewer than two letters, or more than a hundred.
    """
    words = fold(query).split()
    if not 2 <= len("".join(words)) <= 100:
        raise Invalid("search.invalid", "Hãy gõ từ 2 đến 100 chữ cái để tìm.")
    rows = await session.execute(
        select(DocumentText.sha256, DocumentText.page, DocumentText.text, DocumentText.folded)
        .where(DocumentText.sha256.in_({one.sha256 for one in papers}))
        .where(*(DocumentText.folded.contains(word, autoescape=True) for word in words))
        .order_by(DocumentText.page)
        .limit(MOST_HITS)
    )
    found = [(row.sha256, row.page, _excerpt(row.text, row.folded, words)) for row in rows]
    hits = [
        Hit(paper.id, paper.title, page, excerpt)
        for paper in papers
        for sha256, page, excerpt in found
        if sha256 == paper.sha256
    ]
    return hits[:MOST_HITS]


def _excerpt(text: str, folded: str, words: Sequence[str]) -> str:
    whole = folded.find(" ".join(words))
    at = whole if whole >= 0 else folded.find(words[0])
    start, end = max(0, at - _AROUND), at + _AROUND
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
