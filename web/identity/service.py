"""Signing in and out: argon2 in a thread, a rate per account and address, sessions that can be ended."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.directory.folding import fold
from meetings.directory.tables import PersonRow
from meetings.errors import Invalid, NotFound, Refusal, TooMany
from meetings.http import Principal, Role
from meetings.ids import new_id, now_ms
from meetings.storage.database import Database
from signaling.endings import Ended, Endings
from web.identity.tables import Account, Session

#: A session's use is remembered this exactly, in ms.
SEEN_EVERY = 5 * 60 * 1000
#: A session without use ends after this long, in ms.
SESSION_LENGTH = 12 * 3600 * 1000
#: A one-time activation code holds this long, in ms.
ACTIVATION_LENGTH = 14 * 24 * 3600 * 1000
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
#: Verified against where the account does not exist, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    csrf: str
    person: str


class SignInRate:
    """At most `limit` failures per key within `window` seconds; old keys are forgotten."""

    def __init__(self, limit: int = 8, window: float = 300.0, keys: int = 10_000) -> None:
        self._limit, self._window, self._keys = limit, window, keys
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def check(self, *keys: str) -> None:
        now = time.monotonic()
        for key in keys:
            recent = [at for at in self._failures.get(key, []) if now - at < self._window]
            if len(recent) >= self._limit:
                raise TooMany("identity.rate", "Quý vị đã thử quá nhiều lần. Hãy đợi 5 phút rồi đăng nhập lại.")

    def failed(self, *keys: str) -> None:
        for key in keys:
            self._failures.setdefault(key, []).append(time.monotonic())
            self._failures.move_to_end(key)
        while len(self._failures) > self._keys:
            self._failures.popitem(last=False)


class Identity:
    """Accounts and sessions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rate = SignInRate()
        #: Hears which sessions end, on every server.
        self.endings = Endings(database)

    async def sign_in(self, login: str, password: str, address: str, browser: str = "") -> SignedIn:
        """A new session.

        Raises:
            TooMany: too many failures from this address or for this account.
            Refusal: login and password do not fit.
        """
        keys = (f"login:{login.casefold()[:64]}", f"address:{address}")
        self._rate.check(*keys)
        async with self._database.read() as session:
            account = await session.scalar(select(Account).where(Account.login == login.casefold()))
            person = await session.get(PersonRow, account.person) if account else None
        good = await asyncio.to_thread(_verify, account.password_hash if account else "", password)
        if not good or account is None or person is None or not person.active:
            self._rate.failed(*keys)
            raise Refusal("identity.wrong", "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi nhập lại.")
        return await self._open_session(account.person, browser)

    async def _open_session(self, person: str, browser: str) -> SignedIn:
        signed = SignedIn(secrets.token_urlsafe(32), secrets.token_urlsafe(24), person)
        now = now_ms()
        async with self._database.write() as session:
            session.add(
                Session(
                    id=new_id(),
                    token_hash=digest(signed.token),
                    person=person,
                    csrf=signed.csrf,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + SESSION_LENGTH,
                    browser=browser[:60],
                )
            )
        return signed

    async def principal(self, token: str) -> tuple[Principal, str] | None:
        """Whose session `token` opens and its CSRF token, or None. Use keeps a session alive."""
        async with self._database.read() as session:
            row = await session.scalar(select(Session).where(Session.token_hash == digest(token)))
            if row is None or row.expires_at < now_ms():
                return None
            person = await session.get(PersonRow, row.person)
        if person is None or not person.active:
            return None
        now = now_ms()
        if now - row.seen_at > SEEN_EVERY:
            async with self._database.write() as session:
                used = update(Session).where(Session.id == row.id)
                await session.execute(used.values(seen_at=now, expires_at=now + SESSION_LENGTH))
        roles = frozenset(Role(one) for one in person.roles.split(",") if one)
        return Principal(person.id, person.name, person.unit, roles, row.id), row.csrf

    async def sign_out(self, session_id: str) -> None:
        """End one session and cut its connections."""
        async with self._database.write() as session:
            await session.execute(delete(Session).where(Session.id == session_id))
        await self.endings.tell(Ended.SESSION, session_id)

    async def sessions_of(self, person: str) -> list[Session]:
        """The person's living sessions, the latest used first."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(Session)
                .where(Session.person == person, Session.expires_at > now_ms())
                .order_by(Session.seen_at.desc(), Session.id.desc())
            )
            return list(rows)

    async def end_session(self, person: str, session_id: str) -> None:
        """End one session of the person.

        Raises:
            NotFound: the person has no such session.
        """
        if all(one.id != session_id for one in await self.sessions_of(person)):
            raise NotFound("identity.unknown_session", "Phiên đăng nhập này đã kết thúc. Hãy tải lại danh sách.")
        await self.sign_out(session_id)

    async def end_sessions(self, person: str) -> None:
        """End all sessions of a person and cut their connections."""
        async with self._database.write() as session:
            await session.execute(delete(Session).where(Session.person == person))
        await self.cut(person)

    async def cut(self, person: str) -> None:
        """Cut the person's connections; they may come back with the roles that they still have."""
        await self.endings.tell(Ended.PERSON, person)

    async def remove_person(self, person: str) -> None:
        """The person can no longer sign in, and is out of every room at once."""
        async with self._database.write() as session:
            await session.execute(update(PersonRow).where(PersonRow.id == person).values(active=False))
        await self.end_sessions(person)

    async def activate(self, login: str, code: str, password: str, address: str) -> None:
        """Set the first password, or a new one after a reset, by a one-time code.

        Raises:
            Invalid: the password is too short.
            Refusal: the code does not fit, was used, or is too old.
        """
        keys = (f"code:{login.casefold()[:64]}", f"address:{address}")
        self._rate.check(*keys)
        _check_password(password)
        hashed = await asyncio.to_thread(_hasher.hash, password)
        async with self._database.write() as session:
            account = await session.scalar(select(Account).where(Account.login == login.casefold()))
            good = account is not None and secrets.compare_digest(account.activation_hash, digest(_normal(code)))
            if account is None or not good or account.activation_until < now_ms():
                self._rate.failed(*keys)
                raise Refusal("identity.code", "Mã kích hoạt chưa đúng hoặc đã hết hạn. Hãy xin mã mới ở đơn vị.")
            account.password_hash, account.activation_hash, account.activation_until = hashed, "", 0
            person = account.person
        await self.end_sessions(person)

    async def issue_code(self, person: str) -> str:
        """A new one-time activation code for a person's account; the old password no longer works.

        Raises:
            NotFound: the person has no account.
        """
        return (await self.issue_codes([person]))[person]

    async def issue_codes(self, people: Collection[str]) -> dict[str, str]:
        """A new one-time activation code for each of these people, all or none.

        Raises:
            NotFound: one of them has no account.
        """
        codes = {person: _new_code() for person in people}
        until = now_ms() + ACTIVATION_LENGTH
        async with self._database.write() as session:
            for person, code in codes.items():
                account = await session.get(Account, person)
                if account is None:
                    raise NotFound("identity.no_account", "Người này chưa có tài khoản.")
                account.activation_hash, account.activation_until = digest(code), until
                account.password_hash = ""
        for person in codes:
            await self.end_sessions(person)
        return codes

    async def add_person(
        self, name: str, unit: str, roles: frozenset[Role], login: str, password: str = "", position: str = ""
    ) -> str:
        """A new person with an account; without a password it waits for activation. Returns the person's id.

        Raises:
            Invalid: the password is too short.
            Refusal: the login name is taken.
        """
        if password:
            _check_password(password)
        hashed = await asyncio.to_thread(_hasher.hash, password) if password else ""
        async with self._database.write() as session:
            if await session.scalar(select(Account.person).where(Account.login == login.casefold())):
                raise Refusal("identity.login_taken", f"Tên đăng nhập “{login}” đã có người dùng. Hãy chọn tên khác.")
            person = new_id()
            session.add(_person(person, name, unit, roles, position))
            session.add(
                Account(
                    person=person, login=login.casefold(), password_hash=hashed, activation_hash="", activation_until=0
                )
            )
        return person


def _person(id: str, name: str, unit: str, roles: frozenset[Role], position: str) -> PersonRow:
    joined = ",".join(sorted(roles))
    return PersonRow(id=id, name=name, folded=fold(name), position=position, unit=unit, roles=joined, active=True)


def _normal(code: str) -> str:
    """The code as issued, however it was typed: capitals, without blanks or hyphens."""
    return "".join(one for one in code.upper() if one.isalnum())


def _new_code() -> str:
    return "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(12))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= 200:
        raise Invalid("identity.password_short", f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự.")


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _NOBODY, password[:200]) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


async def people_of_unit(session: AsyncSession, unit: str | None) -> list[tuple[PersonRow, Account | None]]:
    """People with their accounts, of one unit or of all."""
    query = select(PersonRow, Account).outerjoin(Account, Account.person == PersonRow.id).order_by(PersonRow.folded)
    if unit is not None:
        query = query.where(PersonRow.unit == unit)
    return [(row[0], row[1]) for row in await session.execute(query)]
