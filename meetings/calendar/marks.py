"""Whether a short text, such as a title, carries a state-secret mark.

A mark stands by itself: as the whole of a line, in brackets, or in capitals before or after a dash or colon
(domain: MẬT, TỐI MẬT, TUYỆT MẬT). Words that merely contain *mật*, and sentences about secrets, are ordinary.
"""

from __future__ import annotations

import re
import unicodedata

_LEVELS = r"(?:TỐI\s+MẬT|TUYỆT\s+MẬT|MẬT)"
_ANY_CASE = (
    rf"^\W*(?:ĐỘ\s+MẬT\s*:\s*)?{_LEVELS}\W*$",  # a line of its own
    rf"[(\[{{<]\s*(?:ĐỘ\s+MẬT\s*:\s*)?{_LEVELS}\s*[)\]}}>]",  # in brackets
)
_CAPITALS = (
    rf"^\W*{_LEVELS}\s*[-–—:|/]\s",  # before the title
    rf"\s[-–—:|/]\s*{_LEVELS}\W*$",  # after it
)
_RULES = [re.compile(rule, re.MULTILINE | re.IGNORECASE) for rule in _ANY_CASE] + [
    re.compile(rule, re.MULTILINE) for rule in _CAPITALS
]


def title_is_marked(text: str) -> bool:
    """Whether `text` carries a mark of its own; letters written in pieces (NFD) are joined first."""
    whole = unicodedata.normalize("NFC", text)
    return any(rule.search(whole) for rule in _RULES)
