"""One tree of refusals: a stable id for programs, a sentence for people, a fixed HTTP meaning."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """Something a person asked for that the rules, or the state of things, do not allow.

    `id` never changes once published; `message` is Vietnamese and says what to do; `details` holds
    values a page may use (the current value after `stale`, the other meeting after a conflict).
    """

    status = 409

    def __init__(self, id: str, message: str, **details: object) -> None:
        super().__init__(f"{id}: {message}")
        self.id = id
        self.message = message
        self.details: Mapping[str, object] = details

    def __reduce__(self) -> tuple[object, ...]:
        """Refusals travel between processes whole."""
        return _again, (type(self), self.id, self.message, dict(self.details))

    def as_json(self) -> dict[str, object]:
        return {"id": self.id, "message": self.message, "details": dict(self.details)}


def _again(kind: type[Refusal], id: str, message: str, details: dict[str, object]) -> Refusal:
    return kind(id, message, **details)


class Invalid(Refusal):
    """The request itself is malformed: a wrong field, a wrong size, a wrong type."""

    status = 422


class NotSignedIn(Refusal):
    """Nobody is signed in on this connection."""

    status = 401


class Forbidden(Refusal):
    """The person is known and may not do this."""

    status = 403


class NotFound(Refusal):
    """The thing does not exist, or its existence is not for this person to know."""

    status = 404


class TooLarge(Refusal):
    """More bytes or rows than the limit allows."""

    status = 413


class TooMany(Refusal):
    """More requests than the rate allows."""

    status = 429
