"""`make run`: the system with its embedded defaults, sample sites of today and a demo sitting, ready to be tried.

Everything it makes is marked as a sample. The sample accounts and their passwords exist here and nowhere else.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import meetings.directory
from agendas.items.service import add_item
from meetings.calendar.answers import set_delegates, set_guests
from meetings.calendar.bodies import BodyRules, save_body
from meetings.calendar.service import create
from meetings.calendar.setup import DelegateSetup, GuestSetup, MeetingSetup, Organiser, Place
from meetings.calendar.tables import Meeting, Participant
from meetings.directory.csv_import import read_sites
from meetings.directory.service import SiteDirectory, apply_import
from meetings.directory.tables import PersonRow
from meetings.http import Role
from meetings.ids import local_time, new_id, now_ms
from meetings.storage.database import Database
from meetings.storage.migrate import migrate
from signaling.pairing.codes import digest, new_code, new_token
from signaling.pairing.guests import link_guest
from signaling.pairing.tables import Device, Pairing
from web.identity.service import Identity
from web.settings import Settings, SettingsError, load_settings

#: The sample people: login, name, roles. The delegates, the unit's administrator and clerk belong to the sites.
PEOPLE: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("quantri", "Quản trị (mẫu)", frozenset({Role.ADMINISTRATOR})),
    ("chutri", "Chủ trì (mẫu)", frozenset()),
    ("thuky", "Thư ký (mẫu)", frozenset({Role.SECRETARY})),
    ("kythuat", "Kỹ thuật (mẫu)", frozenset({Role.TECHNICIAN})),
    *((f"daibieu{one}", f"Đại biểu {one} (mẫu)", frozenset[Role]()) for one in range(1, 7)),
    ("quantridv", "Quản trị đơn vị (mẫu)", frozenset({Role.UNIT_ADMINISTRATOR})),
    ("vanthu", "Văn thư (mẫu)", frozenset({Role.RECORDS_CLERK})),
    ("vanthutt", "Văn thư trung tâm (mẫu)", frozenset({Role.RECORDS_CLERK})),
)
#: Which place of the directory a sample person's unit runs; the others belong to the hub's.
_UNIT_OF = {f"daibieu{one}": one for one in range(1, 7)} | {"quantridv": 1, "vanthu": 1}
#: Where the sample guest's link is noted.
GUEST_LINK = "demo-guest-link"
#: Where the link is noted that makes a browser the sample room PC, and how long it holds, in ms.
ROOM_LINK = "demo-room-link"
_ROOM_LINK_LENGTH = 30 * 86_400_000
#: The sample room PC's place in the sitting; no sample person sits there.
_ROOM = 7
_TITLE = "Phiên họp thường kỳ (dữ liệu mẫu)"
_ITEMS = (("Báo cáo thu ngân sách", 20), ("Tiến độ đầu tư công", 25), ("Thảo luận và biểu quyết", 30))
_HOUR = 3_600_000


async def prepare(settings: Settings) -> str | None:
    """Make the sample data where the database is new; the sample accounts' password, or None where it is not."""
    database = Database(settings.database_url)
    try:
        await migrate(database)
        async with database.read() as session:
            if await session.scalar(select(PersonRow.id).limit(1)):
                return None
        for age in ("2020", "2025"):
            raw = (Path(meetings.directory.__file__).parent / "sample" / f"sites-{age}.csv").read_bytes()
            async with database.write() as session:
                await apply_import(session, read_sites(raw))
        password = os.environ.get("DEMO_PASSWORD") or "mau-" + secrets.token_hex(4)
        meeting = await _make_sitting(database, password)
        await _invite_guest(database, meeting, settings.data_dir / GUEST_LINK)
        await _pair_room(database, meeting, settings.data_dir / ROOM_LINK)
        return password
    finally:
        await database.close()


async def _make_sitting(database: Database, password: str) -> Meeting:
    today = local_time(now_ms()).date()
    async with database.read() as session:
        places = list((await SiteDirectory().places(session, today)).values())
    identity = Identity(database)
    people: dict[str, str] = {}
    for login, name, roles in PEOPLE:
        unit = places[_UNIT_OF.get(login, 0)].unit
        people[login] = await identity.add_person(name, unit, roles, login, password)
    async with database.write() as session:
        return await _schedule(session, places, people)


