"""What may be asked of a sitting: one payload model per command name.

A command names what it acts on and what it believes; there is no toggle and no "next" on the wire.
Who acts comes from the connection and never from the payload.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from meetings.errors import Invalid

Ref = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
MaybeRef = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]
ShortText = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(min_length=1, max_length=20_000)]


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Empty(Command):
    """No payload."""


class Open(Command):
    #: Open although another sitting at the same sites has not ended.
    anyway: bool = False


class Recess(Command):
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    #: Resume by itself when the minutes are over, where the quorum is there.
    resume: bool = False


class Reason(Command):
    reason: ShortText


class HandOver(Command):
    to: Ref
    belief: Ref  # who chairs now


class Person(Command):
    person: Ref


class SiteReport(Command):
    site: Ref
    headcount: Annotated[int, Field(ge=0, le=10_000)]
    site_chair: MaybeRef = ""


class SiteRef(Command):
    site: Ref


class Claim(Command):
    delegate: Ref


class Mark(Command):
    delegate: Ref
    status: Literal["in_person", "online", "absent", "unmarked"]
    reason: Annotated[str, Field(max_length=500)] = ""


class ConfirmMany(Command):
    delegates: Annotated[list[Ref], Field(min_length=1, max_length=2000)]


class Remove(Command):
    person: Ref
    reason: ShortText


class AgendaAdvance(Command):
    from_: Annotated[MaybeRef, Field(alias="from")]
    to: MaybeRef


class AgendaSkip(Command):
    item: Ref
    reason: ShortText


class AgendaExtend(Command):
    item: Ref
    minutes: Annotated[int, Field(ge=1, le=240)]


class FloorRequest(Command):
    kind: Literal["speech", "point_of_order"] = "speech"


class RequestRef(Command):
    request: Ref


class FloorGrant(Command):
    request: Ref
    #: The turn that is believed to hold the floor; empty where nobody is.
    holder: MaybeRef = ""
    seconds: Annotated[int, Field(ge=0, le=7200)] = 0


class FloorInvite(Command):
    site: Ref
    delegate: MaybeRef = ""
    holder: MaybeRef = ""
    seconds: Annotated[int, Field(ge=0, le=7200)] = 0


class FloorMove(Command):
    request: Ref
    before: MaybeRef = ""  # empty: to the end


class FloorTime(Command):
    #: Speaking time of turns that name none; 0: no limit.
    seconds: Annotated[int, Field(ge=0, le=7200)]
    #: Whether a turn ends by itself when its time is over.
    release: bool = False


class TurnRef(Command):
    turn: Ref


class FloorExtend(Command):
    turn: Ref
    seconds: Annotated[int, Field(ge=10, le=7200)]


class Present(Command):
    document: Ref
    page: Annotated[int, Field(ge=1, le=5000)]


class RecordingRef(Command):
    recording: Ref


class BallotPrepare(Command):
    question: ShortText
    item: MaybeRef = ""
    secret: bool = False


class BallotRef(Command):
    ballot: Ref


class BallotCast(Command):
    ballot: Ref
    mandate: Ref
    choice: Annotated[int, Field(ge=0, le=9)]


class BallotCancel(Command):
    ballot: Ref
    reason: ShortText


class NoteSave(Command):
    item: Ref
    revision: Annotated[int, Field(ge=0)]
    text: Annotated[str, Field(max_length=100_000)]


class ConclusionRecord(Command):
    item: Ref
    text: LongText


class ConclusionRef(Command):
    conclusion: Ref


class TaskAssign(Command):
    item: MaybeRef = ""
    text: ShortText
    assignee: ShortText
    due: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class TaskRef(Command):
    task: Ref


COMMANDS: dict[str, type[Command]] = {
    "sitting.open": Open,
    "sitting.recess": Recess,
    "sitting.resume": Empty,
    "sitting.stop_secret": Empty,
    "sitting.clear": Empty,
    "sitting.adjourn": Empty,
    "chair.hand_over": HandOver,
    "chair.name_assistant": Person,
    "chair.dismiss_assistant": Person,
    "site.report": SiteReport,
    "roll_call.claim": Claim,
    "roll_call.confirm_at_site": Claim,
    "roll_call.accept_list": SiteRef,
    "roll_call.mark": Mark,
    "roll_call.confirm_many": ConfirmMany,
    "participant.remove": Remove,
    "participant.readmit": Person,
    "agenda.advance": AgendaAdvance,
    "agenda.skip": AgendaSkip,
    "agenda.extend": AgendaExtend,
    "floor.request": FloorRequest,
    "floor.withdraw": RequestRef,
    "floor.grant": FloorGrant,
    "floor.invite": FloorInvite,
    "floor.move": FloorMove,
    "floor.release": TurnRef,
    "floor.revoke": TurnRef,
    "floor.extend": FloorExtend,
    "floor.set_time": FloorTime,
    "microphone.open": Empty,
    "microphone.close": Empty,
    "microphone.mute": SiteRef,
    "microphone.mute_all": Empty,
    "presentation.start": Present,
    "presentation.turn": Present,
    "presentation.stop": Empty,
    "screen.start": Empty,
    "screen.stop": Empty,
    "recording.start": Empty,
    "recording.stop": RecordingRef,
    "ballot.prepare": BallotPrepare,
    "ballot.open": BallotRef,
    "ballot.cast": BallotCast,
    "ballot.close": BallotRef,
    "ballot.cancel": BallotCancel,
    "note.save": NoteSave,
    "conclusion.record": ConclusionRecord,
    "conclusion.withdraw": ConclusionRef,
    "task.assign": TaskAssign,
    "task.withdraw": TaskRef,
}


def parse(name: str, payload: object) -> Command:
    """The payload as the command's model.

    Raises:
        Invalid: fields are missing, unknown or out of bounds; `details.fields` names them.
    """
    try:
        return COMMANDS[name].model_validate(payload if payload is not None else {})
    except ValidationError as error:
        fields = [".".join(str(part) for part in found["loc"]) for found in error.errors(include_input=False)]
        raise Invalid("command.invalid", "Yêu cầu có trường chưa đúng. Hãy tải lại trang.", fields=fields) from None
