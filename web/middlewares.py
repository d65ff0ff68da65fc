"""What every request passes: errors as sentences, who is signed in, CSRF, security headers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import Counter, Histogram

from meetings.errors import Forbidden, Refusal
from meetings.http import PRINCIPAL, answer
from web.identity.service import Identity

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SESSION_COOKIE = "session"
#: The CSRF token of the request's session.
CSRF: web.RequestKey[str] = web.RequestKey("csrf", str)
log = structlog.get_logger()
REQUESTS = Counter("diemcau_http_requests", "HTTP requests", ["method", "route", "status"])
SECONDS = Histogram("diemcau_http_seconds", "Seconds to answer a request", ["method", "route"])
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: The page's own scripts only; the PDF reader decodes scanned pages (JBIG2, JPEG 2000) in WebAssembly, which
#: runs no text as script; the styles of components are inline.
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self' ws: wss:; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refusal becomes `{id, message, details}` with its status; anything unforeseen a sentence, and a log line."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.as_json(), status=refusal.status)
    except web.HTTPException as error:
        if not request.path.startswith("/api/") or error.status < 400:
            raise
        words = {404: "Không có địa chỉ này.", 405: "Địa chỉ này không nhận yêu cầu như vậy."}
        message = words.get(error.status, "Yêu cầu chưa thực hiện được.")
        return answer({"id": "http.failed", "message": message, "details": {}}, status=error.status)
    except Exception:
        log.exception("request.failed", method=request.method, route=_route(request))
        message = "Máy chủ gặp lỗi khi thực hiện yêu cầu này. Hãy thử lại; nếu vẫn lỗi, hãy báo kỹ thuật."
        return answer({"id": "server.failed", "message": message, "details": {}}, status=500)


@web.middleware
async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
    started = time.perf_counter()
    response = await handler(request)
    route = _route(request)
    REQUESTS.labels(request.method, route, response.status).inc()
    SECONDS.labels(request.method, route).observe(time.perf_counter() - started)
    return response


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self)")
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
    return response


def identify(identity: Identity) -> Middleware:
    """The middleware that finds the session and refuses changes without its CSRF token."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        token = request.cookies.get(SESSION_COOKIE)
        found = await identity.principal(token) if token else None
        if found is not None:
            request[PRINCIPAL], request[CSRF] = found
            sent = request.headers.get("X-CSRF-Token", "")
            if request.method not in _SAFE and not secrets.compare_digest(sent.encode(), found[1].encode()):
                if request.path == "/api/session" and request.method == "POST":
                    return await handler(request)
                raise Forbidden("identity.csrf", "Trang đã cũ. Hãy tải lại trang rồi thử lại.")
        return await handler(request)

    return middleware
