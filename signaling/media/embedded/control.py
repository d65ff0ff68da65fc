"""The engine's side of its socket: takes calls, answers, tells events, and notices when nobody is there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from signaling.media.embedded import wire
from signaling.media.embedded.forwarder import Forwarder
from signaling.media.engine import EngineError, Event

log = structlog.get_logger()

#: How long the last state holds without a web process, in seconds.
ORPHANED = 60.0


class Control:
    """Serves the forwarder on a local socket that only this user may open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._orphaned: asyncio.TimerHandle | None = None
        self.forwarder: Forwarder | None = None

    async def start(self, forwarder: Forwarder) -> None:
        self.forwarder = forwarder
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=wire.LINE_LIMIT)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        if self._orphaned is not None:
            self._orphaned.cancel()
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        self._path.unlink(missing_ok=True)

    def tell(self, event: Event) -> None:
        """Send an event to every web process that listens."""
        name = type(event).__name__
        adapter: Any = wire.EVENTS[name]
        for writer in self._writers:
            _write(writer, {"event": name, "content": adapter.dump_python(event, mode="json")})

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self.forwarder is not None
        if self._orphaned is not None:
            self._orphaned.cancel()
            self._orphaned = None
        self._writers.add(writer)
        _write(writer, {"protocol": wire.PROTOCOL, "epoch": self.forwarder.epoch})
        try:
            while line := await reader.readline():
                _write(writer, self._answer(line))
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):
            pass  # gone, a line beyond the limit, or our own stop: all end this connection
        finally:
            self._writers.discard(writer)
            writer.close()
            if not self._writers and self._server is not None and self._server.is_serving():
                loop = asyncio.get_running_loop()
                self._orphaned = loop.call_later(ORPHANED, self.forwarder.abandon)

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            call = wire.Call.model_validate_json(line)
        except ValidationError:
            return {"id": 0, "error": "media.unavailable", "why": "malformed call"}
        try:
            return {"id": call.id, "result": self._do(call.call, call.arguments)}
        except EngineError as error:
            return {"id": call.id, "error": error.id, "why": error.why}
        except ValidationError as error:
            return {"id": call.id, "error": "media.invalid_sdp", "why": str(error.errors(include_input=False)[:3])}
        except Exception:
            log.exception("media.call_failed", call=call.call)
            return {"id": call.id, "error": "media.unavailable", "why": "failed"}

    def _do(self, name: str, given: dict[str, Any]) -> object:
        forwarder = self.forwarder
        assert forwarder is not None
        match name:
            case "apply":
                apply = wire.Apply.model_validate(given)
                forwarder.apply(apply.meeting, apply.generation, apply.desired)
            case "offer":
                one = wire.Offer.model_validate(given)
                return forwarder.offer(one.meeting, one.session, one.owner, one.site, one.tile)
            case "answer":
                answer = wire.Answer.model_validate(given)
                forwarder.answer(answer.session, answer.sdp)
            case "publish":
                new = wire.Publish.model_validate(given)
                return forwarder.publish(new.meeting, new.session, new.owner, new.site, new.sdp, new.tracks)
            case "restart":
                again = wire.Answer.model_validate(given)
                return forwarder.restart(again.session, again.sdp)
            case "probe":
                probe = wire.Probe.model_validate(given)
                return forwarder.probe(probe.session, probe.bitrate, probe.ms)
            case "close":
                forwarder.close(wire.Close.model_validate(given).session)
            case "state":
                return wire.STATE.dump_python(forwarder.state(), mode="json")
            case _:
                raise EngineError("media.unavailable", "unknown call")
        return None


def _write(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
