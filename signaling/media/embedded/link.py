"""The web process's side: an `Engine` that calls the media process and finds it again whenever it comes back."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from signaling.media.embedded import wire
from signaling.media.engine import Desired, EngineError, EngineState, Event, Lost, Reached, Source

log = structlog.get_logger()

#: A call that takes longer has failed, in seconds.
PATIENCE = 5.0
#: Between two attempts to reach the engine, in seconds.
RETRY = 0.25


class Link:
    """Speaks `wire` with the engine at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._epoch = ""
        self._writer: asyncio.StreamWriter | None = None
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)
        self._listeners: list[Callable[[Event], None]] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def epoch(self) -> str:
        return self._epoch

    def listen(self, callback: Callable[[Event], None]) -> None:
        self._listeners.append(callback)

    def start(self) -> None:
        """Reach the engine now, and again whenever it is gone."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._connected()
            except (OSError, ValueError, KeyError) as error:
                log.debug("media.engine_not_reached", why=type(error).__name__)
            await asyncio.sleep(RETRY)

    async def _connected(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._path, limit=wire.LINE_LIMIT)
        try:
            greeting = wire.Greeting.model_validate_json(await reader.readline())
            if greeting.protocol != wire.PROTOCOL:
                log.error("media.engine_of_another_version", protocol=greeting.protocol)
                return
            self._writer, self._epoch = writer, greeting.epoch
            self._tell(Reached(greeting.epoch))
            while line := await reader.readline():
                self._take(json.loads(line))
        finally:
            was, self._writer, self._epoch = self._epoch, None, ""
            for call in self._calls.values():
                if not call.done():
                    call.set_exception(EngineError("media.unavailable", "the engine went away"))
            writer.close()
            if was:
                self._tell(Lost())

    def _take(self, message: dict[str, Any]) -> None:
        event = message.get("event")
        if event is not None:
            if event in wire.EVENTS:
                self._tell(wire.EVENTS[event].validate_python(message["content"]))
            return
        call = self._calls.get(message["id"])
        if call is None or call.done():
            return
        if "error" in message:
            call.set_exception(EngineError(message["error"], message.get("why", "")))
        else:
            call.set_result(message.get("result"))

    def _tell(self, event: Event) -> None:
        for one in self._listeners:
            one(event)

    async def _call(self, name: str, **arguments: object) -> Any:
        if self._writer is None:
            raise EngineError("media.unavailable", "the engine is not reached")
        if sum(len(one) for one in arguments.values() if isinstance(one, str)) > wire.SDP_LIMIT + 1024:
            raise EngineError("media.invalid_sdp", "too long")  # the engine ends a connection with such a line
        id = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._calls[id] = future
        try:
            message = {"id": id, "call": name, "arguments": arguments}
            self._writer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
            async with asyncio.timeout(PATIENCE):
                return await future
        except TimeoutError:
            raise EngineError("media.unavailable", "the engine does not answer") from None
        finally:
            del self._calls[id]

    # -- Engine ------------------------------------------------------------------------------------------------

    async def apply(self, meeting: str, generation: int, desired: Desired) -> None:
        plain = wire.DESIRED.dump_python(desired, mode="json")
        await self._call("apply", meeting=meeting, generation=generation, desired=plain)

    async def offer(self, meeting: str, session: str, owner: str, site: str, tile: bool) -> str:
        return str(await self._call("offer", meeting=meeting, session=session, owner=owner, site=site, tile=tile))

    async def answer(self, session: str, sdp: str) -> None:
        await self._call("answer", session=session, sdp=sdp)

    async def publish(
        self, meeting: str, session: str, owner: str, site: str, sdp: str, tracks: Mapping[str, Source]
    ) -> str:
        plain = {mid: source.value for mid, source in tracks.items()}
        return str(
            await self._call("publish", meeting=meeting, session=session, owner=owner, site=site, sdp=sdp, tracks=plain)
        )

    async def restart(self, session: str, sdp: str = "") -> str:
        return str(await self._call("restart", session=session, sdp=sdp))

    async def probe(self, session: str, bitrate: int, ms: int) -> int:
        return int(await self._call("probe", session=session, bitrate=bitrate, ms=ms))

    async def close(self, session: str) -> None:
        await self._call("close", session=session)

    async def state(self) -> EngineState:
        return wire.STATE.validate_python(await self._call("state"))
