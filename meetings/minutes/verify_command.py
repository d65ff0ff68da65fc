"""`diemcau verify FILE [--trust PEM] [--json]`: exit 0 valid, 1 not valid, 2 not readable."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from meetings.ids import PROVINCE_ZONE
from meetings.minutes.verify import Verdict, unreadable
from meetings.minutes.verify_process import SIZE_LIMIT, verify_apart

_ROLES = {"secretary": "Thư ký", "chair": "Chủ tọa"}


def verify_command(argv: Sequence[str]) -> int:
    """Check one file and print the verdict."""
    parser = argparse.ArgumentParser(prog="diemcau verify", description="Xác minh biên bản đã ký số.")
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
    """The verdict for people: the answer first, then who signed and when, then why not."""
    if not verdict.readable:
        lines = ["KHÔNG ĐỌC ĐƯỢC"]
    elif verdict.valid:
        lines = ["HỢP LỆ: văn bản không bị thay đổi từ khi ký và người ký được tin cậy."]
    elif verdict.intact:
        lines = ["KHÔNG HỢP LỆ: nội dung không bị thay đổi, nhưng còn điểm chưa đạt."]
    else:
        lines = ["KHÔNG HỢP LỆ"]
    for one in verdict.signatures:
        role = _ROLES.get(one.role, f"Chữ ký “{one.field}”")
        at = datetime.fromisoformat(one.signed_at).astimezone(PROVINCE_ZONE) if one.signed_at else None
        when = f", lúc {at:%H:%M:%S %d/%m/%Y}" if at else ""
        trust = "được tin cậy" if one.trusted else "chưa được tin cậy"
        lines.append(f"- {role}: {one.name}{when} (theo máy người ký); chứng thư {trust}, do {one.issuer} cấp.")
    return lines + [f"- {one.message}" for one in verdict.reasons]
