"""Signing in order, and refusing whatever was not signed: by the library and by the command line."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from meetings.errors import Refusal
from meetings.minutes.layout import render
from meetings.signing.fields import reserve, signed_roles
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.sign import KeyFile
from meetings.signing.verify import verify
from meetings.signing.verify_command import verify_command
from meetings.signing.verify_process import SIZE_LIMIT, verify_apart
from tests.unit.minutes.samples import sample
from tests.unit.signing.signed import NAMES, key, prolonged, reserved, sign_now


def ids(data: bytes, trust: bytes) -> list[str]:
    return [one.id for one in verify(data, trust).reasons]


def test_signatures_in_order_are_valid(half: bytes, complete: bytes, signed: bytes, trust: bytes) -> None:
    assert complete.startswith(half), "each signature only appends"
    assert signed.startswith(complete), "and so does the archive time stamp"
    verdict = verify(signed, trust)
    assert verdict.valid, verdict.reasons
    assert (verdict.intact, verdict.trusted, verdict.complete, verdict.standing) == (True, True, "yes", "unknown")
    assert [(one.role, one.name) for one in verdict.signatures] == [(one, NAMES[one]) for one in ("secretary", "chair")]
    assert {(one.level, one.time_source, one.revocation) for one in verdict.signatures} == {
        ("B-LTA", "timestamp", "good")
    }
    assert all(len(one.chain) == 2 for one in verdict.signatures)
    assert verdict.changes == (
        "Thêm chữ ký của thư ký.",
        "Thêm chữ ký của chủ tọa.",
        "Thêm dữ liệu chứng minh (chứng thư, tình trạng thu hồi).",
        "Thêm dấu thời gian lưu trữ cho toàn bộ văn bản.",
    )


def test_a_missing_signature_is_named(half: bytes, trust: bytes, authority: SampleAuthority) -> None:
    verdict = verify(prolonged(authority, half), trust)
    assert (verdict.intact, verdict.trusted, verdict.complete, verdict.valid) == (True, True, "no", False)
    assert [one.id for one in verdict.reasons] == ["verify.incomplete"]


def test_unknown_revocation_is_not_trusted(complete: bytes, trust: bytes) -> None:
    verdict = verify(complete, trust)
    assert (verdict.intact, verdict.trusted, verdict.valid) == (True, False, False)
    assert {one.id for one in verdict.reasons} <= {"verify.revocation_unknown", "verify.timestamp_untrusted"}


def test_order_is_enforced(authority: SampleAuthority, half: bytes, complete: bytes) -> None:
    for pdf, role in ((reserved(), "chair"), (half, "secretary"), (complete, "chair"), (complete, "seal")):
        with pytest.raises(Refusal, match=r"signing\.order"):
            sign_now(authority, pdf, role)
    assert signed_roles(half) == ("secretary",)


def test_wrong_passphrase_is_refused(authority: SampleAuthority) -> None:
    wrong = KeyFile(key(authority, "secretary").path, b"khac")
    with pytest.raises(Refusal, match=r"signing\.key_unreadable"):
        sign_now(authority, reserved(), "secretary", wrong)


def test_pdfsig_and_qpdf_agree_after_each_signature(
    half: bytes, complete: bytes, signed: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "signed.pdf"
    for pdf, signatures in ((half, 1), (complete, 2), (signed, 2)):
        path.write_bytes(pdf)
        out = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
        assert out.count("Signature is Valid") == signatures
        assert "Total document signed" in out
        assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


def test_one_changed_byte_anywhere_is_not_valid(signed: bytes, trust: bytes) -> None:
    """But in the spare certificates of the last time stamp, which say nothing of the document.

    Changed is a byte in the middle of every part: what each signature covers anew, each signature, what follows it.
    """
    told = verify(signed, trust)
    ranges = [
        [int(one) for one in each.sig_object["/ByteRange"]]
        for each in PdfFileReader(io.BytesIO(signed)).embedded_signatures
    ]
    last = range(*ranges[-1][1:3])
    parts, reached = [], 9
    for _, before, after, rest in ranges:
        parts += [(reached, before), (before + 1, before + 1 + (after - before) // 4), (after, after + rest)]
        reached = after + rest
    for at in sorted({(start + end) // 2 for start, end in parts}):
        changed = bytearray(signed)
        changed[at] ^= 0x01
        verdict = verify(bytes(changed), trust)
        assert verdict.readable, at
        assert not verdict.valid or (at in last and verdict == told), at


def test_cut_or_lengthened_is_not_valid(half: bytes, signed: bytes, trust: bytes) -> None:
    assert not verify(signed[:-200], trust).valid
    assert not verify(signed + b"\n% more\n%%EOF\n", trust).valid
    assert not verify(signed[: len(half) + 500], trust).valid


def test_an_authority_of_the_same_name_and_no_trust_are_not_valid(signed: bytes, tmp_path: Path) -> None:
    verdict = verify(signed, SampleAuthority(tmp_path).trust().read_bytes())
    assert verdict.intact
    assert {one.id for one in verdict.reasons} == {"verify.wrong_chain", "verify.timestamp_untrusted"}
    assert {one.id for one in verify(signed).reasons} == {"verify.no_trust"}


def test_unsigned_encrypted_and_hostile_files(trust: bytes, tmp_path: Path) -> None:
    plain = render(sample()).pdf
    assert ids(plain, trust) == ["verify.unsigned"]
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain)) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    hostile = {
        "encrypted": locked.getvalue(),
        "empty": b"",
        "program": b"\x7fELF" + bytes(100),
        "header alone": b"%PDF-1.7\n",
        "noise": b"%PDF-1.7\n" + bytes(range(256)) * 50,
        "nested": b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        "loop": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
    }
    for name, data in hostile.items():
        assert not verify(data, trust).readable, name


async def test_process_gives_the_same_answer_within_limits(signed: bytes, trust: bytes) -> None:
    assert await verify_apart(signed, trust) == await asyncio.to_thread(verify, signed, trust)
    assert (await verify_apart(b"%PDF-" + bytes(SIZE_LIMIT), trust)).reasons[0].id == "verify.too_large"


def test_command_answers_by_exit_code(
    signed: bytes, authority: SampleAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, anchor = tmp_path / "m.pdf", str(authority.trust())
    path.write_bytes(signed)
    assert verify_command([str(path), "--trust", anchor]) == 0
    told = capsys.readouterr().out
    assert told.startswith("HỢP LỆ")
    assert "Thư ký: Lê Thị Mẫu" in told
    assert verify_command([str(path), "--json"]) == 1
    told_json = json.loads(capsys.readouterr().out)
    assert (told_json["intact"], told_json["trusted"], told_json["reason_ids"]) == (True, False, ["verify.no_trust"])
    path.write_bytes(signed.replace(b"/Type /Page", b"/Type /Pbge", 1))
    assert verify_command([str(path), "--trust", anchor]) in (1, 2)
    path.write_bytes(b"khong phai PDF")
    assert verify_command([str(path)]) == 2
    assert verify_command([str(tmp_path / "missing.pdf")]) == 2


def test_sample_certificates_say_that_they_are_samples(authority: SampleAuthority) -> None:
    certificate = x509.load_pem_x509_certificate(authority.trust().read_bytes())
    assert "MẪU" in certificate.subject.rfc4514_string()
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=300)


def test_reserved_fields_are_where_the_layout_put_them() -> None:
    rendered = render(sample())
    pdf = reserve(rendered.pdf, rendered.places)
    assert list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures) == [], "the fields are empty before anybody signs"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = {str(one["/T"]): [float(n) for n in one["/Rect"]] for one in document.Root["/AcroForm"]["/Fields"]}
    assert set(found) == {"ThuKy", "ChuToa"}
    for role, name in (("secretary", "ThuKy"), ("chair", "ChuToa")):
        place = rendered.places[role]
        assert found[name] == pytest.approx([place.left, place.bottom, place.right, place.top], abs=1)
