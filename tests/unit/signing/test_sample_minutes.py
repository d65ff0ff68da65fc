"""What `make sample-minutes` writes holds: every signed file, the package, and the message that carries the minutes."""

from __future__ import annotations

from pathlib import Path

from meetings.dispatch.message import Message
from meetings.dispatch.reader import read
from meetings.signing.evidence_check import check_package
from meetings.signing.verify import verify
from tests.sample_minutes import main


def test_everything_that_is_written_can_be_checked_with_the_trust_beside_it(
    tmp_path: Path,
) -> None:
    main(tmp_path)
    trust = (tmp_path / "trust.pem").read_bytes()
    for name, roles in (
        ("minutes.pdf", ["secretary", "chair", "seal"]),
        ("notice.pdf", ["signer", "seal"]),
        ("invitation.pdf", ["signer", "seal"]),
    ):
        verdict = verify((tmp_path / name).read_bytes(), trust)
        assert (verdict.valid, verdict.complete) == (True, "yes"), (name, verdict.reasons)
        assert [(one.role, one.level) for one in verdict.signatures] == [(role, "B-LTA") for role in roles]
    assert check_package((tmp_path / "evidence.zip").read_bytes(), trust).valid
    message = read((tmp_path / "minutes.edxml").read_bytes())
    assert isinstance(message, Message)
    assert message.attachments[0].data == (tmp_path / "minutes.pdf").read_bytes()
