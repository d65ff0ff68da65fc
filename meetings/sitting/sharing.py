"""What is shown: a paper whose pages all follow, or a shared screen.

Papers lie outside the sitting; the context says which of them there are now, and how many pages they have.
"""

from __future__ import annotations

from meetings.errors import Forbidden, Invalid, NotFound
from meetings.sitting.actors import Actor, SittingRole
from meetings.sitting.commands import Empty, Present
from meetings.sitting.events import Draft, Event
from meetings.sitting.registry import Context, decides, folds, stale, whole, words
from meetings.sitting.state import Presentation, State

_OFFICE = frozenset({SittingRole.CHAIR, SittingRole.SECRETARY})


def may_present(state: State, actor: Actor) -> bool:
    """Chair and secretary always; others while their site has the floor."""
    speaker = state.turns.get("speaker")
    return bool(actor.roles & _OFFICE) or (speaker is not None and speaker.site == actor.site)


def _presenter(context: Context) -> None:
    if not may_present(context.state, context.actor):
        raise Forbidden("presentation.no_floor", "Chỉ chủ trì, thư ký hoặc điểm cầu đang phát biểu được trình chiếu.")


def _there(context: Context, command: Present) -> None:
    """Refuse a paper that is not there, or not there any more, and a page that it has not."""
    pages = context.papers.get(command.document)
    if pages is None:
        raise NotFound("presentation.no_paper", "Tài liệu không có trong cuộc họp hoặc đã được thu hồi. Hãy chọn lại.")
    if command.page > pages:
        raise Invalid("presentation.no_page", f"Tài liệu chỉ có {pages} trang. Hãy chọn lại trang.", pages=pages)


@decides("presentation.start")
def _start(context: Context, command: Present) -> list[Draft]:
    _presenter(context)
    _there(context, command)
    shown = context.state.presentation
    asked = (command.document, command.page, context.actor.id)
    if shown and (shown.document, shown.page, shown.by) == asked:  # another presenter takes the same page over
        raise stale("Tài liệu này đang được trình chiếu.", document=shown.document, page=shown.page)
    return [
        Draft(
            "presentation.started",
            {
                "document": command.document,
                "page": command.page,
                "by": context.actor.id,
                "site": context.actor.site,
            },
        )
    ]


@folds("presentation.started")
def _started(state: State, event: Event) -> None:
    payload = event.payload
    state.presentation = Presentation(
        words(payload["document"]), whole(payload["page"]), words(payload["by"]), words(payload["site"])
    )


@decides("presentation.turn")
def _turn(context: Context, command: Present) -> list[Draft]:
    _presenter(context)
    shown = context.state.presentation
    if shown is None or shown.document != command.document:
        raise stale("Tài liệu này không còn được trình chiếu.", document=shown.document if shown else "")
    _there(context, command)
    if shown.page == command.page:
        raise stale("Đang ở trang này.", page=shown.page)
    return [Draft("presentation.turned", {"document": command.document, "page": command.page})]


@folds("presentation.turned")
def _turned(state: State, event: Event) -> None:
    if state.presentation:
        state.presentation.page = whole(event.payload["page"])


@decides("presentation.stop")
def _stop(context: Context, _: Empty) -> list[Draft]:
    _presenter(context)
    if context.state.presentation is None:
        raise stale("Không có tài liệu nào đang được trình chiếu.")
    return [Draft("presentation.stopped", {})]


def end_withdrawn(context: Context) -> list[Draft]:
    """Stop showing a paper that was taken back meanwhile."""
    shown = context.state.presentation
    if shown is None or shown.document in context.papers:
        return []
    return [Draft("presentation.stopped", {})]


@folds("presentation.stopped")
def _stopped(state: State, _: Event) -> None:
    state.presentation = None


@decides("screen.start")
def _screen_start(context: Context, _: Empty) -> list[Draft]:
    _presenter(context)
    site = context.actor.site or context.state.chair_site()
    if context.state.screen:
        raise stale("Đang có màn hình khác được chia sẻ.", site=context.state.screen)
    return [Draft("screen.started", {"site": site})]


@folds("screen.started")
def _screen_started(state: State, event: Event) -> None:
    state.screen = words(event.payload["site"])


@decides("screen.stop")
def _screen_stop(context: Context, _: Empty) -> list[Draft]:
    state, actor = context.state, context.actor
    if not state.screen:
        raise stale("Không có màn hình nào đang được chia sẻ.")
    if actor.site != state.screen and not actor.roles & _OFFICE:
        raise Forbidden("screen.not_yours", "Chỉ người chia sẻ, chủ trì hoặc thư ký dừng được chia sẻ màn hình.")
    return [Draft("screen.stopped", {})]


@folds("screen.stopped")
def _screen_stopped(state: State, _: Event) -> None:
    state.screen = ""
