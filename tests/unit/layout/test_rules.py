"""Every checked rule of the decree, measured in the produced files: short, ordinary, and of sixty pages."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

import meetings.layout
from meetings.calendar.tables import Urgency
from meetings.layout.rules import RULES, Held, Rule, rule_of, table
from meetings.letters.layout import render as render_letter
from meetings.minutes.layout import render as render_minutes
from tests.unit.layout.measuring import HEIGHT, MM, WIDTH, Leaf, Measured, Shape, Word, measured
from tests.unit.letters.samples import invitation, notice
from tests.unit.minutes.samples import sample

DOCUMENTS = {
    "minutes, short": lambda: render_minutes(sample(2, 1)),
    "minutes, ordinary": lambda: render_minutes(sample(60, 4, 3)),
    "minutes, 60 pages": lambda: render_minutes(sample(215, 34, 12)),
    "notice, short": lambda: render_letter(notice(1, 1)),
    "notice, ordinary": lambda: render_letter(notice(5, 3, 215, Urgency.FLASH)),
    "notice, 60 pages": lambda: render_letter(notice(100, 10)),
    "invitation, short": lambda: render_letter(invitation(urgency=Urgency.URGENT)),
    "invitation, ordinary": lambda: render_letter(invitation(30, 40, Urgency.VERY_URGENT)),
    "invitation, 60 pages": lambda: render_letter(invitation(1000, 1400)),
}


@cache
def document(name: str) -> Measured:
    return measured(DOCUMENTS[name]())


def kind(name: str) -> str:
    return name.split(",")[0]


def body(leaf: Leaf) -> list[Word]:
    """The words of a page without its page number."""
    return [word for word in leaf.words if word.bottom < HEIGHT - 20 * MM]


def within(value: float, rule: Rule) -> None:
    assert rule.low - 0.02 * max(1, rule.low) <= value <= rule.high + 0.02 * max(1, rule.high), (rule.id, value)


def sized(start: str, font: str) -> Callable[[Measured, Rule], None]:
    def check(one: Measured, rule: Rule) -> None:
        word = one.leaves[0].find(start)
        assert word.font.removesuffix("-Regular") == font
        within(word.size, rule)

    return check


def _each_page(measure: Callable[[Leaf], float]) -> Callable[[Measured, Rule], None]:
    def check(one: Measured, rule: Rule) -> None:
        for leaf in one.leaves:
            within(measure(leaf) / MM, rule)

    return check


def _margin(
    measure: Callable[[list[Word]], float], whole: bool = False, slack: float = 0.3
) -> Callable[[Measured, Rule], None]:
    """Nothing enters the margin; where pages are full, the text comes as close to it as `slack` (mm)."""

    def check(one: Measured, rule: Rule) -> None:
        found = [measure(body(leaf)) / MM for leaf in one.leaves if body(leaf)]
        assert min(found) >= rule.low - 0.3, (rule.id, found)
        if not whole or len(found) > 2:
            assert min(found) <= rule.high + slack, (rule.id, found)

    return check


def _typeface(one: Measured, _: Rule) -> None:
    assert {word.font.split("-")[0] for word in one.words} == {"Tinos"}
    assert unicodedata.is_normalized("NFC", one.text)
    with pikepdf.open(io.BytesIO(one.rendered.pdf)) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in font for font in fonts)


def _colour(one: Measured, _: Rule) -> None:
    stamps = [shape for leaf in one.leaves for shape in leaf.shapes if shape.colour != (0, 0, 0)]
    assert len(stamps) <= 1
    assert all(shape.colour == (204, 0, 0) for shape in stamps)


def _page_number(one: Measured, rule: Rule) -> None:
    for leaf in one.leaves:
        above = [word for word in leaf.words if word.bottom >= HEIGHT - 20 * MM]
        assert [word.text for word in above] == ([] if leaf.number == 1 else [str(leaf.number)])
        for word in above:
            assert word.centre == pytest.approx(WIDTH / 2, abs=2)
            if rule.unit:
                within(word.size, rule)


def _paragraphs(one: Measured) -> list[list[Word]]:
    """The body's paragraphs of page one: each begins with an indented line."""
    leaf = one.leaves[0]
    found: list[list[Word]] = []
    title = max(word.bottom for word in leaf.words if word.text in ("BIÊN BẢN", "THÔNG BÁO", "GIẤY MỜI"))
    for word in leaf.words:
        if word.top > title - 30 or word.size != pytest.approx(14) or word.left > 60 * MM:
            continue
        if word.left > 40 * MM:
            found.append([word])
        elif found and word.left == pytest.approx(30 * MM, abs=1):
            found[-1].append(word)
    return found


