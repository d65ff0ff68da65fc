"""Voting: per mandate with confirmed attendance, one vote each, hidden until closed."""

from __future__ import annotations

from collections.abc import Sequence

from meetings.errors import Forbidden, NotFound, Refusal
from meetings.sitting.brief import Rules
from meetings.sitting.commands import BallotCancel, BallotCast, BallotPrepare, BallotRef
from meetings.sitting.events import Draft, Event, Json
from meetings.sitting.registry import Context, SecretCast, decides, folds, listed, stale, whole, words
from meetings.sitting.state import Ballot, State

#: A secret ballot among fewer would give votes away.
SECRET_MINIMUM = 5

_BASES = {"members": "tổng số thành viên", "present": "số thành viên có mặt", "valid": "số phiếu hợp lệ"}


@decides("ballot.prepare")
def _prepare(context: Context, command: BallotPrepare) -> list[Draft]:
    state = context.state
    if state.setup.conference:
        raise Refusal("ballot.conference", "Hội nghị không biểu quyết. Biểu quyết dành cho phiên họp của một cơ quan.")
    if command.item and command.item not in state.items:
        raise NotFound("agenda.unknown_item", "Không có nội dung này trong chương trình.")
    return [
        Draft(
            "ballot.prepared",
            {
                "ballot": context.new_id(),
                "item": command.item,
                "question": context.text(command.question),
                "choices": list(state.rules.choices),
                "secret": int(command.secret),
            },
        )
    ]


@folds("ballot.prepared")
def _prepared(state: State, event: Event) -> None:
    payload = event.payload
    id = words(payload["ballot"])
    state.ballots[id] = Ballot(
        id,
        words(payload["item"]),
        words(payload["question"]),
        tuple(listed(payload["choices"])),
        bool(payload["secret"]),
    )


def _known(state: State, id: str, *statuses: str) -> Ballot:
    ballot = state.ballots.get(id)
    if ballot is None:
        raise NotFound("ballot.unknown", "Không có biểu quyết này.")
    if ballot.status not in statuses:
        raise stale("Biểu quyết này đã chuyển sang trạng thái khác.", status=ballot.status)
    return ballot


@decides("ballot.open")
def _open(context: Context, command: BallotRef) -> list[Draft]:
    state = context.state
    ballot = _known(state, command.ballot, "prepared")
    if state.open_ballot():
        raise Refusal("ballot.other_open", "Đang có biểu quyết khác mở. Hãy đóng biểu quyết đó trước.")
    if not state.quorum_met():
        raise Refusal("sitting.quorum", "Chưa đủ điều kiện biểu quyết: số thành viên có mặt chưa đủ theo quy định.")
    entitled = [one.delegate for one in state.setup.delegates if state.may_vote(one)]
    if not entitled:
        raise Refusal("ballot.nobody", "Chưa thể biểu quyết: chưa có đại biểu nào được thư ký xác nhận điểm danh.")
    if ballot.secret and len(entitled) < SECRET_MINIMUM:
        raise Refusal(
            "ballot.too_few_for_secret",
            f"Bỏ phiếu kín cần ít nhất {SECRET_MINIMUM} đại biểu có quyền biểu quyết.",
        )
    return [
        Draft(
            "ballot.opened",
            {
                "ballot": ballot.id,
                "entitled": list[Json](entitled),
                "members": state.rules.members or len(entitled),
                "present": len(entitled),
            },
        )
    ]


@folds("ballot.opened")
def _opened(state: State, event: Event) -> None:
    ballot = state.ballots[words(event.payload["ballot"])]
    ballot.status = "open"
    ballot.entitled = frozenset(listed(event.payload["entitled"]))
    ballot.members = whole(event.payload["members"])
    ballot.present = whole(event.payload["present"])
    ballot.opened_at = event.at


