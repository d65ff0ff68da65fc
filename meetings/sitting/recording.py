"""Whether the stage is being recorded. What is written lies outside the sitting; here is who began and ended it."""

from __future__ import annotations

from meetings.sitting.commands import Empty, RecordingRef
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, stale, words
from meetings.sitting.state import Recording, State


@decides("recording.start")
def _start(context: Context, _: Empty) -> list[Draft]:
    running = context.state.recording
    if running.id:
        raise stale("Cuộc họp đang được ghi hình.", recording=running.id)
    return [Draft("recording.started", {"recording": context.new_id()})]


@folds("recording.started")
def _started(state: State, event: Event) -> None:
    state.recording = Recording(words(event.payload["recording"]), event.at)


@decides("recording.stop")
def _stop(context: Context, command: RecordingRef) -> list[Draft]:
    running = context.state.recording
    if running.id != command.recording:
        raise stale("Lần ghi hình này đã dừng.", recording=running.id)
    return end(context.state, "asked")


def end(state: State, cause: str) -> list[Draft]:
    """End the recording that runs, if one does."""
    running = state.recording.id
    return [Draft("recording.stopped", {"recording": running, "cause": cause})] if running else []


def fail(context: Context, recording: str, full: bool = False) -> list[Draft]:
    """The server cannot write a recording, its disk being `full` say (actor `system`): nobody may believe it runs."""
    return end(context.state, "disk" if full else "failed") if context.state.recording.id == recording else []


@folds("recording.stopped")
def _stopped(state: State, event: Event) -> None:
    state.recording = Recording(ended=words(event.payload["cause"]))