def _body_size(one: Measured, rule: Rule) -> None:
    for paragraph in _paragraphs(one):
        within(paragraph[0].size, rule)


def _indent(one: Measured, rule: Rule) -> None:
    for paragraph in _paragraphs(one):
        within((paragraph[0].start - 30 * MM) / MM, rule)


def _leading(one: Measured, rule: Rule) -> None:
    for paragraph in _paragraphs(one):
        for above, below in pairwise(paragraph):
            within((above.baseline - below.baseline) / (above.size * 1.15), rule)


def _spacing(one: Measured, rule: Rule) -> None:
    paragraphs = _paragraphs(one)
    for above, below in pairwise(paragraphs):
        gap = above[-1].baseline - below[0].baseline - 14 * 1.3
        if gap < 20:  # a table may stand between two paragraphs
            within(gap, rule)


def _justified(one: Measured, _: Rule) -> None:
    for paragraph in _paragraphs(one):
        for line in paragraph[:-1]:
            assert line.right == pytest.approx(WIDTH - 20 * MM, abs=3), line.text


def _rule_under(start: str) -> Callable[[Measured, Rule], None]:
    def check(one: Measured, rule: Rule) -> None:
        word = one.leaves[0].find(start)
        below = one.leaves[0].below(word)
        assert len(below) == 1
        within((below[0].right - below[0].left) / (word.right - word.left), rule)
        assert (below[0].left + below[0].right) / 2 == pytest.approx(word.centre, abs=2)

    return check


def _motto(one: Measured, rule: Rule) -> None:
    sized("Độc lập - Tự do - Hạnh phúc", "Tinos-Bold")(one, rule)
    country, motto = one.leaves[0].find("CỘNG HÒA"), one.leaves[0].find("Độc lập")
    assert motto.top < country.top
    assert motto.centre == pytest.approx(country.centre, abs=2)


def _number_form(one: Measured, _: Rule) -> None:
    number = one.leaves[0].find("Số:").text
    assert re.fullmatch(r"Số: 05/(BB|TB|GM)-VP", number)


def _titled(start: str) -> Callable[[Measured, Rule], None]:
    def check(one: Measured, rule: Rule) -> None:
        sized(start, "Tinos-Bold")(one, rule)
        assert one.leaves[0].find(start).centre == pytest.approx((30 * MM + WIDTH - 20 * MM) / 2, abs=3)

    return check


def _no_date(one: Measured, _: Rule) -> None:
    title = one.leaves[0].find("BIÊN BẢN")
    assert not any("ngày" in word.text for word in one.leaves[0].words if word.bottom > title.top)


def _date(one: Measured, rule: Rule) -> None:
    sized("Tỉnh Mẫu, ngày", "Tinos-Italic")(one, rule)


def _date_form(one: Measured, _: Rule) -> None:
    assert one.leaves[0].find("Tỉnh Mẫu,").text in (
        "Tỉnh Mẫu, ngày 05 tháng 02 năm 2026",
        "Tỉnh Mẫu, ngày 12 tháng 3 năm 2026",
    )


#: By kind: the lines above the room for the signature, and the name.
SIGNERS = {
    "minutes": [("secretary", ["THƯ KÝ"], "Lê Thị Mẫu"), ("chair", ["CHỦ TỌA"], "Nguyễn Văn Mẫu")],
    "notice": [("signer", ["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"], "Nguyễn Văn Mẫu")],
    "invitation": [("signer", ["KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"], "Lê Thị Mẫu")],
}


def _signers(one: Measured) -> list[tuple[list[Word], Word, str]]:
    found = []
    name = next(
        k for k, start in (("minutes", "BIÊN"), ("notice", "THÔNG"), ("invitation", "GIẤY")) if start in one.text
    )
    for role, titles, signer in SIGNERS[name]:
        leaf = one.leaves[one.rendered.places[role].page]
        found.append(([leaf.find(title) for title in titles], [w for w in leaf.words if w.text == signer][-1], role))
    return found


