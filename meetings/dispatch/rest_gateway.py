"""The provincial gateway over REST: sendEdoc, updateStatus, syncReceivedEdocList, getEdoc."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from meetings.dispatch.gateway import Access, Outcome, Result, Unavailable
from meetings.dispatch.rules import LARGEST_MESSAGE

#: What its codes mean for people. 0 is success.
CODES: Mapping[str, str] = {
    "10": "Tệp văn bản không hợp lệ. Hãy kiểm tra văn bản rồi gửi lại.",
    "15": "Trục liên thông không nhận mã hệ thống hoặc khóa của đơn vị. Hãy nhập lại khóa ở trang Sổ văn bản.",
    "18": "Trục liên thông không biết một nơi nhận. Hãy kiểm tra mã định danh của nơi nhận.",
    "19": "Đơn vị gửi chưa đăng ký với trục liên thông. Hãy liên hệ đơn vị vận hành trục.",
    "20": "Trục liên thông gặp lỗi khi tiếp nhận. Hãy gửi lại sau hoặc liên hệ đơn vị vận hành trục.",
    "21": "Trục liên thông không xử lý được tệp. Hãy gửi lại hoặc liên hệ đơn vị vận hành trục.",
    "22": "Gói tin sai định dạng theo trục liên thông. Hãy báo quản trị viên.",
    "23": "Một nơi nhận đang bị khóa trên trục liên thông. Hãy liên hệ nơi nhận.",
}
LARGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs between gateways of this kind."""

    send: str = "/v1/sendEdoc"
    update: str = "/v1/updateStatus"
    list: str = "/v1/syncReceivedEdocList"
    get: str = "/v1/getEdoc"
    #: Codes of `get` that say for certain that the gateway holds no such message, beside the status 404.
    absent: frozenset[str] = frozenset()
    #: Seconds for one call.
    patience: float = 60.0


class RestGateway:
    """Speaks as one system. The key goes in a header: redirects are not followed, so that it goes nowhere else."""

    def __init__(self, http: aiohttp.ClientSession, access: Access, profile: Profile | None = None) -> None:
        self._http, self._access, self._profile = http, access, profile or Profile()

    async def send(self, document_id: str, edxml: bytes) -> Outcome:
        form = aiohttp.FormData()
        form.add_field("messageType", "edoc")
        form.add_field("edocFile", edxml, filename=f"{document_id}.edxml", content_type="application/xml")
        try:
            status, data = await self._call("POST", self._profile.send, data=form)
        except aiohttp.ClientConnectorError:
            return Outcome(Result.NOT_SENT, "unreachable", "Chưa kết nối được trục liên thông. Hệ thống sẽ tự gửi lại.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return _unknown(type(error).__name__)
        code = _code(data)
        if status >= 500 or code is None:
            return _unknown(f"http {status}")
        if code == "0" and status < 300:
            return Outcome(Result.ACCEPTED)
        said = CODES.get(code, "Trục liên thông không nhận văn bản. Hãy liên hệ đơn vị vận hành trục.")
        return Outcome(Result.REFUSED, code, said)

    async def ask(self, document_id: str) -> Outcome:
        try:
            status, data = await self._call("GET", self._profile.get, params={"docId": document_id})
        except (aiohttp.ClientError, TimeoutError, OSError, Unavailable) as error:
            return _unknown(type(error).__name__)
        code = _code(data)
        if status == 404 or (status < 500 and code in self._profile.absent):
            return Outcome(Result.NOT_SENT, "absent")
        if status == 200 and (code == "0" or _xml(data)):
            return Outcome(Result.ACCEPTED)
        return _unknown(f"http {status}")

    async def waiting(self) -> list[str]:
        found = await self._wanted("GET", self._profile.list)
        listed = found.get("data", []) if isinstance(found, dict) else []
        if not isinstance(listed, list):
            raise Unavailable("list")
        references = [one.get("docId") if isinstance(one, dict) else one for one in listed[:1000]]
        return [str(one) for one in references if isinstance(one, str | int) and 0 < len(str(one)) <= 200]

    async def fetch(self, reference: str) -> bytes:
        try:
            status, data = await self._call("GET", self._profile.get, params={"docId": reference})
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(type(error).__name__) from None
        if status != 200 or not _xml(data):
            raise Unavailable(f"http {status}")
        return data

    async def acknowledge(self, reference: str) -> None:
        await self._wanted("POST", self._profile.update, json={"docId": reference, "status": "01"})

    async def _wanted(self, method: str, path: str, json: object = None) -> object:
        try:
            status, data = await self._call(method, path, json=json)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(type(error).__name__) from None
        if status != 200 or _code(data) != "0":
            raise Unavailable(f"http {status}, {_code(data)}")
        return _parsed(data)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        data: aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> tuple[int, bytes]:
        headers = {"X-SystemId": self._access.system_id, "X-SecretKey": self._access.secret}
        async with self._http.request(
            method,
            self._access.address.rstrip("/") + path,
            data=data,
            params=params,
            json=json,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=self._profile.patience),
        ) as response:
            limit = LARGEST_MESSAGE if path == self._profile.get else LARGEST_ANSWER
            body = bytearray()
            async for part in response.content.iter_chunked(256 * 1024):
                body += part
                if len(body) > limit:
                    raise aiohttp.ClientPayloadError("too large")
            return response.status, bytes(body)


def _unknown(code: str) -> Outcome:
    said = "Trục liên thông chưa trả lời rõ đã nhận hay chưa. Hệ thống sẽ hỏi lại trước khi gửi lại."
    return Outcome(Result.UNKNOWN, code, said)


def _xml(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _code(data: bytes) -> str | None:
    """The gateway's code in its answer; None where the answer is not in its words."""
    found = _parsed(data)
    if not isinstance(found, dict):
        return None
    code = found.get("code", found.get("errorCode"))
    return str(code)[:10] if isinstance(code, str | int) and not isinstance(code, bool) else None
