"""Vietnamese text for searching and sorting."""

from __future__ import annotations

import unicodedata

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDER = {letter: index for index, letter in enumerate(_ALPHABET)}


def fold(text: str) -> str:
    """`text` in lower case without accents, tones or doubled blanks: `Như Xuân` → `nhu xuan`."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


def sort_key(text: str) -> list[tuple[int, ...]]:
    """Order as dictionaries have it: by the alphabet's letters first, by tones (huyền, hỏi, ngã, sắc, nặng) second."""
    letters: list[int] = []
    tones: list[int] = []
    for one in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", one)
        tone = next((_TONES[part] for part in parts if part in _TONES), 0)
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(_ORDER.get(letter, -1 if letter.isspace() else 100 + ord(letter[0])))
        tones.append(tone)
    return [tuple(letters), tuple(tones)]
