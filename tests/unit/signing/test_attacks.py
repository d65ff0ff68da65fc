"""Nobody can show a changed document as the signed one; harmless updates stay valid. By library and command alike."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from meetings.signing.fields import ISSUED, NUMBER, fill, form_fields
from meetings.signing.sample_authority import SampleAuthority
from meetings.signing.verify import verify
from meetings.signing.verify_command import verify_command
from tests.unit.signing.attacks import ATTACKS
from tests.unit.signing.signed import prolonged, reserved, sign_now, updated


@pytest.mark.parametrize("stage", ["half", "signed"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_after_signing_is_refused(
    attack: str, stage: str, trust: bytes, request: pytest.FixtureRequest
) -> None:
    before = request.getfixturevalue(stage)
    forged = ATTACKS[attack](before)
    assert forged != before
    verdict = verify(forged, trust)
    assert not verdict.valid
    assert not verdict.intact, "the content is not shown to be whole"
    assert verdict.reasons, "and the reason is said"


@pytest.mark.parametrize("attack", ["shadow replace: content", "overlay: form field", "page added", "hidden: orphan"])
def test_an_attack_between_the_signatures_is_refused_though_the_next_signature_covers_it(
    attack: str, authority: SampleAuthority, half: bytes, trust: bytes
) -> None:
    forged = prolonged(authority, sign_now(authority, ATTACKS[attack](half), "chair"))
    verdict = verify(forged, trust)
    assert not verdict.intact
    assert {one.id for one in verdict.reasons} & {"verify.suspicious_change", "verify.hidden_object"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_command_refuses_as_the_library_does(
    attack: str, signed: bytes, authority: SampleAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.pdf"
    path.write_bytes(ATTACKS[attack](signed))
    assert verify_command([str(path), "--trust", str(authority.trust()), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(verify(path.read_bytes(), authority.trust().read_bytes()).as_json()))


def test_an_object_hidden_before_the_first_signature_is_refused(authority: SampleAuthority, trust: bytes) -> None:
    verdict = verify(sign_now(authority, ATTACKS["hidden: orphan"](reserved()), "secretary"), trust)
    assert "verify.hidden_object" in {one.id for one in verdict.reasons}


def test_a_signature_too_many_is_named(authority: SampleAuthority, complete: bytes, trust: bytes) -> None:
    """Somebody with a trusted certificate adds an invisible signature of their own."""
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

    from tests.unit.signing.signed import key

    target = io.BytesIO()
    metadata = PdfSignatureMetadata(field_name="NguoiLa", subfilter=SigSeedSubFilter.PADES)
    sign_pdf(IncrementalPdfFileWriter(io.BytesIO(complete)), metadata, key(authority, "seal").signer(), output=target)
    reasons = {one.id for one in verify(prolonged(authority, target.getvalue()), trust).reasons}
    assert {"verify.extra_signature", "verify.new_field"} <= reasons


@pytest.fixture(scope="module")
def two(authority: SampleAuthority) -> bytes:
    """Secretary and chair have signed; number, date and seal are still to come."""
    return sign_now(authority, sign_now(authority, reserved(seal=True, texts=True), "secretary"), "chair")


def test_number_date_and_seal_fill_what_was_reserved(two: bytes, authority: SampleAuthority, trust: bytes) -> None:
    filled = fill(two, {NUMBER: "05", ISSUED: "ngày 05 tháng 02 năm 2026"})
    verdict = verify(prolonged(authority, sign_now(authority, filled, "seal")), trust)
    assert verdict.valid, verdict.reasons
    assert "Điền số: 05." in verdict.changes
    assert "Điền ngày ban hành: ngày 05 tháng 02 năm 2026." in verdict.changes


def written(pdf: bytes, name: str, value: str) -> bytes:
    """The field's value alone, without its look."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = next(one for one in form_fields(writer.root) if str(one.get("/T", "")) == name)
        field[pdf_name("/V")] = pdf_string(value)
        writer.update_container(field)

    return updated(pdf, change)


def test_a_filled_field_is_not_filled_again(two: bytes, authority: SampleAuthority, trust: bytes) -> None:
    sealed = sign_now(authority, fill(two, {NUMBER: "05"}), "seal")
    with pytest.raises(ValueError, match=NUMBER):
        fill(sealed, {NUMBER: "50"})
    again = prolonged(authority, written(sealed, NUMBER, "50"))
    assert "verify.suspicious_change" in {one.id for one in verify(again, trust).reasons}


def test_a_field_that_shows_another_number_is_refused(two: bytes, authority: SampleAuthority, trust: bytes) -> None:
    for forged in (written(two, NUMBER, "50"), written(fill(two, {NUMBER: "05"}), NUMBER, "50")):
        whole = prolonged(authority, sign_now(authority, forged, "seal"))
        assert "verify.field_shows_other" in {one.id for one in verify(whole, trust).reasons}


def test_a_text_field_that_was_not_reserved_may_not_be_filled(authority: SampleAuthority, trust: bytes) -> None:
    def rename(writer: IncrementalPdfFileWriter) -> None:
        for field in form_fields(writer.root):
            if field.get("/T") == NUMBER:
                field["/T"] = pdf_string("Khac")
                writer.update_container(field)

    first = sign_now(authority, updated(reserved(texts=True), rename), "secretary")
    whole = prolonged(authority, sign_now(authority, written(first, "Khac", "05"), "chair"))
    assert {"verify.suspicious_change", "verify.overlay"} <= {one.id for one in verify(whole, trust).reasons}


def test_harmless_updates_stay_valid(signed: bytes, authority: SampleAuthority, trust: bytes) -> None:
    """More revocation data and another archive time stamp, years later."""
    again = prolonged(authority, signed)
    assert again.startswith(signed)
    assert verify(again, trust).valid
