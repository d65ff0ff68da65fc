"""What every HTTP handler shares: who asks, what they sent, how the answer is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from meetings.errors import Forbidden, Invalid, NotSignedIn, TooLarge
from meetings.storage.database import Database

#: The database of the running application.
DATABASE: web.AppKey[Database] = web.AppKey("database", Database)

#: Addresses of the proxies whose forwarding headers are believed.
TRUSTED_PROXIES: web.AppKey[frozenset[str]] = web.AppKey("trusted_proxies", frozenset)

#: A JSON body larger than this is refused; uploads have their own limit.
BODY_LIMIT = 2 * 1024 * 1024


class Role(StrEnum):
    """Roles across the province; roles in one sitting are given by the meeting."""

    ADMINISTRATOR = "administrator"
    UNIT_ADMINISTRATOR = "unit_administrator"
    SECRETARY = "secretary"
    TECHNICIAN = "technician"
    RECORDS_CLERK = "records_clerk"
    UNIT_HEAD = "unit_head"


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person, as the server knows them."""

    person: str
    name: str
    unit: str
    roles: frozenset[Role]
    session: str

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


#: Where the identity middleware leaves the signed-in person.
PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal", Principal)


def principal(request: web.Request) -> Principal:
    """Who is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    found: Principal | None = request.get(PRINCIPAL)
    if found is None:
        raise NotSignedIn("identity.not_signed_in", "Quý vị chưa đăng nhập. Hãy đăng nhập rồi thử lại.")
    return found


def require(request: web.Request, *roles: Role) -> Principal:
    """The signed-in person, who holds at least one of `roles`.

    Raises:
        NotSignedIn: nobody is signed in.
        Forbidden: the person holds none of the roles.
    """
    who = principal(request)
    if not who.has(*roles):
        raise Forbidden("identity.role_missing", "Tài khoản của quý vị không có quyền thực hiện việc này.")
    return who


def address_of(request: web.Request) -> str:
    """The client's address: of the connection, or as a trusted proxy says it."""
    direct = request.remote or ""
    if _through_proxy(request):
        return request.headers.get("X-Forwarded-For", direct).split(",")[-1].strip()
    return direct


def over_tls(request: web.Request) -> bool:
    """Whether the browser's own connection is encrypted: here, or at a trusted proxy."""
    return request.secure or (_through_proxy(request) and request.headers.get("X-Forwarded-Proto") == "https")


def origin_of(request: web.Request) -> str:
    """Scheme and host as the browser knows them, to write into addresses for people."""
    host = request.host
    if _through_proxy(request):
        host = request.headers.get("X-Forwarded-Host", host).split(",")[0].strip()
    return f"{'https' if over_tls(request) else 'http'}://{host}"


def _through_proxy(request: web.Request) -> bool:
    return (request.remote or "") in request.app.get(TRUSTED_PROXIES, frozenset())


Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: web.Request, model: type[Model]) -> Model:
    """The request's JSON body as `model`.

    Raises:
        TooLarge: the body exceeds `BODY_LIMIT` bytes.
        Invalid: not JSON, or fields are wrong; `details.fields` lists `{field, problem}`.
    """
    raw = await request.content.read(BODY_LIMIT + 1)
    while len(raw) <= BODY_LIMIT and not request.content.at_eof():
        raw += await request.content.read(BODY_LIMIT + 1 - len(raw))
    if len(raw) > BODY_LIMIT:
        raise TooLarge("request.too_large", "Dữ liệu gửi lên quá lớn. Hãy chia nhỏ rồi gửi lại.")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in found["loc"]), "problem": found["msg"]}
            for found in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Invalid(
            "request.invalid", "Dữ liệu gửi lên chưa đúng. Hãy xem lại các ô được đánh dấu.", fields=fields
        ) from None


def answer(data: BaseModel | dict[str, object] | list[object], status: int = 200) -> web.Response:
    """`data` as a JSON response with Vietnamese letters kept as they are."""
    if isinstance(data, BaseModel):
        text = data.model_dump_json()
    else:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return web.json_response(text=text, status=status)
