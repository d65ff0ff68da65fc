"""The evidence package: it stands alone, public tools find what we find, and no changed part of it passes."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from meetings.minutes.content import Attested
from meetings.minutes.draft import assemble
from meetings.minutes.excerpt import excerpt
from meetings.minutes.layout import render
from meetings.record.tables import RecordEvent
from meetings.signing import evidence
from meetings.signing.evidence_check import check_package
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.verify_command import verify_command
from meetings.signing.verify_process import verify_apart
from tests.sample_minutes import package, rows_of, signed_minutes
from tests.sample_minutes import signed as signed_by
from tests.unit.minutes.played import Played, whole_sitting


@pytest.fixture(scope="module")
def sitting() -> Played:
    return whole_sitting()[0]


@pytest.fixture(scope="module")
def pdf(authority: SampleAuthority, sitting: Played) -> bytes:
    return asyncio.run(signed_minutes(authority, sitting))


@pytest.fixture(scope="module")
def packed(pdf: bytes, sitting: Played, trust: bytes) -> bytes:
    return package(pdf, sitting, trust)


def test_a_package_is_valid_without_a_server(packed: bytes, sitting: Played, trust: bytes) -> None:
    verdict = asyncio.run(verify_apart(packed, trust))
    assert verdict.valid, verdict.reasons
    assert verdict.package is not None
    assert (verdict.package.events, verdict.package.head) == (len(sitting.events), sitting.last.hash.hex())
    assert verdict.package.papers == 1


def test_its_own_certificates_prove_nothing(packed: bytes) -> None:
    verdict = check_package(packed)
    assert not verdict.valid
    assert {one.id for one in verdict.reasons} == {"verify.no_trust"}


def test_the_command_checks_a_package(
    packed: bytes, authority: SampleAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "goi.zip"
    path.write_bytes(packed)
    assert verify_command([str(path), "--trust", str(authority.trust())]) == 0
    assert "Gói hồ sơ:" in capsys.readouterr().out
    path.write_bytes(repacked(packed, RECORD_CHANGES["a payload"]))
    assert verify_command([str(path), "--trust", str(authority.trust())]) == 1


Members = dict[str, bytes]


def repacked(packed: bytes, change: Callable[[Members], None], honest_sums: bool = True) -> bytes:
    """`packed` changed by somebody who also writes fitting sums."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    if honest_sums:
        members[evidence.SUMS] = "".join(
            f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members.items() if name != evidence.SUMS
        ).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def replaced(member: str, old: bytes, new: bytes) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        assert old in members[member]
        members[member] = members[member].replace(old, new, 1)

    return change


def _drop_line(member: str, index: int) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        lines = members[member].splitlines(keepends=True)
        del lines[index]
        members[member] = b"".join(lines)

    return change


def _erased(members: Members) -> None:
    """Content taken out as if it had been redacted."""
    lines = [json.loads(one) for one in members[evidence.RECORD].splitlines()]
    lines[3]["salt"] = lines[3]["payload"] = ""
    members[evidence.RECORD] = b"".join(json.dumps(one).encode() + b"\n" for one in lines)


def _rebuilt(members: Members) -> None:
    """Another record with a whole chain of its own."""
    members[evidence.RECORD] = evidence.record_lines(rows_of(whole_sitting()[0], RecordEvent))


def _without_the_course(members: Members) -> None:
    del members[evidence.COURSE]


RECORD_CHANGES: dict[str, Callable[[Members], None]] = {
    "a payload": replaced(evidence.RECORD, b"in_person", b"on_person"),
    "a header": replaced(evidence.RECORD, b"roll_call.marked", b"roll_call.narked"),
    "a salt": replaced(evidence.RECORD, b'"salt": "', b'"salt": "00'),
    "the first event is missing": _drop_line(evidence.RECORD, 0),
    "the last event is missing": _drop_line(evidence.RECORD, -1),
    "an event is erased": _erased,
    "another record": _rebuilt,
    "no record": lambda members: members.update({evidence.RECORD: b""}),
    "no JSON": lambda members: members.update({evidence.RECORD: b"[[[[" * 5000}),
    "a text": replaced(evidence.TEXTS, "Thống nhất".encode(), "Không nhất".encode()),
    "a text is missing its salt": replaced(evidence.TEXTS, b'"salt": "0000', b'"salt": "", "x": "'),
}