def _signer_title(one: Measured, rule: Rule) -> None:
    for titles, *_ in _signers(one):
        for word in titles:
            assert word.font == "Tinos-Bold"
            within(word.size, rule)


def _signer_name(one: Measured, rule: Rule) -> None:
    for titles, name, _ in _signers(one):
        assert name.font == "Tinos-Bold"
        within(name.size, rule)
        assert name.centre == pytest.approx(titles[-1].centre, abs=2)


def _room(one: Measured, rule: Rule) -> None:
    for titles, name, role in _signers(one):
        within((titles[-1].bottom - name.top) / MM, rule)
        place = one.rendered.places[role]
        assert name.top <= place.bottom < place.top <= titles[-1].bottom


def _minutes_signers(one: Measured, _: Rule) -> None:
    secretary, chair = (titles for titles, _name, _role in _signers(one))
    assert secretary[0].centre == pytest.approx(70 * MM, abs=3)
    assert chair[0].centre == pytest.approx(150 * MM, abs=3)
    assert secretary[0].baseline == pytest.approx(chair[0].baseline)


def _letter_signer(one: Measured, _: Rule) -> None:
    titles, _name, role = _signers(one)[0]
    leaf = one.leaves[one.rendered.places[role].page]
    word = leaf.find("Nơi nhận:")
    assert word.right < titles[0].left
    assert abs(word.baseline - titles[0].baseline) < 6


def _recipients_word(one: Measured, rule: Rule) -> None:
    word = next(word for word in one.words if word.text.startswith("Nơi nhận:"))
    assert word.font == "Tinos-BoldItalic"
    within(word.size, rule)


def _recipients(one: Measured, rule: Rule) -> None:
    start = next(index for index, word in enumerate(one.words) if word.text.startswith("Nơi nhận:"))
    listed = [word for word in one.words[start + 1 :] if word.text.startswith("- ")]
    for word in listed:
        within(word.size, rule)
    assert listed[-1].text.startswith("- Lưu: VT")
    assert all(word.text.endswith(";") for word in listed[:-1])


def _stamp(text: str) -> Callable[[Measured, Rule], None]:
    def check(one: Measured, rule: Rule) -> None:
        leaf = one.leaves[0]
        box: Shape = next(shape for shape in leaf.shapes if shape.colour == (204, 0, 0))
        # pdfium's box is a line's width larger on every side
        within((box.right - box.left - 2 * box.width) / MM, rule)
        assert (box.top - box.bottom - 2 * box.width) / MM == pytest.approx(8, abs=0.05)
        word = leaf.find(text)
        assert box.left < word.left < word.right < box.right
        assert box.bottom < word.bottom < word.top < box.top
        assert 13 <= word.size <= 14

    return check


def _in_order(*parts: str) -> Callable[[Measured, Rule], None]:
    def check(one: Measured, _: Rule) -> None:
        at = [one.text.find(part) for part in parts]
        assert -1 not in at, parts[at.index(-1)]
        assert at == sorted(at)
        assert one.text.count("./.") == 1

    return check


Check = Callable[[Measured, Rule], None]
ALL = ("minutes", "notice", "invitation")
LETTERS = ("notice", "invitation")
TYPES = {"minutes": "BIÊN BẢN", "notice": "THÔNG BÁO", "invitation": "GIẤY MỜI"}
ABSTRACTS = {"minutes": "Hội nghị trực tuyến", "notice": "Kết luận của", "invitation": "Dự Hội nghị"}


def _by_type(make: Callable[[str], Callable[[Measured, Rule], None]], starts: dict[str, str]) -> Check:
    def check(one: Measured, rule: Rule) -> None:
        make(next(starts[key] for key, word in TYPES.items() if word in one.text))(one, rule)

    return check


