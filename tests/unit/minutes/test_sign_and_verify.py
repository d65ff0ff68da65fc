"""Signing in order, and refusing whatever was not signed: by the library and by the command line."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from meetings.errors import Refusal
from meetings.ids import now_ms
from meetings.minutes.layout import render
from meetings.minutes.sample_authority import PASSPHRASE, SampleAuthority
from meetings.minutes.sign import KeyFile, reserve, sign, sign_apart, signed_roles
from meetings.minutes.verify import verify
from meetings.minutes.verify_command import verify_command
from meetings.minutes.verify_process import SIZE_LIMIT, verify_apart
from tests.unit.minutes.samples import sample

NAMES = {"secretary": "Lê Thị Mẫu", "chair": "Nguyễn Văn Mẫu"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    return SampleAuthority(tmp_path_factory.mktemp("authority"))


def key(authority: SampleAuthority, role: str) -> KeyFile:
    return KeyFile(authority.key_file(role, NAMES[role]), PASSPHRASE)


@pytest.fixture(scope="module")
def half(authority: SampleAuthority) -> bytes:
    """Minutes that the secretary has signed."""
    pdf = reserve(render(sample()))
    return sign(pdf, "secretary", NAMES["secretary"], key(authority, "secretary"), now_ms()).pdf


@pytest.fixture(scope="module")
def signed(authority: SampleAuthority, half: bytes) -> bytes:
    return sign(half, "chair", NAMES["chair"], key(authority, "chair"), now_ms()).pdf


@pytest.fixture(scope="module")
def trust(authority: SampleAuthority) -> bytes:
    return authority.trust().read_bytes()


def ids(data: bytes, trust: bytes) -> list[str]:
    return [one.id for one in verify(data, trust).reasons]


def test_two_signatures_in_order_are_valid(half: bytes, signed: bytes, trust: bytes) -> None:
    assert signed.startswith(half), "each signature only appends"
    verdict = verify(signed, trust)
    assert verdict.valid, verdict.reasons
    assert [(one.role, one.name) for one in verdict.signatures] == list(NAMES.items())
    assert verify(half, trust).valid


def test_order_is_enforced(authority: SampleAuthority, half: bytes, signed: bytes) -> None:
    for pdf, role in ((reserve(render(sample())), "chair"), (half, "secretary"), (signed, "chair")):
        with pytest.raises(Refusal, match=r"minutes\.sign_order"):
            sign(pdf, role, "x", key(authority, role), now_ms())
    assert signed_roles(half) == ("secretary",)


def test_wrong_passphrase_is_refused(authority: SampleAuthority) -> None:
    wrong = KeyFile(key(authority, "secretary").path, b"khac")
    with pytest.raises(Refusal, match=r"minutes\.key_unreadable"):
        sign(reserve(render(sample())), "secretary", "x", wrong, now_ms())


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not installed")
def test_pdfsig_and_qpdf_agree(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    out = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert out.count("Signature is Valid") == 2
    assert "Total document signed" in out
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


def test_one_changed_byte_anywhere_is_not_valid(signed: bytes, trust: bytes) -> None:
    for at in range(9, len(signed), len(signed) // 25):
        changed = bytearray(signed)
        changed[at] ^= 0x01
        verdict = verify(bytes(changed), trust)
        assert verdict.readable, at
        assert not verdict.valid, at


def test_cut_or_lengthened_is_not_valid(half: bytes, signed: bytes, trust: bytes) -> None:
    assert not verify(signed[:-200], trust).valid
    assert ids(signed + b"\n% more\n%%EOF\n", trust) == ["verify.malformed"]
    assert not verify(signed[: len(half) + 500], trust).valid


def appended(signed: bytes, change: str) -> bytes:
    """The signed file with one incremental change after it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name

    if change == "page content":
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 500 500 re f"))
        writer.update_container(page)
    elif change == "annotation":
        page = writer.root["/Pages"]["/Kids"][0]
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 500, 500)),
            }
        )
        page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
        writer.update_container(page)
    else:
        action = generic.DictionaryObject(
            {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
        )
        writer.root["/OpenAction"] = writer.add_object(action)
        writer.update_root()
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("change", ["page content", "annotation", "script"])
@pytest.mark.parametrize("stage", ["half", "signed"])
def test_changes_after_signing_are_refused(
    change: str, stage: str, trust: bytes, request: pytest.FixtureRequest
) -> None:
    verdict = verify(appended(request.getfixturevalue(stage), change), trust)
    assert verdict.readable
    assert not verdict.valid
    assert not verdict.intact


def test_changes_between_the_signatures_are_refused(authority: SampleAuthority, half: bytes, trust: bytes) -> None:
    changed = appended(half, "page content")
    found = ids(sign(changed, "chair", NAMES["chair"], key(authority, "chair"), now_ms()).pdf, trust)
    assert "verify.suspicious_change" in found


def test_foreign_signers_and_no_trust_are_not_valid(signed: bytes, tmp_path: Path) -> None:
    verdict = verify(signed, SampleAuthority(tmp_path).trust().read_bytes())
    assert verdict.intact
    assert {one.id for one in verdict.reasons} == {"verify.untrusted"}
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
    assert json.loads(capsys.readouterr().out)["intact"] is True
    path.write_bytes(signed.replace(b"/Type /Page", b"/Type /Pbge", 1))
    assert verify_command([str(path), "--trust", anchor]) in (1, 2)
    path.write_bytes(b"khong phai PDF")
    assert verify_command([str(path)]) == 2
    assert verify_command([str(tmp_path / "missing.pdf")]) == 2


async def test_signing_leaves_the_event_loop_free(authority: SampleAuthority) -> None:
    pdf, file = reserve(render(sample())), key(authority, "secretary")
    longest, done = 0.0, asyncio.Event()

    async def beat() -> None:
        nonlocal longest
        while not done.is_set():
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - before)

    heart = asyncio.create_task(beat())
    await asyncio.gather(*(sign_apart(pdf, "secretary", "x", file, now_ms()) for _ in range(3)))
    done.set()
    await heart
    assert longest < 0.5


def test_sample_certificates_say_that_they_are_samples(authority: SampleAuthority) -> None:
    certificate = x509.load_pem_x509_certificate(authority.trust().read_bytes())
    assert "MẪU" in certificate.subject.rfc4514_string()
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=300)


def test_reserved_fields_are_where_the_layout_put_them() -> None:
    rendered = render(sample())
    reader = PdfFileReader(io.BytesIO(reserve(rendered)))
    boxes = {one.field_name: one.sig_field["/Rect"] for one in reader.embedded_signatures}
    assert boxes == {}, "the fields are empty before anybody signs"
    with pikepdf.open(io.BytesIO(reserve(rendered))) as document:
        found = {str(one["/T"]): [float(n) for n in one["/Rect"]] for one in document.Root["/AcroForm"]["/Fields"]}
    assert set(found) == {"ThuKy", "ChuToa"}
    for role, name in (("secretary", "ThuKy"), ("chair", "ChuToa")):
        place = rendered.places[role]
        assert found[name] == pytest.approx([place.left, place.bottom, place.right, place.top], abs=1)