@pytest.mark.parametrize("change", RECORD_CHANGES)
def test_a_changed_record_is_refused(change: str, packed: bytes, trust: bytes) -> None:
    verdict = check_package(repacked(packed, RECORD_CHANGES[change]), trust)
    assert verdict.readable
    assert not verdict.valid
    assert not verdict.intact
    assert "verify.package_broken" in {one.id for one in verdict.reasons}


def test_a_changed_document_or_sum_is_refused(packed: bytes, trust: bytes) -> None:
    def flip(members: Members) -> None:
        members[evidence.PDF] = members[evidence.PDF].replace(b"/Rotate 0", b"/Rotate 9", 1)

    assert not check_package(repacked(packed, flip), trust).valid
    change = replaced(evidence.PAPERS, b"(m", b"(n")
    assert not check_package(repacked(packed, change, honest_sums=False), trust).valid


@pytest.mark.parametrize(
    "hostile",
    [
        lambda packed: packed[: len(packed) // 2],
        lambda packed: b"PK\x03\x04" + bytes(4000),
        lambda packed: repacked(packed, lambda members: members.update({"them.txt": b""})),
        lambda packed: repacked(packed, _without_the_course),
        lambda packed: repacked(packed, lambda members: members.update({"../ngoai.txt": b""})),
    ],
    ids=["cut short", "no archive", "a member too many", "a member too few", "a name that leads out"],
)
def test_a_hostile_archive_is_not_readable(hostile: Callable[[bytes], bytes], packed: bytes, trust: bytes) -> None:
    verdict = check_package(hostile(packed), trust)
    assert not verdict.readable
    assert [one.id for one in verdict.reasons] == ["verify.package_broken"]


def test_an_archive_that_unpacks_without_end_is_refused(packed: bytes, trust: bytes) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in evidence.MEMBERS:
            archive.writestr(name, bytes(25 * 1024 * 1024))
    assert not check_package(target.getvalue(), trust).readable


def test_the_excerpt_holds_what_is_printed_and_names_events_by_hash_alone(pdf: bytes, sitting: Played) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = json.loads(document.attachments["trich-ho-so.json"].get_file().read_bytes())
        assert document.open_metadata().pdfa_status == "3B"
    opened = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage() for page in opened]
    shown = "".join("".join(one.get_text_bounded().split()) for one in pages).replace("\ufffe", "")
    for one in pages:
        one.close()
    opened.close()
    for line in held["lines"]:
        for word in line["text"].split():
            assert word.strip(":") in shown, f"{word} of “{line['text']}” is not printed"
    assert {tuple(one) for one in held["events"]} == {("seq", "hash")}
    text = json.dumps(held, ensure_ascii=False)
    for secret in ("p-chair", "p-secretary", "salt", "payload", sitting.meeting):
        assert secret not in text


ATTESTED = Attested("chair", "Phạm Thị Mẫu", "Phó Chánh Văn phòng", "Chủ tọa nghỉ hưu", "Đỗ Văn Mẫu", "Chánh Văn phòng")
NAMED = {"at": 1, "what": "attested", "role": "chair", "name": ATTESTED.name, "sha256": "", "why": ATTESTED.reason}


def attested(
    authority: SampleAuthority, sitting: Played, signer: str, course: list[dict[str, object]], said: bool = True
) -> bytes:
    """A package of minutes whose chair's place `signer` has signed; `said`: they say that somebody attests there."""
    content = assemble(sitting.sources())
    content = replace(content, attested=(ATTESTED,) if said else ())
    hashes = {row.seq: row.hash.hex() for row in rows_of(sitting, RecordEvent)}
    people = {"secretary": content.secretary.name, "chair": signer}
    pdf = asyncio.run(signed_by(authority, render(content, excerpt(content, hashes)), people))
    return package(pdf, sitting, authority.trust().read_bytes(), json.dumps(course).encode())