#: How each checked rule is measured, and in which kinds of documents.
CHECKS: dict[str, tuple[Check, tuple[str, ...]]] = {
    "page.width": (_each_page(lambda leaf: leaf.width), ALL),
    "page.height": (_each_page(lambda leaf: leaf.height), ALL),
    "margin.top": (_margin(lambda words: HEIGHT - max(w.top for w in words)), ALL),
    "margin.bottom": (_margin(lambda words: min(w.baseline for w in words), True, 6.5), ALL),
    "margin.left": (_margin(lambda words: min(w.left for w in words)), ALL),
    "margin.right": (_margin(lambda words: WIDTH - max(w.right for w in words), True), ALL),
    "typeface": (_typeface, ALL),
    "colour": (_colour, ALL),
    "page_number.size": (_page_number, ALL),
    "page_number.place": (_page_number, ALL),
    "body.size": (_body_size, ALL),
    "body.indent": (_indent, ALL),
    "body.spacing": (_spacing, ALL),
    "body.leading": (_leading, ALL),
    "body.justified": (_justified, ALL),
    "country": (sized("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Tinos-Bold"), ALL),
    "motto": (_motto, ALL),
    "motto.rule": (_rule_under("Độc lập"), ALL),
    "organ.superior": (sized("ỦY BAN NHÂN DÂN", "Tinos"), ALL),
    "organ.issuing": (sized("VĂN PHÒNG", "Tinos-Bold"), ALL),
    "organ.rule": (_rule_under("VĂN PHÒNG"), ALL),
    "number": (sized("Số: 05/", "Tinos"), ALL),
    "number.form": (_number_form, ALL),
    "date": (_date, LETTERS),
    "date.form": (_date_form, LETTERS),
    "date.none": (_no_date, ("minutes",)),
    "type": (_by_type(_titled, TYPES), ALL),
    "abstract": (_by_type(_titled, ABSTRACTS), ALL),
    "abstract.rule": (_by_type(_rule_under, ABSTRACTS), ALL),
    "signer.title": (_signer_title, ALL),
    "signer.name": (_signer_name, ALL),
    "signer.room": (_room, ALL),
    "minutes.signers": (_minutes_signers, ("minutes",)),
    "letter.signer": (_letter_signer, LETTERS),
    "recipients.word": (_recipients_word, ALL),
    "recipients.list": (_recipients, ALL),
    "stamp.flash": (_stamp("HỎA TỐC"), ("notice, ordinary",)),
    "stamp.very_urgent": (_stamp("THƯỢNG KHẨN"), ("invitation, ordinary",)),
    "stamp.urgent": (_stamp("KHẨN"), ("invitation, short",)),
    "form.minutes": (
        _in_order(
            *("BIÊN BẢN", "Thời gian bắt đầu:", "Địa điểm:", "Thành phần tham dự:", "Chủ trì (chủ tọa):"),
            *("Thư ký (người ghi biên bản):", "Nội dung", "kết thúc vào 12 giờ 00 phút, ngày 23", "./.", "THƯ KÝ"),
        ),
        ("minutes",),
    ),
    "form.notice": (
        _in_order("Tỉnh Mẫu, ngày", "THÔNG BÁO", "Kết luận", "như sau:", "1. Về", "./.", "TL."),
        ("notice",),
    ),
    "form.invitation": (
        _in_order("GIẤY MỜI", "trân trọng kính mời:", "Tới dự", "Chủ trì:", "Thời gian:", "Địa điểm:", "./.", "KT."),
        ("invitation",),
    ),
}
CASES = [
    (rule, name) for rule, (_, kinds) in CHECKS.items() for name in DOCUMENTS if name in kinds or kind(name) in kinds
]


@pytest.mark.parametrize(("rule", "name"), CASES, ids=[f"{rule}: {name}" for rule, name in CASES])
def test_checked_rule(rule: str, name: str) -> None:
    CHECKS[rule][0](document(name), rule_of(rule))


def test_every_checked_rule_is_measured_and_the_table_is_what_people_read() -> None:
    assert set(CHECKS) == {rule.id for rule in RULES if rule.held is Held.CHECKED}
    assert len({rule.id for rule in RULES}) == len(RULES)
    page = (Path(meetings.layout.__file__).parent / "README.md").read_text()
    assert page.endswith(table()), "README.md beside rules.py is not the table: print it anew"


def test_the_long_documents_are_long() -> None:
    for name in DOCUMENTS:
        if "60 pages" in name:
            assert document(name).rendered.pages >= 60, name