@decides("ballot.cast")
def _cast(context: Context, command: BallotCast) -> list[Draft] | SecretCast:
    state = context.state
    ballot = _known(state, command.ballot, "open")
    if command.mandate != context.actor.delegate:
        raise Forbidden("ballot.not_yours", "Quý vị chỉ biểu quyết được bằng tư cách của mình.")
    if command.mandate not in ballot.entitled:
        raise Forbidden(
            "ballot.not_entitled",
            "Chưa thể biểu quyết: đại biểu chưa được thư ký xác nhận điểm danh khi mở biểu quyết.",
        )
    seat = state.attendance[command.mandate]
    if seat.device and seat.device != context.actor.device:
        raise Forbidden(
            "ballot.other_device",
            "Đại biểu đã điểm danh trên thiết bị khác. Hãy biểu quyết trên thiết bị đó.",
        )
    if command.choice >= len(ballot.choices):
        raise NotFound("ballot.unknown_choice", "Không có lựa chọn này.")
    if ballot.secret:
        if command.mandate in context.secret_casts.get(ballot.id, set()):
            raise Refusal("ballot.already_cast", "Phiếu kín của quý vị đã được ghi nhận và không thay đổi được.")
        return SecretCast(ballot.id, command.mandate, command.choice)
    if ballot.casts.get(command.mandate) == command.choice:
        raise Refusal("ballot.already_cast", "Lựa chọn này của quý vị đã được ghi nhận.")
    return [Draft("ballot.cast", {"ballot": ballot.id, "mandate": command.mandate, "choice": command.choice})]


@folds("ballot.cast")
def _was_cast(state: State, event: Event) -> None:
    ballot = state.ballots[words(event.payload["ballot"])]
    ballot.casts[words(event.payload["mandate"])] = whole(event.payload["choice"])


@decides("ballot.close")
def _close(context: Context, command: BallotRef) -> list[Draft]:
    state = context.state
    ballot = _known(state, command.ballot, "open")
    if ballot.secret:
        if context.secret_totals is None:
            raise LookupError("a secret ballot is closed with its totals")
        totals, casts = context.secret_totals
        if sum(totals) != casts or casts > len(ballot.entitled):
            raise Refusal(
                "ballot.totals_differ",
                "Không đóng được: tổng số phiếu khác số lượt bỏ phiếu. Hãy hủy và bỏ phiếu lại, báo quản trị viên.",
                totals=sum(totals),
                casts=casts,
            )
    else:
        counted = list(ballot.casts.values())
        totals = tuple(counted.count(choice) for choice in range(len(ballot.choices)))
    voted = sum(totals)
    chair = next((one.delegate for one in state.setup.delegates if one.person == state.chair), "")
    passed = carries(state.rules, totals, ballot.members, ballot.present, ballot.casts.get(chair))
    return [
        Draft(
            "ballot.closed",
            {
                "ballot": ballot.id,
                "totals": list[Json](totals),
                "members": ballot.members,
                "present": ballot.present,
                "voted": voted,
                "not_cast": len(ballot.entitled) - voted,
                "passed": int(passed),
                "rule": rule_in_words(state.rules),
            },
        )
    ]


def carries(rules: Rules, totals: Sequence[int], members: int, present: int, chair_choice: int | None = None) -> bool:
    """Whether a question passes: more than the threshold of the base said yes; on the mark, the tie rule decides."""
    base = {"members": members, "present": present, "valid": sum(totals)}[rules.majority_base]
    numerator, denominator = rules.threshold
    reached, needed = totals[0] * denominator, base * numerator
    if base and reached == needed and rules.tie == "chair":
        return chair_choice == 0
    return reached > needed


def rule_in_words(rules: Rules) -> str:
    """The majority rule as minutes announce it."""
    numerator, denominator = rules.threshold
    share = "quá nửa" if (numerator, denominator) == (1, 2) else f"quá {numerator}/{denominator}"
    return f"{share} {_BASES[rules.majority_base]}"


@folds("ballot.closed")
def _closed(state: State, event: Event) -> None:
    ballot = state.ballots[words(event.payload["ballot"])]
    totals = event.payload["totals"]
    if not isinstance(totals, list):
        raise TypeError("totals are a list")
    ballot.status = "closed"
    ballot.totals = tuple(whole(one) for one in totals)
    ballot.passed = whole(event.payload["passed"])
    ballot.rule = words(event.payload["rule"])
    ballot.closed_at = event.at


@decides("ballot.cancel")
def _cancel(context: Context, command: BallotCancel) -> list[Draft]:
    ballot = _known(context.state, command.ballot, "prepared", "open")
    return [Draft("ballot.cancelled", {"ballot": ballot.id, "reason": context.text(command.reason)})]


@folds("ballot.cancelled")
def _cancelled(state: State, event: Event) -> None:
    state.ballots[words(event.payload["ballot"])].status = "cancelled"