def test_who_attests_in_the_chairs_place_is_told_and_checked_from_the_package_alone(
    authority: SampleAuthority, sitting: Played, trust: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = attested(authority, sitting, ATTESTED.name, [NAMED])
    path = tmp_path / "goi.zip"
    path.write_bytes(good)
    assert verify_command([str(path), "--trust", str(authority.trust())]) == 0
    told = capsys.readouterr().out
    assert "Đủ chữ ký theo yêu cầu: có" in told
    chair = assemble(sitting.sources()).chair.name
    by = f"{ATTESTED.by_position} {ATTESTED.by_name}"
    assert f"{ATTESTED.name} xác nhận biên bản thay chủ tọa {chair}, do {by} cử; lý do: {ATTESTED.reason}." in told

    def forgot(members: Members) -> None:
        members[evidence.COURSE] = b"[]"

    def renamed(members: Members) -> None:
        members[evidence.COURSE] = json.dumps([{**NAMED, "name": "Người khác (mẫu)"}]).encode()

    for change in (forgot, renamed):
        verdict = check_package(repacked(good, change), trust)
        assert (verdict.intact, verdict.trusted, verdict.complete, verdict.valid) == (True, True, "no", False)
        assert [one.id for one in verdict.reasons] == ["verify.attestation_differs"]


def test_another_official_in_the_place_of_whom_the_minutes_name_is_not_as_required(
    authority: SampleAuthority, sitting: Played, trust: bytes
) -> None:
    chair = assemble(sitting.sources()).chair.name
    other = attested(authority, sitting, "Vũ Văn Mẫu", [NAMED])
    for packed, reasons in (
        (other, {"verify.other_signer"}),
        (attested(authority, sitting, chair, [NAMED]), {"verify.other_signer"}),
        (
            attested(authority, sitting, ATTESTED.name, [NAMED], said=False),
            {"verify.other_signer", "verify.attestation_differs"},
        ),
    ):
        verdict = check_package(packed, trust)
        assert (verdict.trusted, verdict.complete, verdict.valid) == (True, "no", False)
        assert {one.id for one in verdict.reasons} == reasons
    signer = next(one for one in check_package(other, trust).signatures if one.role == "chair")
    kept = {"at": 2, "what": "signed", "role": "chair", "name": ATTESTED.name, "sha256": "", "why": ""}

    def enrolled(members: Members) -> None:
        signed = {**kept, "issuer": signer.issuer, "serial": signer.serial}
        members[evidence.COURSE] = json.dumps([NAMED, signed]).encode()

    verdict = check_package(repacked(other, enrolled), trust)
    assert (verdict.reasons, verdict.complete) == ((), "unknown"), "the server alone says whose certificate it is"


def _commands(after: str) -> str:
    """The commands of one step of the guide."""
    step = evidence.guide().decode().split(f"\n{after}. ", 1)[1].split("\n\n", 1)[0]
    return "\n".join(line[5:] for line in step.splitlines() if line.startswith("     "))


def _shell(script: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_public_tools_alone_find_the_same(packed: bytes, pdf: bytes, trust: bytes, tmp_path: Path) -> None:
    """The guide's own commands, as they stand in it."""
    (tmp_path / "GOI.zip").write_bytes(packed)
    told = _shell(_commands("1"), tmp_path)
    folder = tmp_path / "goi"
    assert told.count(": OK") == len(evidence.MEMBERS) - 1
    (folder / "Báo cáo (mẫu).pdf").write_bytes(b"")
    assert ": OK" in _shell(_commands("2"), folder)
    told = _shell(_commands("3"), folder)
    assert told.count("Signature is Valid.") >= 3
    assert "Total document signed" in told
    (folder / "CHUNG-THU-GOC.pem").write_bytes(trust)
    assert "nguoi-ky.pem: OK" in _shell(_commands("4"), folder)
    told = _shell(_commands("5"), folder)
    assert "SAI" not in told
    assert "Đầu hồ sơ: " in told
    told = _shell(_commands("6"), folder)
    assert "Khớp bế mạc" in told
    assert "Khớp mọi diễn biến" in told
    assert _shell(_commands("7"), folder).strip() == "Xong lời văn"

    record = folder / evidence.RECORD
    record.write_bytes(record.read_bytes().replace(b"in_person", b"on_person", 1))
    assert "SAI nội dung" in _shell(_commands("5"), folder)
    texts = folder / evidence.TEXTS
    texts.write_bytes(texts.read_bytes().replace("Thống".encode(), b"Khong", 1))
    assert "SAI lời văn" in _shell(_commands("7"), folder)
