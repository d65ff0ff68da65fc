"""Janus's descriptions in our words: it numbers the lines of a receive connection, pages know them by their slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signaling.media.embedded.slots import Lines

#: Packets would carry Janus's number of the line in this extension, so it is not offered.
_MID_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:mid"


def offer_for_page(text: str, lines: Sequence[Lines]) -> str:
    """Janus's offer with the mids and streams of the slots; `lines` in the order of its sections."""
    names = {str(place): one.mid for place, one in enumerate(lines)}
    out: list[str] = []
    place = -1
    for line in _lines(text):
        if line.startswith("m="):
            place += 1
        if line.startswith("a=extmap:") and _MID_EXTENSION in line:
            continue
        if line.startswith("a=msid:") and 0 <= place < len(lines):
            line = f"a=msid:{lines[place].slot} {lines[place].mid}"
        if line.startswith("a=ssrc:") and " cname:" not in line:
            continue  # the track is named by its msid line alone
        out.append(_renamed(line, names))
    return "\r\n".join(out) + "\r\n"


def answer_for_janus(text: str, lines: Sequence[Lines]) -> str:
    """A page's answer with the mids that Janus gave."""
    names = {one.mid: str(place) for place, one in enumerate(lines)}
    return "\r\n".join(_renamed(line, names) for line in _lines(text)) + "\r\n"


def _renamed(line: str, names: Mapping[str, str]) -> str:
    if line.startswith("a=mid:"):
        return f"a=mid:{names.get(line[6:], line[6:])}"
    if line.startswith("a=group:BUNDLE "):
        return "a=group:BUNDLE " + " ".join(names.get(one, one) for one in line[15:].split())
    return line


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")
