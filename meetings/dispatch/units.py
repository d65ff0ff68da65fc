"""How a unit's documents leave: who it is on the exchange, by which way, and the gateway's key, kept sealed alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.calendar.tables import Participant
from meetings.directory.organ_ids import PUBLISHED, OrganIds
from meetings.directory.tables import SitePeriod, Unit
from meetings.directory.units import unit_on, units_on
from meetings.dispatch.gateway import Access, safe_address
from meetings.dispatch.message import Organ
from meetings.dispatch.named import Named
from meetings.dispatch.sealing import Sealer
from meetings.dispatch.tables import Dispatch, Mode, State, UnitExchange
from meetings.errors import Invalid, NotFound, Refusal
from meetings.ids import local_time, now_ms


@dataclass(frozen=True, slots=True)
class Wish:
    """What an administrator enters. An empty `secret` keeps the one there is.

    With a `gateway` of the settings, address and key are the settings' too.
    """

    mode: Mode
    organ_id: str
    other_organ_id: str = ""
    gateway: str = ""
    address: str = ""
    system_id: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """What the settings say of ways out: how keys are sealed, which gateways have names, what organ ids look like."""

    sealer: Sealer
    named: Named
    organ_ids: OrganIds = PUBLISHED


async def configure(session: AsyncSession, unit: str, wish: Wish, ways: Ways, by: str, now: int) -> UnitExchange:
    """
    Raises:
        Invalid: a wrong organ id or address, another unit's organ id, a gateway or system id that the settings do not
            have, or a direct way without system id or key.
        Refusal: messages of the unit are on their way by the old one, or no key to seal with.
    """
    _expect_right(wish, ways)
    row = await session.get(UnitExchange, unit, with_for_update=True)
    used = select(UnitExchange.unit).where(
        UnitExchange.unit != unit, UnitExchange.organ_id == wish.organ_id, UnitExchange.organ_id != ""
    )
    if await session.scalar(used.limit(1)):
        raise _wrong("organ_id", "Mã định danh này đã là của đơn vị khác.")
    if row is None:
        row = UnitExchange(
            unit=unit, mode=Mode.HANDOVER, organ_id="", other_organ_id="", gateway="", address="", secret=""
        )
        session.add(row)
    elif (row.mode, row.organ_id, row.gateway) != (wish.mode, wish.organ_id, wish.gateway):
        await _expect_idle(session, unit)
    if row.address and wish.address and row.address != wish.address and not wish.secret:
        raise _wrong("secret", "Địa chỉ đã đổi: hãy nhập lại khóa, để khóa cũ không bị gửi đến nơi khác.")
    row.secret = ways.sealer.seal(wish.secret) if wish.secret else (row.secret if wish.address else "")
    if wish.address and not row.secret:
        raise _wrong("secret", "Hãy nhập khóa mà trục liên thông hoặc hệ thống văn bản cấp cho đơn vị.")
    row.mode, row.organ_id, row.other_organ_id = wish.mode, wish.organ_id, wish.other_organ_id
    row.gateway, row.address, row.system_id, row.by, row.at = wish.gateway, wish.address, wish.system_id, by, now
    await session.flush()
    return row


async def same_organ(session: AsyncSession, id: str) -> set[str]:
    """Every id that the organ with `id` bears: the older form and the newer one."""
    found = {id}
    rows = await session.scalars(
        select(UnitExchange).where(or_(UnitExchange.organ_id == id, UnitExchange.other_organ_id == id))
    )
    for one in rows:
        found |= {one.organ_id, one.other_organ_id} - {""}
    return found


def _expect_right(wish: Wish, ways: Ways) -> None:
    for name, value in (("organ_id", wish.organ_id), ("other_organ_id", wish.other_organ_id)):
        if value and not ways.organ_ids.fits(value):
            raise _wrong(name, ways.organ_ids.sentence)
    if wish.gateway:
        _expect_named(wish, ways.named)
    if wish.address and not safe_address(wish.address):
        raise _wrong("address", "Địa chỉ phải bắt đầu bằng https:// và không có tham số, vì khóa được gửi kèm.")
    if wish.mode is Mode.DIRECT and not ((wish.gateway or wish.address) and wish.system_id and wish.organ_id):
        raise _wrong("address", "Gửi trực tiếp cần mã định danh của đơn vị, địa chỉ trục và mã hệ thống riêng.")
    if (wish.gateway or wish.address) and not wish.organ_id:
        raise _wrong("organ_id", "Hãy nhập mã định danh của đơn vị.")


def _expect_named(wish: Wish, named: Named) -> None:
    found = named.get(wish.gateway)
    if found is None:
        raise _wrong("gateway", "Máy chủ không có cổng liên thông mang tên này. Hãy tải lại trang và chọn lại.")
    if wish.system_id not in found.keys:
        raise _wrong("system_id", "Cấu hình máy chủ chưa có khóa cho mã hệ thống này ở cổng đã chọn.")
    if wish.address or wish.secret:
        raise _wrong("address", "Cổng đã chọn lấy địa chỉ và khóa từ cấu hình máy chủ: hãy để trống hai ô này.")


async def _expect_idle(session: AsyncSession, unit: str) -> None:
    on_the_way = select(Dispatch.id).where(
        Dispatch.unit == unit, Dispatch.state.in_((State.QUEUED, State.SENDING, State.UNKNOWN, State.MANUAL))
    )
    if await session.scalar(on_the_way.limit(1)):
        raise Refusal(
            "dispatch.on_the_way", "Đơn vị còn văn bản đang gửi theo cách cũ. Hãy chờ gửi xong hoặc hủy rồi mới đổi."
        )


async def expect_unit(session: AsyncSession, unit: str) -> None:
    """
    Raises:
        NotFound: there is no such unit.
    """
    if await session.get(Unit, unit) is None:
        raise NotFound("dispatch.unit_unknown", "Không tìm thấy đơn vị. Hãy mở lại từ trang Danh mục.")


async def exchange_of(session: AsyncSession, unit: str) -> UnitExchange | None:
    return await session.get(UnitExchange, unit)


def access_of(row: UnitExchange, ways: Ways) -> Access:
    """
    Raises:
        Refusal: the key cannot be opened, or the settings have the gateway or the system id no more.
    """
    if not row.gateway:
        return Access(row.address, row.system_id, ways.sealer.open(row.secret))
    found = ways.named.get(row.gateway)
    if found is None or row.system_id not in found.keys:
        raise Refusal(
            "dispatch.gateway_gone",
            f"Cổng liên thông “{row.gateway}” hoặc khóa của đơn vị ở cổng đó không còn trong cấu hình máy chủ. "
            "Hãy báo quản trị viên.",
        )
    return Access(found.address, row.system_id, found.keys[row.system_id], row.gateway)


async def organ_of(session: AsyncSession, row: UnitExchange) -> Organ:
    unit = await unit_on(session, row.unit, local_time(now_ms()).date())
    return Organ(row.organ_id, unit.name if unit else "")


async def invited(
    session: AsyncSession, meeting: str, but: str, ids_are: OrganIds = PUBLISHED
) -> list[tuple[str, Organ | None]]:
    """The units whose sites take part, by name, each with its organ id where one is known; without the unit `but`."""
    taking = set(await session.scalars(select(Participant.unit).where(Participant.meeting == meeting))) - {but}
    units = list((await units_on(session, local_time(now_ms()).date(), taking)).values())
    ids = [one.id for one in units]
    own = {
        one.unit: one.organ_id
        for one in await session.execute(
            select(UnitExchange.unit, UnitExchange.organ_id).where(UnitExchange.unit.in_(ids))
        )
    }
    listed = {
        one.unit: one.code
        for one in await session.execute(
            select(SitePeriod.unit, func.max(SitePeriod.organ_code).label("code"))
            .where(SitePeriod.unit.in_(ids), SitePeriod.valid_to.is_(None), SitePeriod.organ_code != "")
            .group_by(SitePeriod.unit)
        )
    }
    found: list[tuple[str, Organ | None]] = []
    for one in units:
        code = listed.get(one.id) or ""  # the directory also keeps codes of other registers there
        organ_id = own.get(one.id) or (code if ids_are.fits(code) else "")
        found.append((one.name, Organ(organ_id, one.name) if organ_id else None))
    return found


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("dispatch.exchange_invalid", problem, fields=[{"field": field, "problem": problem}])
