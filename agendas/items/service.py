"""The agenda of a meeting: every change compares and swaps its revision, so that nobody overwrites anybody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agendas.items.tables import Agenda, AgendaItem
from meetings.calendar.service import find_open
from meetings.errors import Invalid, NotFound, Refusal
from meetings.ids import new_id

#: More items than this no sitting gets through in a day.
MOST_ITEMS = 100
#: Minutes allotted to one item.
MOST_MINUTES = 24 * 60


async def items_of(session: AsyncSession, meeting_id: str) -> tuple[int, list[AgendaItem]]:
    """The agenda's revision (0 while it was never changed) and its items in order."""
    revision = await session.scalar(select(Agenda.revision).where(Agenda.meeting == meeting_id))
    rows = await session.scalars(
        select(AgendaItem).where(AgendaItem.meeting == meeting_id).order_by(AgendaItem.position)
    )
    return revision or 0, list(rows)


async def add_item(
    session: AsyncSession,
    meeting_id: str,
    revision: int,
    *,
    title: str,
    presenter: str = "",
    minutes: int,
    before: str | None = None,
) -> AgendaItem:
    """Put a new item before another one, or at the end.

    Raises:
        Invalid: no title, minutes out of bounds, too many items.
        NotFound: no such meeting, or no such item `before`.
        Refusal: `stale`; or the meeting was cancelled or held.
    """
    items = await _begin(session, meeting_id, revision)
    if len(items) >= MOST_ITEMS:
        raise _wrong("title", f"Chương trình có nhiều nhất {MOST_ITEMS} nội dung.")
    _check(title, minutes)
    item = AgendaItem(
        id=new_id(),
        meeting=meeting_id,
        position=len(items) + 1,
        title=title.strip(),
        presenter=presenter.strip(),
        minutes=minutes,
    )
    _insert(items, item, before)
    session.add(item)
    _number(items)
    await session.flush()
    return item


async def edit_item(
    session: AsyncSession,
    meeting_id: str,
    revision: int,
    item_id: str,
    *,
    title: str,
    presenter: str,
    minutes: int,
) -> AgendaItem:
    """Change what an item says; its place stays.

    Raises:
        Invalid, NotFound, Refusal: as `add_item`.
    """
    items = await _begin(session, meeting_id, revision)
    item = _find(items, item_id)
    _check(title, minutes)
    item.title, item.presenter, item.minutes = title.strip(), presenter.strip(), minutes
    await session.flush()
    return item


async def move_item(
    session: AsyncSession, meeting_id: str, revision: int, item_id: str, before: str | None
) -> list[AgendaItem]:
    """Put an item before another one, or at the end with None.

    Raises:
        NotFound: no such meeting or item.
        Refusal: `stale`; or the meeting was cancelled or held.
    """
    items = await _begin(session, meeting_id, revision)
    item = _find(items, item_id)
    if before != item_id:
        items.remove(item)
        _insert(items, item, before)
    _number(items)
    await session.flush()
    return items


async def remove_item(session: AsyncSession, meeting_id: str, revision: int, item_id: str) -> None:
    """Take an item off the agenda.

    Raises:
        NotFound: no such meeting or item.
        Refusal: `stale`; or the meeting was cancelled or held.
    """
    items = await _begin(session, meeting_id, revision)
    items.remove(_find(items, item_id))
    await session.execute(delete(AgendaItem).where(AgendaItem.id == item_id))
    _number(items)
    await session.flush()


async def minutes_allotted(session: AsyncSession, meeting_id: str) -> int:
    """All the agenda's minutes together."""
    total = await session.scalar(select(func.sum(AgendaItem.minutes)).where(AgendaItem.meeting == meeting_id))
    return int(total or 0)


async def _begin(session: AsyncSession, meeting_id: str, revision: int) -> list[AgendaItem]:
    """Compare and swap the revision; the items come back in order."""
    await find_open(session, meeting_id)
    swapped = await session.execute(
        update(Agenda)
        .where(Agenda.meeting == meeting_id, Agenda.revision == revision)
        .values(revision=revision + 1)
        .returning(Agenda.revision)
    )
    if swapped.scalar_one_or_none() is None:
        current = await session.scalar(select(Agenda.revision).where(Agenda.meeting == meeting_id))
        if current is not None or revision != 0:
            raise Refusal(
                "stale",
                "Chương trình vừa được người khác thay đổi. Hãy tải lại rồi thực hiện lại.",
                revision=current or 0,
            )
        # `find_open` holds the meeting's row, so nobody else makes the first revision meanwhile.
        session.add(Agenda(meeting=meeting_id, revision=1))
        await session.flush()
    _, items = await items_of(session, meeting_id)
    return items


def _find(items: Sequence[AgendaItem], item_id: str) -> AgendaItem:
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound("agenda.item_unknown", "Không tìm thấy nội dung này trong chương trình. Hãy tải lại trang.")


def _insert(items: list[AgendaItem], item: AgendaItem, before: str | None) -> None:
    index = len(items) if before is None else items.index(_find(items, before))
    items.insert(index, item)


def _number(items: Sequence[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position


def _check(title: str, minutes: int) -> None:
    if not title.strip():
        raise _wrong("title", "Hãy nhập tên nội dung.")
    if not 1 <= minutes <= MOST_MINUTES:
        raise _wrong("minutes", f"Thời lượng phải từ 1 đến {MOST_MINUTES} phút.")


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("request.invalid", problem, fields=[{"field": field, "problem": problem}])
