"""PROTOCOL.md is the contract: it names every command as the code has it, and every error."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

import meetings
import signaling
from meetings.sitting.commands import COMMANDS
from meetings.sitting.permissions import RULES
from signaling.media.requests import Answer, Keep, Report, Restart, Send, Watch

DOCUMENT = (Path(signaling.__file__).parent / "PROTOCOL.md").read_text()
MEDIA = Path(signaling.__file__).parent / "media"
SOURCES = [
    *(Path(meetings.__file__).parent / "sitting").glob("*.py"),
    *(Path(signaling.__file__).parent).glob("*.py"),
    *(Path(signaling.__file__).parent / "media").glob("*.py"),
    *(Path(signaling.__file__).parent / "checks").glob("*.py"),
    *(Path(signaling.__file__).parent / "pictures").glob("*.py"),
]


def test_every_command_stands_there_with_its_payload_roles_phases_and_acting() -> None:
    for name, model in COMMANDS.items():
        fields = [(field.alias or key, field.is_required()) for key, field in model.model_fields.items()]
        payload = ", ".join(f"`{key}`" + ("" if required else "?") for key, required in fields) or "—"
        rule = RULES[name]
        roles, phases = ", ".join(sorted(rule.roles)), ", ".join(sorted(rule.phases))
        assert f"| `{name}` | {payload} | {roles} | {phases} | {rule.acting.value} |" in DOCUMENT


def test_no_command_stands_there_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `(\w+\.\w+)` \| [`—]", DOCUMENT, re.MULTILINE))
    assert {one for one in named if not one.startswith(("media.", "check.", "picture."))} == set(COMMANDS)


def test_every_error_of_the_room_is_explained() -> None:
    raised = set[str]()
    for source in SOURCES:
        raised |= set(
            re.findall(r"(?:Refusal|Forbidden|Invalid|NotFound|TooMany)\(\s*\"([a-z_.]+)\"", source.read_text())
        )
    assert raised
    assert {one for one in raised if f"`{one}`" not in DOCUMENT} == set()


def test_every_media_signal_stands_there_with_its_payload() -> None:
    models: dict[str, type[BaseModel]] = {
        "media.answer": Answer,
        "media.send": Send,
        "media.restart": Restart,
        "media.keep": Keep,
        "media.watch": Watch,
        "media.report": Report,
    }
    for name, model in models.items():
        fields = model.model_fields.items()
        payload = ", ".join(f"`{key}`" + ("" if one.is_required() else "?") for key, one in fields)
        assert f"| `{name}` | {payload} |" in DOCUMENT


def test_no_media_signal_is_handled_that_does_not_stand_there() -> None:
    source = (MEDIA / "reconcile.py").read_text() + (MEDIA / "wants.py").read_text()
    handled = set(re.findall(r"(?:case|\|) \"(media\.[a-z]+)\"", source))
    handled |= set(re.findall(r"tell\([^\"]*\"(media\.[a-z]+)\"", source))
    named = set(re.findall(r"^\| `(media\.[a-z]+)` \| [`—]", DOCUMENT, re.MULTILINE))
    assert handled
    assert handled == named
