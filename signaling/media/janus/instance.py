"""One Janus over WebSocket: finds it again whenever it comes back, asks, and hands on what it says by itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import aiohttp
import structlog

from signaling.media.engine import EngineError

log = structlog.get_logger()

PLUGIN = "janus.plugin.videoroom"
#: A request that takes longer has failed, in seconds.
PATIENCE = 5.0
#: Between two attempts to reach Janus, in seconds.
RETRY = 0.5
#: After it refused our session, for a wrong secret say, it is asked again so late. Seconds.
REFUSED = 10.0
#: Janus ends a session that is silent for a minute.
KEEP_ALIVE = 20.0
#: Begins the transaction of a keep-alive, the one request that Janus answers with an `ack` alone.
_ALIVE = "alive"
#: The largest message that is read, in bytes.
MESSAGE = 1024 * 1024

#: JSON of Janus, whose shape depends on the request.
Json = dict[str, Any]


class Instance:
    """The Janus at `url`. `said(handle, message)` gets its events, `turned(up)` whether it is reached."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.handles: set[int] = set()
        self.said: Callable[[int, Json], None] = lambda *_: None
        self.turned: Callable[[bool], None] = lambda _: None
        self._secret = secret
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._session = 0
        self._ids = itertools.count(1)
        self._asked: dict[str, asyncio.Future[Json]] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        return self._session != 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as client:
            while True:
                try:
                    await self._connected(client)
                except (aiohttp.ClientError, OSError, EngineError, TimeoutError) as error:
                    log.debug("media.janus_not_reached", url=self.url, why=type(error).__name__)
                await asyncio.sleep(RETRY)

    async def _connected(self, client: aiohttp.ClientSession) -> None:
        protocols = ("janus-protocol",)
        async with client.ws_connect(self.url, protocols=protocols, heartbeat=KEEP_ALIVE, max_msg_size=MESSAGE) as one:
            self._socket = one
            living = asyncio.create_task(self._live(one))
            try:
                async for message in one:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._take(message.json())
            except (ValueError, TypeError, KeyError, AttributeError):
                log.error("media.janus_not_understood", url=self.url)
            finally:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)
                self._gone()

    async def _live(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Open our session and keep it alive; where Janus does not take it (any more), begin anew after a while."""
        try:
            made = await self.ask({"janus": "create"})
            self._session = int(made["data"]["id"])
            self.turned(True)
            while True:
                await asyncio.sleep(KEEP_ALIVE)
                await self.ask({"janus": "keepalive"})
        except (EngineError, ValueError, KeyError) as error:
            log.error("media.janus_refuses", url=self.url, why=str(error))
            await asyncio.sleep(0 if self.up else REFUSED)
            await socket.close()

    def _gone(self) -> None:
        was, self._session, self._socket = self.up, 0, None
        self.handles.clear()
        for one in self._asked.values():
            if not one.done():
                one.set_exception(EngineError("media.unavailable", "Janus went away"))
        if was:
            self.turned(False)

    def _take(self, message: Json) -> None:
        transaction, kind = str(message.get("transaction", "")), message.get("janus")
        asked = self._asked.get(transaction)
        if kind == "ack" and not transaction.startswith(_ALIVE):
            return  # the answer comes as an event
        if asked is not None and not asked.done():
            asked.set_result(message)
        elif kind not in ("ack", "success", "error"):
            self.said(int(message.get("sender", 0)), message)

    async def ask(self, request: Json, handle: int = 0) -> Json:
        """Send one request and wait for its answer.

        Raises:
            EngineError: `media.unavailable`: Janus is away, silent, or refused.
        """
        if self._socket is None or self._socket.closed:
            raise EngineError("media.unavailable", f"{self.url} is not reached")
        transaction = f"{_ALIVE if request['janus'] == 'keepalive' else ''}{next(self._ids)}"
        message = request | {"transaction": transaction}
        message |= {"session_id": self._session} if self._session else {}
        message |= {"handle_id": handle} if handle else {}
        message |= {"apisecret": self._secret} if self._secret else {}
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[transaction] = future
        try:
            await self._socket.send_json(message)
            async with asyncio.timeout(PATIENCE):
                answer = await future
        except (TimeoutError, ConnectionError):
            raise EngineError("media.unavailable", "Janus does not answer") from None
        finally:
            del self._asked[transaction]
        if answer["janus"] == "error":
            raise EngineError("media.unavailable", str(answer.get("error")))
        return answer

    async def attach(self) -> int:
        """A new handle to the VideoRoom."""
        handle = int((await self.ask({"janus": "attach", "plugin": PLUGIN}))["data"]["id"])
        self.handles.add(handle)
        return handle

    async def detach(self, handle: int) -> None:
        """End a handle and its connection; nothing happens where it is gone."""
        if handle not in self.handles:
            return
        self.handles.discard(handle)
        try:
            await self.ask({"janus": "detach"}, handle)
        except EngineError as error:
            log.debug("media.janus_handle_gone", why=error.why)

    async def say(self, handle: int, body: Json, kind: str = "", sdp: str = "") -> tuple[Json, str]:
        """Tell the VideoRoom something, with an SDP of `kind` offer or answer; its data and the SDP that comes back.

        Raises:
            EngineError: `media.unavailable`, with Janus's reason.
        """
        request: Json = {"janus": "message", "body": body}
        if sdp:
            # pages name their layers from the smallest picture on; Janus takes the first for the largest
            request["jsep"] = {"type": kind, "sdp": sdp, "rid_order": "lmh"}
        answer = await self.ask(request, handle)
        data: Json = answer.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise EngineError("media.unavailable", f"{data.get('error_code')}: {data['error']}")
        return data, str(answer.get("jsep", {}).get("sdp", ""))
