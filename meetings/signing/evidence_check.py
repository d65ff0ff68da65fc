"""Checking an evidence package: its sums, the chain of the record, the texts, the signed file, the excerpt inside it.

Like `verify` it denies by default and raises nothing; callers use `verify_process`, which limits memory and time.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from meetings.record.chain import GENESIS
from meetings.signing import evidence
from meetings.signing import evidence_signers as signers
from meetings.signing.verdict import Package, Reason, Verdict, unreadable
from meetings.signing.verify import verify

ZIP = b"PK\x03\x04"
#: The most that a package holds unpacked, in bytes.
UNPACKED_LIMIT = 200 * 1024 * 1024
_BROKEN = "verify.package_broken"


class _Broken(Exception):
    """The archive is not a package that can be judged."""


@dataclass(slots=True)
class _Record:
    """What the chain says: the hash of each event, which are redacted, and what was announced as redacted."""

    hashes: dict[int, str] = field(default_factory=dict)
    redacted: set[int] = field(default_factory=set)
    announced: set[int] = field(default_factory=set)
    adjourned: str = ""
    head: str = GENESIS.hex()


def check_package(data: bytes, trust: bytes = b"") -> Verdict:
    """Judge a package against the trust anchors in PEM; its own certificates are never believed."""
    try:
        members = _members(data)
    except _Broken as error:
        return unreadable(_BROKEN, f"Gói hồ sơ không đúng quy cách: {error}.")
    except Exception:  # zipfile and zlib raise errors of many kinds on hostile files
        return unreadable(_BROKEN, "Không đọc được gói hồ sơ: tệp bị hỏng hoặc bị cắt cụt.")
    verdict = verify(members[evidence.PDF], trust)
    record = _Record()
    reasons: list[Reason] = []
    excerpt: dict[str, Any] = {}
    attested: tuple[str, ...] = ()
    try:
        excerpt = _excerpt(members[evidence.PDF])
        reasons.extend(_reasons(members, record, excerpt))
        reasons.extend(signers.unasked(excerpt, members[evidence.COURSE], verdict.signatures))
        attested = signers.attested(excerpt)
        if verdict.complete == "yes" and signers.without_proof(excerpt, verdict.signatures):
            verdict = replace(verdict, complete="unknown")
    except Exception:  # JSON and PDF readers raise errors of many kinds on hostile files
        reasons.append(_because("hồ sơ trong gói không đọc được"))
    papers = len(members[evidence.PAPERS].splitlines())
    digest = hashlib.sha256(members[evidence.PDF]).hexdigest()
    package = Package(digest, len(record.hashes), len(record.redacted), record.head, papers, attested)
    verdict = replace(verdict, package=package)
    for reason in dict.fromkeys(reasons):
        verdict = verdict.because(reason)
    return verdict


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [one.filename for one in entries]
        if sorted(names) != sorted(evidence.MEMBERS):
            raise _Broken("thiếu tệp, thừa tệp hoặc trùng tên")
        if sum(one.file_size for one in entries) > UNPACKED_LIMIT:
            raise _Broken("nội dung giải nén lớn quá 200 MB")
        if any(one.flag_bits & 1 for one in entries):
            raise _Broken("có tệp đặt mật khẩu")
        return {one.filename: _unpacked(archive, one) for one in entries}


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise _Broken("kích thước ghi trong gói không đúng")
    return data


def _because(what: str) -> Reason:
    return Reason(_BROKEN, f"Gói hồ sơ đã bị thay đổi: {what}.")


def _reasons(members: dict[str, bytes], record: _Record, excerpt: dict[str, Any]) -> Iterator[Reason]:
    yield from _sums(members)
    yield from _chain(members[evidence.RECORD], record)
    yield from _texts(members[evidence.TEXTS], record)
    yield from _cited(excerpt, record)


def _sums(members: dict[str, bytes]) -> Iterator[Reason]:
    said = sorted(members[evidence.SUMS].decode().splitlines())
    found = sorted(
        f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in members.items() if name != evidence.SUMS
    )
    if said != found:
        yield _because("mã băm trong SHA256SUMS không khớp với các tệp")


def _chain(lines: bytes, record: _Record) -> Iterator[Reason]:
    for number, line in enumerate(lines.splitlines(), 1):
        row = json.loads(line)
        header, payload = str(row["header"]), str(row["payload"])
        told = json.loads(header)
        payload_hash = bytes.fromhex(row["payload_hash"])
        if payload or row["salt"]:
            if hashlib.sha256(bytes.fromhex(row["salt"]) + payload.encode()).digest() != payload_hash:
                yield _because(f"nội dung diễn biến số {number} không khớp mã băm")
            if told["type"] == "record.redacted":
                record.announced.add(int(json.loads(payload)["seq"]))
        else:
            record.redacted.add(number)
        linked = hashlib.sha256(bytes.fromhex(record.head) + header.encode() + payload_hash).hexdigest()
        if (row["seq"], told["seq"]) != (number, number) or linked != row["hash"]:
            yield _because(f"chuỗi hồ sơ đứt ở diễn biến số {number}")
        record.head = str(row["hash"])
        record.hashes[number] = record.head
        if told["type"] == "sitting.adjourned":
            record.adjourned = record.head
    if record.redacted - record.announced:
        yield _because("có diễn biến mất nội dung mà không có quyết định xóa")


def _texts(lines: bytes, record: _Record) -> Iterator[Reason]:
    for line in lines.splitlines():
        row = json.loads(line)
        if not row["salt"]:
            if row["seq"] not in record.announced:
                yield _because(f"văn bản của diễn biến số {int(row['seq'])} bị mất")
        elif hashlib.sha256(bytes.fromhex(row["salt"]) + str(row["text"]).encode()).hexdigest() != row["sha256"]:
            yield _because(f"văn bản của diễn biến số {int(row['seq'])} không khớp mã băm")


def _excerpt(pdf: bytes) -> dict[str, Any]:
    """What the signed file says of the record; empty where it holds no excerpt."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = [one.get_file().read_bytes() for one in document.attachments.values()]
    return dict(json.loads(held[0])) if len(held) == 1 else {}


def _cited(said: dict[str, Any], record: _Record) -> Iterator[Reason]:
    """The signed file names the record's head and cites events by their hash: both are those of the record here."""
    if not said:
        yield _because("biên bản không mang bản trích hồ sơ")
        return
    if not record.adjourned or said["record_head"] != record.adjourned:
        yield _because("biên bản nêu mã băm của một hồ sơ khác")
    if any(record.hashes.get(one["seq"]) != one["hash"] for one in said["events"]):
        yield _because("diễn biến mà biên bản dẫn không có trong hồ sơ")