async def _invite_guest(database: Database, meeting: Meeting, note: Path) -> None:
    async with database.write() as session:
        guests = await set_guests(
            session, meeting.id, meeting.revision, [GuestSetup("Khách mời (mẫu)", meeting.hub_site)]
        )
        token = await link_guest(session, meeting.id, guests[0].id, now_ms())
    _keep(note, f"/join/guest#{token}")


async def _pair_room(database: Database, meeting: Meeting, note: Path) -> None:
    """Pair a sample room PC: the first browser that opens the noted link is it."""
    async with database.write() as session:
        rooms = select(Participant).where(Participant.meeting == meeting.id).order_by(Participant.position)
        room = (await session.scalars(rooms.offset(_ROOM).limit(1))).one()
        now = now_ms()
        device = Device(
            id=new_id(), site=room.site, unit=room.unit, paired_by=meeting.created_by, paired_at=now, seen_at=0
        )
        secret, id = new_token(), new_id()
        session.add(device)
        session.add(
            Pairing(
                id=id,
                code_hash=digest(new_code()),
                secret_hash=digest(secret),
                expires_at=now + _ROOM_LINK_LENGTH,
                device=device.id,
            )
        )
    _keep(note, f"/room-device#{id}.{secret}")


def _keep(note: Path, text: str) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(text + "\n")
    note.chmod(0o600)


async def _schedule(session: AsyncSession, places: list[Place], people: dict[str, str]) -> Meeting:
    rules = BodyRules(
        "Ủy ban nhân dân (mẫu)",
        6,
        ("Tán thành", "Không tán thành", "Không biểu quyết"),
        tie="chair",
        unit=places[0].unit,
    )
    body = await save_body(session, rules)
    now = now_ms()
    setup = MeetingSetup(
        title=_TITLE,
        starts_at=now - now % 60_000,  # whole minutes, as the form writes them
        ends_at=now - now % 60_000 + 4 * _HOUR,
        hub_site=places[0].site,
        chair=people["chutri"],
        chair_name="Chủ trì (mẫu)",
        secretary=people["thuky"],
        secretary_name="Thư ký (mẫu)",
        sites=tuple(places),
        body=body.id,
    )
    meeting = await create(session, Organiser(people["thuky"], places[0].unit, 10), setup, now)
    delegates = [
        DelegateSetup(
            places[one].site, f"Đại biểu {one} (mẫu)", people[f"daibieu{one}"], title="Đại biểu mẫu", site_chair=True
        )
        for one in range(1, 7)
    ]
    await set_delegates(session, meeting.id, meeting.revision, delegates, now)
    for revision, (title, minutes) in enumerate(_ITEMS):
        await add_item(session, meeting.id, revision, title=title, minutes=minutes)
    return meeting


def main() -> None:
    """Prepare the sample data, say how to sign in, and start the Procfile's processes."""
    os.environ.setdefault("SIGN_PKCS12", "demo")
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    password = asyncio.run(prepare(settings))
    note = settings.data_dir / "demo-password"
    if password is not None:
        _keep(note, password)
    logins = ", ".join(login for login, _, _ in PEOPLE)
    print(f"\nĐiểm Cầu: http://{settings.host}:{settings.port}")
    print(f"Tài khoản mẫu (sample accounts): {logins}")
    if note.is_file():
        print(f"Mật khẩu chung (password): {note.read_text().strip()}")
    link = settings.data_dir / GUEST_LINK
    if link.is_file():
        print(f"Khách mời mẫu (sample guest): http://{settings.host}:{settings.port}{link.read_text().strip()}")
    room = settings.data_dir / ROOM_LINK
    if room.is_file():
        print(f"Máy phòng họp mẫu (sample room PC): http://{settings.host}:{settings.port}{room.read_text().strip()}")
    print(
        "Máy phòng họp khác (another room PC): mở /room-device, rồi gõ mã ở trang Thiết bị bằng tài khoản quantri "
        "hoặc quantridv.\n"
    )
    sys.stdout.flush()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(sys.executable, [sys.executable, "-m", "honcho", "start", "-p", str(settings.port)])  # noqa: S606


if __name__ == "__main__":
    main()
