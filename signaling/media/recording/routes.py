"""HTTP of recordings: what there is of a meeting, its files, how long they are kept and for whom."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.access import find_visible
from meetings.calendar.tables import Delegate, Meeting
from meetings.errors import Forbidden, NotFound, Refusal
from meetings.http import DATABASE, Principal, answer, principal, read_body
from signaling.media.recording.archive import Access, Archive, Content, deleted_on, parts_of, rules_of
from signaling.media.recording.tables import RecordingPart, RecordingRules

log = structlog.get_logger()

ARCHIVE: web.AppKey[Archive] = web.AppKey("recordings", Archive)


class Rules(BaseModel):
    """How long, and for whom."""

    model_config = ConfigDict(extra="forbid")

    keep_days: Annotated[int, Field(ge=1, le=3650)]
    access: Access


def leads(who: Principal, meeting: Meeting) -> bool:
    """Chair and secretary alone decide on recordings; running the system gives no right to them."""
    return who.person in (meeting.chair, meeting.secretary)


async def _may_download(session: AsyncSession, who: Principal, meeting: Meeting, access: Access) -> bool:
    if leads(who, meeting):
        return True
    comes = (Delegate.meeting == meeting.id, Delegate.person == who.person, Delegate.replaced_by.is_(None))
    seat = select(Delegate.person).where(*comes)
    return access is Access.DELEGATES and await session.scalar(seat.limit(1)) is not None


async def get_recordings(request: web.Request) -> web.Response:
    """The parts of a meeting's recordings, what holds for them, and what whoever asks may do."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        meeting = await find_visible(session, who, request.match_info["id"])
        keep_days, access = await rules_of(session, meeting.id)
        parts = await parts_of(session, meeting.id)
        may_download = await _may_download(session, who, meeting, access)
    archive = request.app[ARCHIVE]
    here = [one.id for one in parts if one.ended_at and not one.deleted_at]
    contents = {id: await archive.content(id) for id in here} if may_download else {}
    return answer(
        {
            "parts": [_shown(one, contents.get(one.id, Content()), keep_days) for one in parts],
            "keep_days": keep_days,
            "access": access,
            "may_download": may_download,
            "may_change": leads(who, meeting),
        }
    )


def _shown(part: RecordingPart, content: Content, keep_days: int) -> dict[str, Any]:
    return {
        "part": part.id,
        "recording": part.recording,
        "number": part.number,
        "started_at": part.started_at,
        "ended_at": part.ended_at,
        "broken_off": part.broken_off,
        "duration": content.duration,
        "chapters": [{"at": at, "title": title} for at, title in content.chapters],
        "size": part.size,
        "deleted_at": part.deleted_at,
        "deleted_on": deleted_on(part.ended_at, keep_days) if part.ended_at else 0,
    }


async def put_rules(request: web.Request) -> web.Response:
    """Change what holds for a meeting's recordings, also for those that there are."""
    who = principal(request)
    async with request.app[DATABASE].read() as session:
        if not leads(who, await find_visible(session, who, request.match_info["id"])):
            raise Forbidden("recording.not_yours", "Chỉ chủ trì và thư ký cuộc họp đặt được thời hạn và quyền tải về.")
    rules = await read_body(request, Rules)
    async with request.app[DATABASE].write() as session:
        row = RecordingRules(meeting=request.match_info["id"], keep_days=rules.keep_days, access=rules.access)
        await session.merge(row)
    return await get_recordings(request)


async def download(request: web.Request) -> web.FileResponse:
    """The file of one part."""
    who, id = principal(request), request.match_info["part"]
    async with request.app[DATABASE].read() as session:
        part = await session.get(RecordingPart, id)
        if part is None:
            raise NotFound("recording.unknown", "Không tìm thấy bản ghi hình. Hãy mở lại trang cuộc họp.")
        meeting = await find_visible(session, who, part.meeting)
        _, access = await rules_of(session, meeting.id)
        if not await _may_download(session, who, meeting, access):
            raise Forbidden("recording.no_access", "Quý vị không được tải bản ghi hình này. Hãy hỏi thư ký cuộc họp.")
    if not part.ended_at:
        raise Refusal("recording.running", "Phần này đang được ghi. Hãy tải sau khi dừng ghi hình.")
    path = request.app[ARCHIVE].path(part.id)
    if part.deleted_at:
        raise NotFound("recording.deleted", "Bản ghi hình này đã được xóa vì hết thời hạn lưu.")
    if not path.is_file():
        log.error("recording.not_here", part=part.id, path=str(path))
        raise NotFound("recording.elsewhere", "Máy chủ này không có tệp ghi hình đó. Hãy báo quản trị hệ thống.")
    name = f"ghi-hinh-{part.recording[:8]}-phan-{part.number}.webm"
    headers = {
        "Content-Type": "video/webm",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return web.FileResponse(path, headers=headers)


def routes() -> list[web.RouteDef]:
    """The feature's routes."""
    return [
        web.get("/api/meetings/{id}/recordings", get_recordings),
        web.put("/api/meetings/{id}/recordings", put_rules),
        web.get("/api/recordings/{part}/file", download),
    ]
