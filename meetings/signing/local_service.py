"""The signing service on a person's own computer: where it listens, and how it and the server speak."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.errors import Invalid, Refusal, TooLarge
from meetings.http import answer
from meetings.signing import tickets
from meetings.signing.tickets import Handed

#: Where it listens; empty: not offered.
LOCAL_SERVICE: web.AppKey[str] = web.AppKey("signing_local_service", str)


@dataclass(frozen=True, slots=True)
class Errand:
    """What the service fetches and brings back: the file's name in the addresses, and a ticket's action each way."""

    file: str
    fetching: str
    returning: str


def expect_offered(address: str) -> str:
    """
    Raises:
        Refusal: the service is not offered.
    """
    if not address:
        raise Refusal("signing.no_local_service", "Máy chủ chưa bật ký bằng thiết bị trên máy tính. Hãy ký cách khác.")
    return address


async def send(
    session: AsyncSession, function: str, errand: Errand, handed: Handed, now: int, number: str = "", issued: str = ""
) -> dict[str, object]:
    """What the page tells the service: its `function` (a full address), and two one-use addresses of the server."""
    fetching = await tickets.issue(session, handed, errand.fetching, now)
    returning = await tickets.issue(session, handed, errand.returning, now)
    return {
        "service": function,
        "fetch": f"/api/signing/handover/{fetching}/{errand.file}",
        "return": f"/api/signing/handover/{returning}/{errand.file}",
        "sha256": handed.sha256,
        "expires_at": now + tickets.LIFETIME_MS,
        "number": number,
        "issued": issued,
    }


async def uploaded(request: web.Request, limit: int) -> bytes:
    """The file that the service posts (multipart `uploadfile`).

    Raises:
        Invalid: no multipart, or no such part.
        TooLarge: more than `limit` bytes.
    """
    if not request.content_type.startswith("multipart/"):
        raise Invalid("signing.not_multipart", "Dịch vụ ký gửi về dữ liệu không đúng quy cách.")
    reader = await request.multipart()
    async for part in reader:
        if isinstance(part, BodyPartReader) and part.name == "uploadfile":
            data = bytearray()
            while chunk := await part.read_chunk(256 * 1024):
                data += chunk
                if len(data) > limit:
                    raise TooLarge("verify.too_large", "Tệp gửi về quá lớn. Hãy ký đúng tệp đã giao.")
            return bytes(data)
    raise Invalid("verify.empty", "Dịch vụ ký không gửi về tệp nào.")


def kept(sha256: str) -> web.Response:
    """What the service is told of a file that was taken."""
    return answer({"Status": 0, "Message": "", "FileName": "van-ban.pdf", "FileServer": sha256})


def refused(refusal: Refusal) -> web.Response:
    """What the service is told of a file that was not."""
    return answer({"Status": 1, "Message": refusal.message, "FileName": "", "FileServer": "", "Id": refusal.id})
