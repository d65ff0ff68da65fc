"""PROTOCOL.md is the contract: it names every command as the code has it, and every error."""

from __future__ import annotations

import re
from pathlib import Path

import meetings
import signaling
from meetings.sitting.commands import COMMANDS
from meetings.sitting.permissions import RULES

DOCUMENT = (Path(signaling.__file__).parent / "PROTOCOL.md").read_text()
SOURCES = [
    *(Path(meetings.__file__).parent / "sitting").glob("*.py"),
    *(Path(signaling.__file__).parent).glob("*.py"),
]


def test_every_command_stands_there_with_its_payload_roles_phases_and_acting() -> None:
    for name, model in COMMANDS.items():
        fields = [(field.alias or key, field.is_required()) for key, field in model.model_fields.items()]
        payload = ", ".join(f"`{key}`" + ("" if required else "?") for key, required in fields) or "—"
        rule = RULES[name]
        roles, phases = ", ".join(sorted(rule.roles)), ", ".join(sorted(rule.phases))
        assert f"| `{name}` | {payload} | {roles} | {phases} | {rule.acting.value} |" in DOCUMENT


def test_no_command_stands_there_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `(\w+\.\w+)` \| [`—]", DOCUMENT, re.MULTILINE)) == set(COMMANDS)


def test_every_error_of_the_room_is_explained() -> None:
    raised = set[str]()
    for source in SOURCES:
        raised |= set(
            re.findall(r"(?:Refusal|Forbidden|Invalid|NotFound|TooMany)\(\s*\"([a-z_.]+)\"", source.read_text())
        )
    assert raised
    assert {one for one in raised if f"`{one}`" not in DOCUMENT} == set()
