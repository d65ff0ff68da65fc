"""What is said of a file: four answers apart, each signature, what was added after it, and why not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

#: What a reason speaks of; each kind spoils one of the four answers.
About = Literal["content", "signer", "requirement", "standing"]
Answer = Literal["yes", "no", "unknown"]
Standing = Literal["unknown", "current", "recalled", "replaced"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file is not valid. `id` is stable."""

    id: str
    message: str
    about: About = "content"


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature. `signed_at` is ISO 8601, empty where nothing tells it; `time_source` says who tells it.

    `chain`: names from the signer's certificate to the trust anchor, empty where there is no valid chain.
    `revocation`: of the signer's certificate at the time of signing.
    """

    field: str
    role: str
    name: str
    organ: str
    issuer: str
    serial: str
    signed_at: str
    time_source: Literal["timestamp", "document_timestamp", "signer", ""]
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    chain: tuple[str, ...]
    revocation: Literal["good", "revoked", "unknown"]
    intact: bool
    trusted: bool


@dataclass(frozen=True, slots=True)
class Package:
    """What an evidence package holds beside the signed file."""

    pdf_sha256: str
    events: int
    redacted: int
    #: The hash of the record's last event.
    head: str
    papers: int
    #: Who attests in whose place, in words.
    attested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `readable` false: nothing can be said of the file.

    `intact`: nothing but what is provably harmless changed since signing. `trusted`: every signer is.
    `complete`: signed as the meeting required. `standing`: whether a later document took its place (the issuing
    server alone knows). `changes`: what each revision added, in words.
    """

    readable: bool
    intact: bool = False
    trusted: bool = False
    complete: Answer = "unknown"
    standing: Standing = "unknown"
    signatures: tuple[SignatureFinding, ...] = ()
    changes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    package: Package | None = None

    @property
    def valid(self) -> bool:
        fit = self.complete != "no" and self.standing in ("unknown", "current")
        return self.readable and self.intact and self.trusted and fit and bool(self.signatures) and not self.reasons

    def because(self, reason: Reason) -> Verdict:
        """The same verdict with one more reason, and the answer that it spoils."""
        answers: dict[About, Verdict] = {
            "content": replace(self, intact=False),
            "signer": replace(self, trusted=False),
            "requirement": replace(self, complete="no"),
            "standing": self,
        }
        return replace(answers[reason.about], reasons=(*self.reasons, reason))

    def as_json(self) -> dict[str, object]:
        """`reasons` as sentences, `reason_ids` for programs."""
        return {
            "valid": self.valid,
            "readable": self.readable,
            "intact": self.intact,
            "trusted": self.trusted,
            "complete": self.complete,
            "standing": self.standing,
            "signatures": [asdict(one) for one in self.signatures],
            "changes": list(self.changes),
            "package": asdict(self.package) if self.package else None,
            "reasons": [one.message for one in self.reasons],
            "reason_ids": [one.id for one in self.reasons],
        }


def unreadable(id: str, message: str) -> Verdict:
    return Verdict(False, reasons=(Reason(id, message),))
