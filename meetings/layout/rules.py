"""Which rules of Decree 30/2020/NĐ-CP's layout are checked in the produced file, and which are a unit's configuration.

README.md beside this file shows the same table to people; the geometry tests measure every checked row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Held(StrEnum):
    """How a rule is held."""

    CHECKED = "checked"  # measured in the produced PDF
    ENTRY = "refused on entry"  # a document that breaks it is not accepted
    CONFIGURED = "configuration"  # the unit's own data or choice; nothing to measure


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `low` and `high` bound what is measured, in `unit`; both included."""

    id: str
    text: str
    held: Held
    low: float = 0
    high: float = 0
    unit: str = ""


def _checked(id: str, text: str, low: float = 0, high: float = 0, unit: str = "") -> Rule:
    return Rule(id, text, Held.CHECKED, low, high, unit)


RULES: tuple[Rule, ...] = (
    _checked("page.width", "A4 portrait", 209.5, 210.5, "mm"),
    _checked("page.height", "A4 portrait", 296.5, 297.5, "mm"),
    _checked("margin.top", "Top margin", 20, 25, "mm"),
    _checked("margin.bottom", "Bottom margin", 20, 25, "mm"),
    _checked("margin.left", "Left margin", 30, 35, "mm"),
    _checked("margin.right", "Right margin", 15, 20, "mm"),
    _checked("typeface", "A Times-metric face, embedded, Unicode in composed form (NFC)"),
    _checked("colour", "Black; red is the urgency stamp alone"),
    _checked("page_number.size", "Page number, Arabic", 13, 14, "pt"),
    _checked("page_number.place", "Centred in the top margin, from page 2 on"),
    _checked("body.size", "Body text", 13, 14, "pt"),
    _checked("body.indent", "First line indented by 1 or 1.27 cm", 10, 12.7, "mm"),
    _checked("body.spacing", "Space between paragraphs", 6, 12, "pt"),
    _checked("body.leading", "Line spacing, of the single line of 1.15 times the size", 1, 1.5, "lines"),
    _checked("body.justified", "Lines within a paragraph reach both margins"),
    _checked("country", "Quốc hiệu: capitals, bold", 12, 13, "pt"),
    _checked("motto", "Tiêu ngữ: bold, centred below", 13, 14, "pt"),
    _checked("motto.rule", "Solid rule under the motto's whole length", 0.97, 1.03, "of the text"),
    _checked("organ.superior", "Superior organ: capitals, regular", 12, 13, "pt"),
    _checked("organ.issuing", "Issuing organ: capitals, bold", 12, 13, "pt"),
    _checked("organ.rule", "Rule under the issuing organ", 1 / 3, 1 / 2, "of the text"),
    _checked("number", "Số, ký hiệu: regular", 13, 13, "pt"),
    _checked("number.form", "`Số: 05/BB-UBND`: leading 0 below ten, no spaces"),
    _checked("date", "Place and date: italic (notice, invitation)", 13, 14, "pt"),
    _checked("date.form", "Leading 0 for days below ten and months 1 and 2"),
    _checked("date.none", "Minutes have no place-and-date line"),
    _checked("type", "Type of the document: capitals, bold, centred", 13, 14, "pt"),
    _checked("abstract", "Abstract: bold, centred", 13, 14, "pt"),
    _checked("abstract.rule", "Rule under the abstract", 1 / 3, 1 / 2, "of the text"),
    _checked("signer.title", "Signer's capacities and title: capitals, bold", 13, 14, "pt"),
    _checked("signer.name", "Signer's name: bold, centred below the title", 13, 14, "pt"),
    _checked("signer.room", "Room for the signature between title and name", 20, 30, "mm"),
    _checked("minutes.signers", "Minutes: THƯ KÝ on the left, CHỦ TỌA on the right, also unsigned"),
    _checked("letter.signer", "Notice, invitation: Nơi nhận on the left, signature on the right"),
    _checked("recipients.word", "Nơi nhận: bold italic", 12, 12, "pt"),
    _checked("recipients.list", "The list of recipients; its last line `- Lưu: VT, …`", 11, 11, "pt"),
    _checked("stamp.flash", "HỎA TỐC: box of 30 × 8 mm, red", 30, 30, "mm"),
    _checked("stamp.very_urgent", "THƯỢNG KHẨN: box of 40 × 8 mm, red", 40, 40, "mm"),
    _checked("stamp.urgent", "KHẨN: box of 20 × 8 mm, red", 20, 20, "mm"),
    _checked("form.minutes", "Order and wording of form 1.9, ending with `./.`"),
    _checked("form.notice", "Order and wording of form 1.4, ending with `./.`"),
    _checked("form.invitation", "Order and wording of form 1.7, ending with `./.`"),
    Rule("authority", "TM., KT., TL., TUQ., Q. in known combinations; TUQ. with paper, scope, period", Held.ENTRY),
    Rule("minutes.authority", "KT., TL., TUQ. do not belong on minutes: their form has no field for them", Held.ENTRY),
    Rule("metadata", "Appendix VI limits; the file's own fields are cut there, the printed text never", Held.ENTRY),
    Rule("letterhead", "Superior and issuing line, place name, code group: the unit's data", Held.CONFIGURED),
    Rule("recipients", "Who receives, and what follows `Lưu: VT,`: the unit's template", Held.CONFIGURED),
    Rule("signatory", "Who signs letters, with which title and capacities: the unit's template", Held.CONFIGURED),
    Rule("wording", "Opening and closing sentences of letters: the unit's template", Held.CONFIGURED),
    Rule("urgency", "Which urgency a letter carries: the meeting's, changed by its editor", Held.CONFIGURED),
    Rule("seal", "Whether the organ seals minutes (`nếu có`): the meeting asks", Held.CONFIGURED),
    Rule("typed.name", "No academic titles before names: what is entered is printed", Held.CONFIGURED),
)


def rule_of(id: str) -> Rule:
    """The rule `id`; LookupError where there is none."""
    return next(one for one in RULES if one.id == id)


def table() -> str:
    """The rules as a Markdown table."""
    lines = ["| rule | what it says | bounds | held |", "|---|---|---|---|"]
    for one in RULES:
        span = f"{one.low:.4g}" if one.low == one.high else f"{one.low:.4g}–{one.high:.4g}"
        bounds = f"{span} {one.unit}" if one.unit else ""
        lines.append(f"| `{one.id}` | {one.text} | {bounds} | {one.held} |")
    return "\n".join(lines) + "\n"
