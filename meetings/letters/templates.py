"""What a unit's documents of a kind begin with: recipients, who signs in which capacity, set sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from meetings.letters.authority import Signatory
from meetings.letters.tables import TemplateRow
from meetings.minutes.content import normalised
from meetings.numbers.tables import Kind

Sentence = Annotated[str, Field(max_length=2000)]
Lines = Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=300)]


@dataclass(frozen=True, slots=True)
class Template:
    """One unit's template for one kind of document. Empty fields leave the general wording."""

    recipients: Lines = ()
    #: What follows `Lưu: VT, `.
    archive: Annotated[str, Field(max_length=100)] = ""
    signatory: Signatory = field(default_factory=Signatory)
    #: Invitations: who invites. Notices: the closing sentence is `closing`.
    host: Annotated[str, Field(max_length=300)] = ""
    opening: Sentence = ""
    closing: Sentence = ""


_ADAPTER: TypeAdapter[Template] = TypeAdapter(Template)


def from_object(value: object) -> Template:
    """A template that an editor sent.

    Raises:
        pydantic.ValidationError: fields are too long or of another type.
    """
    return normalised(_ADAPTER.validate_python(value))


def as_object(template: Template) -> dict[str, object]:
    found: dict[str, object] = _ADAPTER.dump_python(template, mode="json")
    return found


async def template_of(session: AsyncSession, unit: str, kind: Kind) -> Template:
    """The unit's template; an empty one where it has none."""
    row = await session.get(TemplateRow, (unit, kind))
    return _ADAPTER.validate_json(row.content) if row else Template()


async def keep_template(session: AsyncSession, unit: str, kind: Kind, template: Template, by: str, now: int) -> None:
    """The unit's documents of this kind begin with `template` from now on; those begun stay as they are."""
    content = _ADAPTER.dump_json(template).decode()
    row = await session.get(TemplateRow, (unit, kind))
    if row is None:
        session.add(TemplateRow(unit=unit, kind=kind, content=content, by=by, at=now))
    else:
        row.content, row.by, row.at = content, by, now
