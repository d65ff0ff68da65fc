"""What a page asks about media, checked; and the engine's refusals as sentences for people."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from meetings.errors import Invalid, NotFound, Refusal, TooMany
from signaling.media.engine import EngineError, Source, Step

_Sdp = Annotated[str, Field(min_length=1, max_length=65_536)]
_Id = Annotated[str, Field(min_length=1, max_length=64)]
_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


_Model = TypeVar("_Model", bound=BaseModel)


class Answer(_Request):
    session: _Id
    sdp: _Sdp


class Send(_Request):
    sdp: _Sdp
    tracks: Annotated[dict[str, str], Field(min_length=1, max_length=3)]

    def sources(self) -> dict[str, Source]:
        try:
            return {mid: Source(name) for mid, name in self.tracks.items()}
        except ValueError:
            raise refusal(EngineError("media.invalid_sdp")) from None


class Restart(_Request):
    session: _Id
    sdp: Annotated[str, Field(max_length=65_536)] = ""


class Keep(_Request):
    sessions: Annotated[list[_Id], Field(max_length=4)]


class Watch(_Request):
    site: _Id


class Fix(_Request):
    """The step to hold a site on; empty: as its line allows."""

    site: _Id
    step: Literal["high", "low", "audio", "papers", ""]

    def chosen(self) -> Step | None:
        return Step(self.step) if self.step else None


class Report(_Request):
    """A page's own figures of what it receives; counts since its last report, times in ms, `concealed` in 1/1000."""

    deaf: bool = False
    fps: _Count = 0
    width: _Count = 0
    height: _Count = 0
    freezes: _Count = 0
    lost: _Count = 0
    jitter_ms: _Count = 0
    rtt_ms: _Count = 0
    concealed: _Count = 0


def read(model: type[_Model], payload: object) -> _Model:
    """The payload as `model`.

    Raises:
        Invalid: of another shape or size.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        fields = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False)][:10]
        if "sdp" in fields:
            raise refusal(EngineError("media.invalid_sdp")) from None
        raise Invalid("command.invalid", "Yêu cầu không đúng dạng. Hãy tải lại trang.", fields=fields) from None


def refusal(error: EngineError) -> Refusal:
    """The engine's error for people."""
    match error.id:
        case "media.invalid_sdp":
            return Invalid("media.invalid_sdp", "Trình duyệt gửi thông tin kết nối không đúng. Hãy tải lại trang.")
        case "media.unknown_session":
            return NotFound("media.unknown_session", "Kết nối hình và tiếng này không còn. Trang sẽ kết nối lại.")
        case "media.full":
            return TooMany("media.full", "Máy chủ đã đủ kết nối hình và tiếng. Hãy báo bộ phận kỹ thuật.")
        case "media.no_probe":
            return Refusal("media.no_probe", "Máy chủ hình và tiếng này không đo được đường truyền. Trang đo qua HTTP.")
        case _:
            return Refusal("media.unavailable", "Hình và tiếng đang khởi động lại. Trang sẽ tự kết nối lại.")


def too_often() -> Refusal:
    return TooMany("media.rate", "Trang kết nối hình và tiếng quá nhiều lần. Hãy đợi một chút rồi thử lại.")
