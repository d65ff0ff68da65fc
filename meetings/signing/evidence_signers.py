"""Signed by whom the minutes ask for: the excerpt in the signed file names each, and who attests in another's place.

The names are under the signatures themselves. What the issuing server kept of the signing (`evidence.COURSE`) is not,
so it can refuse and explain; alone it never makes a signature count.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from meetings.signing.verdict import Reason, SignatureFinding

_WORDS = {"secretary": "thư ký", "chair": "chủ tọa"}
#: The most letters of a name or reason that are repeated.
_LONGEST = 300


def unasked(excerpt: Mapping[str, Any], course: bytes, signatures: Sequence[SignatureFinding]) -> Iterator[Reason]:
    """Why the signatures are not those that the minutes ask for; nothing where they name no signers."""
    told: list[dict[str, Any]] = json.loads(course)
    by_role = {one.role: one for one in signatures}
    asked = {str(one["role"]): one for one in excerpt.get("signers", [])}
    for role, one in asked.items():
        word, found = _WORDS.get(role, role), by_role.get(role)
        if found is not None and not _same(found.name, str(one["name"])) and not _enrolled(told, found):
            message = f"Ô ký của {word} do {found.name} ký, không phải {_cut(one['name'])} như biên bản ghi."
            yield Reason("verify.other_signer", message, "requirement")
    decided = {str(one["role"]): str(one["name"]) for one in told if one["what"] == "attested"} if asked else {}
    for role in sorted(asked.keys() | decided.keys()):
        named = str(asked[role]["name"]) if role in asked and asked[role].get("instead_of") else ""
        if decided.get(role, "") != named:
            message = f"Quá trình ký và biên bản không nói cùng một người xác nhận thay {_WORDS.get(role, role)}."
            yield Reason("verify.attestation_differs", message, "requirement")


def without_proof(excerpt: Mapping[str, Any], signatures: Sequence[SignatureFinding]) -> bool:
    """Whether a certificate names its holder otherwise than the minutes do: the package alone cannot tell then."""
    by_role = {one.role: one.name for one in signatures}
    return any(not _same(by_role.get(str(one["role"]), ""), str(one["name"])) for one in excerpt.get("signers", []))


def attested(excerpt: Mapping[str, Any]) -> tuple[str, ...]:
    """Who attests in whose place, who decided so and why, in words."""
    return tuple(
        f"{_cut(one['name'])} xác nhận biên bản thay {_WORDS.get(str(one['role']), '')} {_cut(one['instead_of'])}, "
        f"do {_cut(one['by'])} cử; lý do: {_cut(one['reason'])}"
        for one in excerpt.get("signers", [])
        if one.get("instead_of")
    )


def _enrolled(course: Sequence[Mapping[str, Any]], found: SignatureFinding) -> bool:
    """Whether the issuing server took this very certificate as the signer's: names are written in many ways."""
    return any(
        (one["what"], one["role"], one.get("serial")) == ("signed", found.role, found.serial)
        and found.issuer in str(one.get("issuer", ""))
        for one in course
    )


def _same(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _cut(text: object) -> str:
    return " ".join(str(text).split())[:_LONGEST]
