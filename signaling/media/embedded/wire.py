"""What goes over the socket between the web process and the engine: one JSON message a line, version 1.

The engine greets with `{protocol, epoch}`. A call is `{id, call, arguments}`, its answer `{id, result}` or
`{id, error, why}`; what happens by itself comes as `{event, content}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from signaling.media.engine import Closed, Desired, EngineState, Levels, Simulcast, Source

PROTOCOL = 1
#: The longest line, in bytes: a desired state of a large room, or a page's description.
LINE_LIMIT = 1024 * 1024

DESIRED: TypeAdapter[Desired] = TypeAdapter(Desired)
STATE: TypeAdapter[EngineState] = TypeAdapter(EngineState)
EVENTS: dict[str, TypeAdapter[Closed] | TypeAdapter[Levels] | TypeAdapter[Simulcast]] = {
    "Closed": TypeAdapter(Closed),
    "Levels": TypeAdapter(Levels),
    "Simulcast": TypeAdapter(Simulcast),
}

Id = Annotated[str, Field(min_length=1, max_length=64)]
SDP_LIMIT = 65_536
Sdp = Annotated[str, Field(max_length=SDP_LIMIT)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Greeting(_Message):
    protocol: int
    epoch: str


class Call(_Message):
    id: int
    call: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class Apply(_Message):
    meeting: Id
    generation: int
    desired: Desired


class Offer(_Message):
    meeting: Id
    session: Id
    owner: Id
    site: Annotated[str, Field(max_length=64)]
    tile: bool


class Answer(_Message):
    session: Id
    sdp: Sdp


class Publish(_Message):
    meeting: Id
    session: Id
    owner: Id
    site: Id
    sdp: Sdp
    tracks: Mapping[str, Source]


class Probe(_Message):
    session: Annotated[str, Field(max_length=64)]
    bitrate: Annotated[int, Field(gt=0, le=10_000_000)]
    ms: Annotated[int, Field(gt=0, le=5000)]


class Close(_Message):
    session: Id
