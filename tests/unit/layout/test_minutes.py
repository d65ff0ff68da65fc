"""The produced PDF against Decree 30/2020/NĐ-CP, form 1.9, measured in the file itself."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pypdfium2.raw as raw
import pytest

from meetings.layout.head import organ_lines
from meetings.layout.page import Rendered
from meetings.layout.typeface import BOLD
from meetings.minutes.content import Letterhead, Officer, from_json, to_json
from meetings.minutes.layout import render
from tests.unit.layout.measuring import HEIGHT, MM, WIDTH, Word, opened, texts
from tests.unit.minutes.samples import sample


def find(words: list[Word], start: str) -> Word:
    return next(word for word in words if word.text.startswith(start))


@pytest.fixture(scope="module")
def ordinary() -> Rendered:
    return render(sample())


@pytest.mark.parametrize(
    ("start", "font", "low", "high"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Tinos-Bold", 12, 13),
        ("Độc lập - Tự do - Hạnh phúc", "Tinos-Bold", 13, 14),
        ("ỦY BAN NHÂN DÂN", "Tinos", 12, 13),
        ("VĂN PHÒNG MẪU", "Tinos-Bold", 12, 13),
        ("Số: 05/BB-VP", "Tinos", 13, 13),
        ("BIÊN BẢN", "Tinos-Bold", 13, 14),
        ("Hội nghị trực tuyến giao ban mẫu", "Tinos-Bold", 13, 14),
        ("Thời gian bắt đầu:", "Tinos", 13, 14),
    ],
)
def test_fonts_and_sizes_of_page_one(ordinary: Rendered, start: str, font: str, low: int, high: int) -> None:
    with opened(ordinary) as document:
        word = find(texts(document, 0), start)
    assert word.font in (font, f"{font}-Regular" if font == "Tinos" else font)
    assert low - 0.01 <= word.size <= high + 0.01


def test_head_is_two_columns_and_has_no_place_and_date(ordinary: Rendered) -> None:
    with opened(ordinary) as document:
        words = texts(document, 0)
    country, motto = find(words, "CỘNG HÒA"), find(words, "Độc lập")
    assert country.centre == pytest.approx(motto.centre, abs=2)
    assert motto.top < country.top
    organ, number = find(words, "VĂN PHÒNG"), find(words, "Số:")
    assert organ.centre == pytest.approx(number.centre, abs=2)
    assert organ.right < country.left
    head = [word for word in words if word.bottom > find(words, "BIÊN BẢN").top]
    assert not any("ngày" in word.text for word in head)


def test_an_organs_name_breaks_where_people_break_it() -> None:
    for name, lines in {
        "Ủy ban nhân dân tỉnh Thanh Hóa": ["ỦY BAN NHÂN DÂN", "TỈNH THANH HÓA"],
        "Ủy ban nhân dân thành phố Sầm Sơn": ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ SẦM SƠN"],
        "Ủy ban nhân dân xã Tam Chung": ["ỦY BAN NHÂN DÂN", "XÃ TAM CHUNG"],
        "Sở Nội vụ": ["SỞ NỘI VỤ"],
        "": [],
    }.items():
        assert organ_lines(name, BOLD, 178) == lines
    long = organ_lines("x" * 200, BOLD, 178)
    assert "".join(long) == "X" * 200, "nothing is lost where a word has no room"


def test_rules_under_motto_organ_and_title(ordinary: Rendered) -> None:
    with opened(ordinary) as document:
        words = texts(document, 0)
        paths = [one.get_bounds() for one in document[0].get_objects([raw.FPDF_PAGEOBJ_PATH])]
    for start, low, high in (("Độc lập", 0.97, 1.03), ("VĂN PHÒNG", 1 / 3, 1 / 2), ("Hội nghị trực", 1 / 3, 1 / 2)):
        word = find(words, start)
        below = [one for one in paths if 0 < word.bottom - one[3] < 8 and one[0] < word.centre < one[2]]
        assert len(below) == 1, start
        left, _, right, _ = below[0]
        assert low <= (right - left) / (word.right - word.left) <= high, start
        assert (left + right) / 2 == pytest.approx(word.centre, abs=2)


def test_page_numbers_are_centred_in_the_top_margin_but_on_page_one() -> None:
    with opened(render(sample(sites=60))) as document:
        assert all(word.top < HEIGHT - 20 * MM for word in texts(document, 0))
        for index in range(1, len(document)):
            above = [word for word in texts(document, index) if word.bottom > HEIGHT - 20 * MM]
            assert [word.text for word in above] == [str(index + 1)]
            assert above[0].centre == pytest.approx(WIDTH / 2, abs=2)
            assert 13 <= above[0].size <= 14


def test_paragraphs_have_first_line_indent_and_space_between(ordinary: Rendered) -> None:
    with opened(ordinary) as document:
        words = texts(document, 0)
    first = find(words, "Thời gian bắt đầu")
    second = find(words, "Địa điểm:")
    assert first.left - 30 * MM == pytest.approx(12.7 * MM, abs=2)
    assert first.bottom - second.bottom >= 14 + 6


def test_order_of_form_1_9(ordinary: Rendered) -> None:
    with opened(ordinary) as document:
        whole = " ".join(word.text for index in range(len(document)) for word in texts(document, index))
    order = [
        "BIÊN BẢN",
        "Thời gian bắt đầu: 09 giờ 13 phút, ngày 23 tháng 11 năm 2026",
        "Địa điểm:",
        "Thành phần tham dự:",
        "Chủ trì (chủ tọa):",
        "Thư ký (người ghi biên bản):",
        "Nội dung",
        "Hội nghị kết thúc vào 12 giờ 00 phút, ngày 23 tháng 11 năm 2026./.",
        "THƯ KÝ",
        "CHỦ TỌA",
        "Nơi nhận:",
        "- Lưu: VT, Hồ sơ.",
        "ab" * 32,
    ]
    places = [whole.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert unicodedata.is_normalized("NFC", whole)


def test_secretary_signs_on_the_left_chair_on_the_right(ordinary: Rendered) -> None:
    with opened(ordinary) as document:
        last = len(document) - 1
        words = texts(document, last)
    for title, name, role, middle in (
        ("THƯ KÝ", "Lê Thị Mẫu", "secretary", 70 * MM),
        ("CHỦ TỌA", "Nguyễn Văn Mẫu", "chair", 150 * MM),
    ):
        heading, signer = find(words, title), [w for w in words if w.text == name][-1]
        place = ordinary.places[role]
        assert heading.centre == pytest.approx(middle, abs=3)
        assert signer.centre == pytest.approx(middle, abs=3)
        assert heading.font == signer.font == "Tinos-Bold"
        assert 13 <= heading.size <= 14
        assert place.page == last
        assert signer.top <= place.bottom < place.top <= heading.bottom
    assert find(words, "Nơi nhận:").font == "Tinos-BoldItalic"
    assert find(words, "Nơi nhận:").size == pytest.approx(12)
    assert find(words, "- Lưu: VT").size == pytest.approx(11)


def test_long_names_and_missing_data_still_lay_out() -> None:
    bare = replace(
        sample(sites=0, items=0),
        letterhead=Letterhead("Ủy ban nhân dân " * 12, "Ban chỉ đạo " * 20, "", "BB-UBND"),
        chair=Officer("Nguyễn " * 15),
        title="Cuộc họp <b>&amp;</b> rất dài " * 12,
        end_at=0,
    )
    rendered = render(bare)
    with opened(rendered) as document:
        whole = "".join(document[index].get_textpage().get_text_range() for index in range(len(document)))
    assert "<b>&amp;</b>" in whole
    assert set(rendered.places) == {"secretary", "chair", "number"}


def test_texts_are_composed_and_bookmarked() -> None:
    decomposed = replace(sample(), title=unicodedata.normalize("NFD", "Hội nghị thường kỳ"))
    with opened(render(decomposed)) as document:
        assert any("Hội nghị thường kỳ" in word.text for word in texts(document, 0))
        titles = [one.get_title() for one in document.get_toc()]
    assert titles[:4] == ["Biên bản", "Thành phần tham dự", "Nội dung", "1. Báo cáo số 1"]
    assert titles[-1] == "Chữ ký"


def test_content_survives_its_json_form() -> None:
    assert from_json(to_json(sample())) == sample()
