"""Marks refuse a title; words that contain *mật* never do."""

from __future__ import annotations

import unicodedata

import pytest

from meetings.calendar.marks import title_is_marked

MARKED = [
    "MẬT",
    "Mật",
    "TỐI MẬT",
    "Tuyệt mật",
    "TUYỆT  MẬT.",
    "Độ mật: Tối mật",
    "(MẬT) Phương án bảo vệ",
    "Phương án bảo vệ [Tối mật]",
    "MẬT - Phương án bảo vệ",
    "TUYỆT MẬT: Kế hoạch",
    "Phương án bảo vệ – TỐI MẬT",
    "Phương án\nMẬT\nbảo vệ",
]
ORDINARY = [
    "Luật Bảo vệ bí mật nhà nước",
    "Triển khai công tác bảo vệ bí mật nhà nước năm 2026",
    "Bảo mật thông tin",
    "Mật độ dân số các xã ven biển",
    "Mật độ xây dựng - quy hoạch phường",
    "Đổi mật khẩu hệ thống thư điện tử",
    "Cơ yếu - mật mã dân sự",
    "Danh mục bí mật nhà nước độ Tối mật của tỉnh",
    "Hội nghị tập huấn về tài liệu mật",
    "Nuôi ong lấy mật tại xã Như Xuân",
    "Mía đường, mật mía và sản phẩm OCOP",
    "Tăng cường mối liên hệ mật thiết với Nhân dân",
    "BẢO MẬT - AN TOÀN THÔNG TIN",
    "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "AN TOÀN VÀ BẢO MẬT",
    "Phòng, chống bệnh túi mật",
    "",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("title", MARKED)
def test_a_mark_is_seen(title: str, form: str) -> None:
    assert title_is_marked(unicodedata.normalize(form, title))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("title", ORDINARY)
def test_ordinary_words_pass(title: str, form: str) -> None:
    assert not title_is_marked(unicodedata.normalize(form, title))  # type: ignore[arg-type]
