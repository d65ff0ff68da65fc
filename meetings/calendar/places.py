"""What the calendar asks of the surroundings: the directory by day, and whether a text is marked secret."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Protocol

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.marks import title_is_marked
from meetings.calendar.setup import Place
from meetings.errors import Invalid, NotFound

log = logging.getLogger(__name__)


class Directory(Protocol):
    """Sites, people and the standing of units, as of a day."""

    async def places(self, session: AsyncSession, day: date) -> dict[str, Place]:
        """Every site in effect on `day`, by id, in the order in which people list them."""
        ...

    async def people(self, session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
        """The names of these people; the unknown are left out."""
        ...

    async def search_people(self, session: AsyncSession, text: str, limit: int) -> list[dict[str, str]]:
        """People whose name holds `text`, accents or not: `[{id, name, position, unit}]`."""
        ...

    async def rank(self, session: AsyncSession, unit: str, day: date) -> int:
        """The standing of a unit: a smaller number is higher; the unknown stand lowest."""
        ...


#: The directory of the running application.
DIRECTORY: web.AppKey[Directory] = web.AppKey("calendar_directory", Directory)
#: A further check of texts for state-secret marks, which the floor above may bring.
IS_MARKED: web.AppKey[Callable[[str], bool]] = web.AppKey("calendar_is_marked", Callable)  # type: ignore[arg-type]
#: Called with the id of a guest who is no longer invited, so that their pages are closed.
ON_UNINVITED: web.AppKey[list[Callable[[str], Awaitable[None]]]] = web.AppKey("on_uninvited", list)


def refuse_marked(request: web.Request, person: str, *texts: str) -> None:
    """Refuse texts with a state-secret mark; nothing of them is kept but a hash of the refused text.

    Raises:
        Invalid: `secrecy.marked`.
    """
    further = request.app.get(IS_MARKED)
    for text in texts:
        if title_is_marked(text) or (further is not None and further(text)):
            digest = hashlib.sha256(text.encode()).hexdigest()
            log.warning("secrecy.refused person=%s sha256=%s", person, digest)
            raise Invalid(
                "secrecy.marked",
                "Nội dung có dấu độ mật (Mật, Tối mật, Tuyệt mật) không được đưa vào hệ thống này. "
                "Hãy dùng hình thức họp dành cho nội dung mật.",
            )


async def choose_places(
    directory: Directory, session: AsyncSession, day: date, sites: Collection[str]
) -> tuple[Place, ...]:
    """The chosen sites by the names of `day`, in the order chosen.

    Raises:
        Invalid: a site does not exist on that day; `details.sites` lists them.
    """
    there = await directory.places(session, day)
    missing = [site for site in sites if site not in there]
    if missing:
        raise Invalid(
            "calendar.site_unknown",
            f"Có {len(missing)} điểm cầu không hoạt động vào ngày họp. Hãy bỏ chọn hoặc chọn lại.",
            sites=missing,
        )
    return tuple(there[site] for site in sites)


async def name_people(directory: Directory, session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """The names of these people.

    Raises:
        NotFound: one of them is not in the directory.
    """
    names = await directory.people(session, {person for person in ids if person})
    if any(person and person not in names for person in ids):
        raise NotFound("calendar.person_unknown", "Không tìm thấy người được chọn. Hãy chọn lại trong danh bạ.")
    return names
