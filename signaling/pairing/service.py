"""Pairing a room's device, and claims from its hall: load, decide, save.

Times are UTC milliseconds. Every refusal is one of `meetings.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Meeting, Participant, Status
from meetings.directory.tables import PersonRow, SitePeriod
from meetings.errors import Forbidden, NotFound
from meetings.http import Principal, Role
from meetings.ids import local_time, new_id
from signaling.pairing.codes import digest, new_code, new_token, normal
from signaling.pairing.tables import Device, HallClaim, HallToken, Pairing

CODE_MS = 10 * 60_000
#: How exactly a device's last use is known.
SEEN_MS = 60_000
HALL_TOKEN_MS = 90_000
#: A sitting may overrun its planned end; a claim lasts this much longer.
OVERRUN_MS = 4 * 3_600_000


async def begin(session: AsyncSession, now: int) -> tuple[str, str, str]:
    """A new pairing: its id, the code to show, the secret to poll with."""
    await session.execute(delete(Pairing).where(Pairing.expires_at <= now))
    id, code, secret = new_id(), new_code(), new_token()
    session.add(Pairing(id=id, code_hash=digest(code), secret_hash=digest(secret), expires_at=now + CODE_MS, device=""))
    return id, code, secret


async def poll(session: AsyncSession, id: str, secret: str, now: int) -> tuple[str, str] | None:
    """(device, token) once, when the code was typed; None while it was not.

    Raises:
        NotFound: no such pairing, wrong secret, expired, or fetched already.
    """
    row = await session.get(Pairing, id, with_for_update=True)
    if row is None or row.secret_hash != digest(secret) or row.expires_at <= now:
        raise NotFound("pairing.gone", "Mã ghép đã hết hạn. Hãy lấy mã mới trên máy phòng họp.")
    if not row.device:
        return None
    device, token = row.device, new_token()
    await session.execute(update(Device).where(Device.id == device).values(token_hash=digest(token)))
    await session.delete(row)
    return device, token


def _may_manage(who: Principal, unit: str) -> bool:
    if who.has(Role.ADMINISTRATOR):
        return True
    return who.has(Role.TECHNICIAN, Role.UNIT_ADMINISTRATOR) and who.unit == unit


async def _unit_of_site(session: AsyncSession, site: str, day: date) -> str | None:
    found: str | None = await session.scalar(
        select(SitePeriod.unit)
        .where(SitePeriod.site == site, SitePeriod.valid_from <= day)
        .where(or_(SitePeriod.valid_to.is_(None), SitePeriod.valid_to >= day))
    )
    return found


async def site_name(session: AsyncSession, site: str, day: date) -> str:
    """What the site is called on `day`; empty where it does not exist then."""
    found: str | None = await session.scalar(
        select(SitePeriod.name)
        .where(SitePeriod.site == site, SitePeriod.valid_from <= day)
        .where(or_(SitePeriod.valid_to.is_(None), SitePeriod.valid_to > day))
    )
    return found or ""


async def pair(session: AsyncSession, who: Principal, typed: str, site: str, now: int) -> Device:
    """Bind the device that shows the code `typed` to `site`; the code is used up.

    Raises:
        Forbidden: `who` does not look after the site's unit.
        NotFound: unknown site, or a wrong, used or expired code.
    """
    unit = await _unit_of_site(session, site, local_time(now).date())
    if unit is None:
        raise NotFound("pairing.site", "Không tìm thấy điểm cầu này. Hãy chọn lại điểm cầu.")
    if not _may_manage(who, unit):
        raise Forbidden("pairing.forbidden", "Quý vị chỉ được ghép máy cho điểm cầu của đơn vị mình.")
    row = await session.scalar(
        select(Pairing).where(Pairing.code_hash == digest(normal(typed)), Pairing.device == "").with_for_update()
    )
    if row is None or row.expires_at <= now:
        raise NotFound("pairing.code", "Mã ghép không đúng hoặc đã hết hạn. Hãy xem lại mã trên máy phòng họp.")
    device = Device(id=new_id(), token_hash="", site=site, unit=unit, paired_by=who.person, paired_at=now, revoked_at=0)
    session.add(device)
    row.device = device.id
    return device


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device with its site's name and unit of today, and who paired it."""

    device: Device
    site_name: str
    paired_by: str


