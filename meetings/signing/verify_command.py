"""`diemcau verify FILE|PACKAGE [--trust PEM] [--json]`: exit 0 valid, 1 not valid, 2 not readable."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from meetings.ids import PROVINCE_ZONE
from meetings.signing.verdict import SignatureFinding, Verdict, unreadable
from meetings.signing.verify_process import SIZE_LIMIT, verify_apart

_ROLES = {"secretary": "Thư ký", "chair": "Chủ tọa", "signer": "Người ký", "seal": "Cơ quan"}


def verify_command(argv: Sequence[str]) -> int:
    """Check one file and print the verdict."""
    parser = argparse.ArgumentParser(prog="diemcau verify", description="Xác minh biên bản đã ký số hoặc cả gói hồ sơ.")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--trust", metavar="PEM", type=Path, help="chứng thư gốc được tin cậy")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    options = parser.parse_args(list(argv))
    verdict = _check(options.file, options.trust)
    if options.json:
        print(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2))
    else:
        print("\n".join(sentences(verdict)))
    return exit_code(verdict)


def exit_code(verdict: Verdict) -> int:
    if not verdict.readable:
        return 2
    return 0 if verdict.valid else 1


def _check(file: Path, trust: Path | None) -> Verdict:
    try:
        if file.stat().st_size > SIZE_LIMIT:
            return unreadable("verify.too_large", "Tệp lớn hơn 30 MB nên không kiểm tra được.")
        data = file.read_bytes()
    except OSError as error:
        return unreadable("verify.no_file", f"Không mở được tệp {file}: {error.strerror}.")
    try:
        anchors = trust.read_bytes() if trust else b""
    except OSError as error:
        return unreadable("verify.trust_unreadable", f"Không mở được tệp chứng thư gốc {trust}: {error.strerror}.")
    return asyncio.run(verify_apart(data, anchors))


def sentences(verdict: Verdict) -> list[str]:
    """The verdict for people: the answer first, then the parts of it, who signed and when, then why not."""
    if not verdict.readable:
        return ["KHÔNG ĐỌC ĐƯỢC", *(f"- {one.message}" for one in verdict.reasons)]
    lines = [
        "HỢP LỆ: văn bản không bị thay đổi từ khi ký và người ký được tin cậy." if verdict.valid else "KHÔNG HỢP LỆ"
    ]
    lines += [
        f"  Nội dung nguyên vẹn: {_yes(verdict.intact)}",
        f"  Người ký được tin cậy: {_yes(verdict.trusted)}",
        f"  Đủ chữ ký theo yêu cầu: {_COMPLETE[verdict.complete]}",
        f"  Hiệu lực của văn bản: {_STANDING[verdict.standing]}",
    ]
    lines += [f"- {_told(one)}" for one in verdict.signatures]
    if verdict.package:
        held = verdict.package
        lines.append(
            f"- Gói hồ sơ: {held.events} diễn biến (đã xóa nội dung {held.redacted}), {held.papers} tài liệu; "
            f"đầu hồ sơ {held.head}."
        )
        lines += [f"- {one}." for one in held.attested]
    lines += [f"- Lý do: {one.message}" for one in verdict.reasons]
    return lines + [f"  {number}. {one}" for number, one in enumerate(verdict.changes, 1)]


def _yes(answer: bool) -> str:
    return "có" if answer else "KHÔNG"


_COMPLETE = {"yes": "có", "no": "KHÔNG", "unknown": "văn bản không ghi yêu cầu"}
_STANDING = {
    "current": "còn hiệu lực",
    "recalled": "ĐÃ THU HỒI",
    "replaced": "ĐÃ ĐƯỢC THAY THẾ",
    "unknown": "chỉ máy chủ phát hành mới biết",
}
_CLOCKS = {"timestamp": "dấu thời gian", "document_timestamp": "dấu thời gian của văn bản", "signer": "máy người ký"}


def _told(one: SignatureFinding) -> str:
    role = _ROLES.get(one.role, f"Chữ ký “{one.field}”")
    at = datetime.fromisoformat(one.signed_at).astimezone(PROVINCE_ZONE) if one.signed_at else None
    when = f", lúc {at:%H:%M:%S %d/%m/%Y} (theo {_CLOCKS[one.time_source]})" if at else ""
    organ = f" ({one.organ})" if one.organ else ""
    trust = "được tin cậy" if one.trusted else "chưa được tin cậy"
    return f"{role}: {one.name}{organ}{when}; mức {one.level}; chứng thư {trust}, do {one.issuer} cấp."
