"""Whether a signed PDF is what was signed, and by whom. Denies by default: what no rule proves harmless is not valid.

Each rule is small and may refuse. Nothing in the file is trusted and no address in it is contacted. Hostile
files may exhaust memory or time, so callers use `verify_process`, which limits both.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from meetings.signing import changes, structure
from meetings.signing import trust as trusting
from meetings.signing.anchors import Material, Trust, read_trust
from meetings.signing.opened import Opened
from meetings.signing.verdict import Answer, Reason, Verdict, unreadable

#: What cannot be judged is not valid.
_MALFORMED = Verdict(
    True,
    reasons=(Reason("verify.malformed", "Tệp đã bị sửa hoặc hỏng: không còn đúng cấu trúc của văn bản đã ký."),),
)

#: Every rule may refuse; a file is valid when none does.
RULES: tuple[Callable[[Opened], Iterator[Reason]], ...] = (
    structure.is_signed,
    structure.digest_matches,
    structure.covers_everything,
    structure.byte_ranges_are_plain,
    structure.nothing_active,
    structure.only_reserved_widgets,
    structure.nothing_hidden,
    structure.every_field_is_signed,
    trusting.algorithms_are_strong,
    trusting.signers_are_trusted,
)
#: These compare revisions, so they need a signature to begin with.
RULES_ON_CHANGES: tuple[Callable[[Opened], Iterator[Reason]], ...] = (
    changes.only_harmless,
    changes.no_new_fields,
    changes.texts_show_their_value,
)


def verify(data: bytes, trust: bytes = b"") -> Verdict:
    """Judge a file against the trust anchors in PEM. Raises nothing for any file."""
    if not data.startswith(b"%PDF-"):
        return unreadable("verify.not_pdf", "Tệp này không phải là PDF. Hãy chọn tệp văn bản đã ký (PDF).")
    try:
        known = read_trust(trust) if trust else Trust([], Material())
    except (ValueError, TypeError):
        return unreadable("verify.trust_unreadable", "Không đọc được tệp chứng thư gốc (PEM). Hãy chọn tệp khác.")
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it reports what the verdict says anyway
    try:
        file = Opened.of(data, known)
        if file.reader.encrypted:
            return unreadable("verify.encrypted", "Tệp PDF có mật khẩu nên không kiểm tra được.")
        _ = file.everything
    except Exception:  # pyHanko raises errors of many kinds on hostile files
        if b"/ByteRange" in data:  # it was signed once, and is no longer what was signed
            return _MALFORMED
        return unreadable("verify.damaged", "Không đọc được tệp PDF: tệp bị hỏng hoặc bị cắt cụt.")
    try:
        return _judge(file)
    except Exception:
        return _MALFORMED
    finally:
        file.close()


def _judge(file: Opened) -> Verdict:
    trusting.judge(file)
    rules = RULES + (RULES_ON_CHANGES if file.everything else ())
    reasons = dict.fromkeys(reason for rule in rules for reason in rule(file))
    complete: Answer = "yes" if structure.has_reserved_fields(file) else "unknown"
    verdict = Verdict(
        readable=True,
        intact=bool(file.signatures),
        trusted=bool(file.signatures),
        complete=complete,
        signatures=tuple(trusting.finding(file, one) for one in file.signatures),
        changes=changes.in_words(file) if file.everything else (),
    )
    for reason in reasons:
        verdict = verdict.because(reason)
    return verdict