async def devices_of(session: AsyncSession, who: Principal, now: int) -> list[ListedDevice]:
    """Devices that `who` may revoke, newest first; a device follows its site to the site's new unit."""
    day = local_time(now).date()
    rows = await session.execute(
        select(Device, SitePeriod.name, SitePeriod.unit, PersonRow.name)
        .outerjoin(
            SitePeriod,
            and_(
                SitePeriod.site == Device.site,
                SitePeriod.valid_from <= day,
                or_(SitePeriod.valid_to.is_(None), SitePeriod.valid_to >= day),
            ),
        )
        .outerjoin(PersonRow, PersonRow.id == Device.paired_by)
        .where(Device.revoked_at == 0)
        .order_by(Device.id.desc())
    )
    return [
        ListedDevice(device, name or "", person or "")
        for device, name, unit, person in rows
        if _may_manage(who, unit or device.unit)
    ]


async def revoke(session: AsyncSession, who: Principal, id: str, now: int) -> Device:
    """End a device's right at once.

    Raises:
        NotFound: no such device that `who` may revoke.
    """
    device = await session.get(Device, id, with_for_update=True)
    unit = await _unit_of_site(session, device.site, local_time(now).date()) if device else None
    if device is None or device.revoked_at or not _may_manage(who, unit or device.unit):
        raise NotFound("pairing.device", "Không tìm thấy máy này. Hãy tải lại danh sách.")
    device.revoked_at, device.token_hash = now, ""
    return device


async def device_by_token(session: AsyncSession, token: str) -> Device | None:
    """The device whose cookie this is, unless revoked."""
    if not token:
        return None
    found: Device | None = await session.scalar(
        select(Device).where(Device.token_hash == digest(token), Device.revoked_at == 0)
    )
    return found


async def note_seen(session: AsyncSession, device: str, now: int) -> None:
    """Remember that the device is in use."""
    await session.execute(update(Device).where(Device.id == device).values(seen_at=now))


async def hall_token(session: AsyncSession, device: Device, meeting: str, now: int) -> str:
    """A token of ninety seconds for the hall's QR code.

    Raises:
        NotFound: the device's site takes no part in the meeting.
    """
    if await session.get(Participant, (meeting, device.site)) is None:
        raise NotFound("pairing.meeting", "Điểm cầu này không dự cuộc họp. Hãy kiểm tra lại lịch họp.")
    await session.execute(delete(HallToken).where(HallToken.expires_at <= now))
    token = new_token()
    session.add(HallToken(token_hash=digest(token), meeting=meeting, site=device.site, expires_at=now + HALL_TOKEN_MS))
    return token


async def claim_hall(session: AsyncSession, token: str, held: str, now: int) -> tuple[HallClaim, str]:
    """A claim for the browser that scanned `token`, and its secret.

    `held` is the secret that the browser has already: scanning again in the same hall gives the same claim,
    so that a name which it holds stays its own.

    Raises:
        NotFound: the token is wrong or expired, or the meeting has ended.
    """
    row = await session.get(HallToken, digest(token))
    meeting = await session.get(Meeting, row.meeting) if row and row.expires_at > now else None
    if row is None or meeting is None or not is_open(meeting, now):
        raise NotFound("pairing.hall_token", "Mã QR đã hết hạn. Hãy quét lại mã đang hiện trong phòng họp.")
    before = await claim_by_secret(session, held, row.meeting, now)
    if before is not None and before.site == row.site:
        return before, held
    secret = new_token()
    claim = HallClaim(
        id=new_id(),
        secret_hash=digest(secret),
        meeting=row.meeting,
        site=row.site,
        expires_at=meeting.ends_at + OVERRUN_MS,
    )
    session.add(claim)
    return claim, secret


def is_open(meeting: Meeting, now: int) -> bool:
    """Whether one may still come to the meeting."""
    return meeting.status == Status.SCHEDULED and now < meeting.ends_at + OVERRUN_MS


async def claim_by_secret(session: AsyncSession, secret: str, meeting: str, now: int) -> HallClaim | None:
    """The living claim of this secret; for `meeting` alone where one is given."""
    if not secret:
        return None
    wanted = select(HallClaim).where(HallClaim.secret_hash == digest(secret), HallClaim.expires_at > now)
    if meeting:
        wanted = wanted.where(HallClaim.meeting == meeting)
    found: HallClaim | None = await session.scalar(wanted)
    return found
