"""Carries waiting messages to the mail server, and writes anew to whoever was invited when a meeting changes."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

import aiosmtplib
import structlog
from sqlalchemy import select

from meetings.ids import now_ms
from meetings.mail import service
from meetings.mail.tables import MailMessage
from meetings.storage.database import Database

log = structlog.get_logger()
#: Seconds between two looks; milliseconds of the first pause, the longest, and of one try.
LOOK, FIRST_PAUSE, LONGEST_PAUSE, LEASE = 5.0, 60_000, 60 * 60_000, 120_000


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes, and as whom. With TLS from the first byte, by STARTTLS, or, on this machine alone, without."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: bool = False

    def __repr__(self) -> str:
        return f"MailServer({self.host!r}, {self.port})"


class Postman:
    def __init__(self, database: Database, server: MailServer) -> None:
        self._database, self._server = database, server

    async def send_next(self, now: int) -> bool:
        """Send the message that has waited longest; False where none is due."""
        async with self._database.write() as session:
            row = await session.scalar(
                select(MailMessage)
                .where(MailMessage.state == "queued", MailMessage.next_at <= now)
                .order_by(MailMessage.next_at, MailMessage.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return False
            row.attempts, row.next_at = row.attempts + 1, now + LEASE
        state, problem = await self._send(row)
        async with self._database.write() as session:
            current = await session.get_one(MailMessage, row.id)
            current.state, current.problem = state, problem
            if state == "queued":
                current.next_at = now + int(min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 20), LONGEST_PAUSE))
        log.info("mail.tried", message=row.id, state=state)
        return True

    async def _send(self, row: MailMessage) -> tuple[str, str]:
        one = self._server
        local = one.host in ("127.0.0.1", "::1", "localhost")
        try:
            await aiosmtplib.send(
                row.message,
                sender=one.sender,
                recipients=[row.address],
                hostname=one.host,
                port=one.port,
                username=one.user or None,
                password=one.password or None,
                use_tls=one.tls,
                start_tls=False if one.tls else (None if local else True),
                timeout=30,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(500 <= refused.code < 600 for refused in error.recipients):
                return "refused", "Máy chủ thư không nhận địa chỉ này. Hãy kiểm tra địa chỉ rồi mời lại."
            return "queued", "Máy chủ thư chưa nhận thư này. Hệ thống sẽ tự gửi lại."
        except aiosmtplib.SMTPAuthenticationError:
            return "queued", "Máy chủ thư không nhận tài khoản gửi. Hãy báo quản trị viên kiểm tra cấu hình thư."
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            return "queued", "Chưa gửi được qua máy chủ thư. Hệ thống sẽ tự gửi lại."
        return "sent", ""

    async def run(self) -> None:
        """Carry until cancelled."""
        while True:
            with contextlib.suppress(OSError):
                async with self._database.write() as session:
                    await service.follow(session, self._server.sender, now_ms())
                while await self.send_next(now_ms()):
                    pass
            await asyncio.sleep(LOOK)
