"""edXML: what is written keeps the table and is read back the same; what strangers send is refused with a reason."""

from __future__ import annotations

import contextlib
import dataclasses
import string
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from meetings.dispatch import rules
from meetings.dispatch.message import Attachment, Message, Status
from meetings.dispatch.reader import read
from meetings.dispatch.rules import (
    ANY,
    HEADER,
    MAYBE,
    NAMESPACE,
    ONE,
    SOME,
    STATUS,
    TRACES,
    Group,
    Malformed,
    Row,
    Text,
)
from meetings.dispatch.writer import write, write_status

LETTERS = string.ascii_letters + string.digits + "ăâđêôơưẠỆỮ .-/&<>'\"" + "\U0001f4c4"


def texts(form: Text) -> st.SearchStrategy[str]:
    if form.moment:
        return st.datetimes().filter(lambda one: one.year >= 1000).map(lambda one: one.strftime(form.moment))
    if form.pattern != Text(1).pattern:
        return st.from_regex(form.pattern, fullmatch=True).filter(lambda one: _keeps(form, one))
    return st.text(LETTERS, min_size=1, max_size=min(form.longest, 40)).map(str.strip).filter(bool)


def _keeps(form: Text, value: str) -> bool:
    try:
        return bool(rules.check(Row("x", "x", ONE, form), value))
    except Malformed:
        return False


def values(row: Row) -> st.SearchStrategy[Any]:
    one = groups(row.form) if isinstance(row.form, Group) else texts(row.form)
    if row.occurs in (ANY, SOME):
        return st.lists(one, min_size=1 if row.occurs is SOME else 0, max_size=3).map(tuple)
    empty: Any = None if isinstance(row.form, Group) else ""
    return st.one_of(st.just(empty), one) if row.occurs is MAYBE else one


def groups(group: Group) -> st.SearchStrategy[Any]:
    return st.builds(group.type, **{row.field: values(row) for row in group.rows})


FILES = st.lists(
    st.builds(
        Attachment,
        id=st.text(string.ascii_lowercase, min_size=1, max_size=8),
        name=st.text(string.ascii_letters + "ăđệ", min_size=1, max_size=20).map(lambda one: one + ".pdf"),
        data=st.binary(max_size=200),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
).map(tuple)
SLOW = settings(max_examples=15, suppress_health_check=list(HealthCheck))


@SLOW
@given(groups(HEADER), groups(TRACES), FILES)
def test_what_is_written_is_read_back_the_same_and_binds_every_prefix(header: Any, traces: Any, files: Any) -> None:
    data = write(Message(header, traces, files))
    root = ElementTree.fromstring(data)
    assert {one.tag.split("}")[0] for one in root.iter()} == {"{" + NAMESPACE}
    assert read(data) == Message(header, traces, files)


@SLOW
@given(groups(STATUS))
def test_a_status_is_read_back_the_same(status: Status) -> None:
    assert read(write_status(status)) == status


def rows(group: Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Row]]:
    for row in group.rows:
        yield (*path, row.field), row
        if isinstance(row.form, Group):
            yield from rows(row.form, (*path, row.field))


def changed(value: Any, path: tuple[str, ...], to: object) -> Any:
    """`value` with the field at `path` set to `to`; of several, in the first."""
    if isinstance(value, tuple):
        return (changed(value[0], path, to), *value[1:])
    if not path:
        return to
    inner = getattr(value, path[0])
    made = changed(inner, path[1:], to) if len(path) > 1 else ((to,) if isinstance(inner, tuple) and to else to)
    return dataclasses.replace(value, **{path[0]: made})


def whole(group: Group) -> Any:
    """A value in which every field of the table stands."""

    def made(row: Row) -> Any:
        form = row.form
        if isinstance(form, Group):
            one = whole(form)
        elif form.moment:
            one = "2026/11/24 09:05:00"[: form.longest]
        elif row.field == "type" and group.type.__name__ == "BusinessInfo":
            one = "0"
        elif row.field == "code" and group.type.__name__ == "Status":
            one = "01"
        else:
            one = "1"
        return (one,) if row.occurs in (ANY, SOME) else one

    return group.type(**{row.field: made(row) for row in group.rows})


TEXT_ROWS = [
    pytest.param(name, path, row, id=f"{name}.{'.'.join(path)}")
    for name, group in (("header", HEADER), ("traces", TRACES))
    for path, row in rows(group)
    if isinstance(row.form, Text)
]


@pytest.mark.parametrize(("part", "path", "row"), TEXT_ROWS)
def test_each_row_of_the_table_is_kept_by_the_writer(part: str, path: tuple[str, ...], row: Row) -> None:
    good = Message(whole(HEADER), whole(TRACES))
    assert read(write(good)) == good
    assert isinstance(row.form, Text)
    for bad in ("x" * (row.form.longest + 1), "a\x07b", " 1"):
        with pytest.raises(Malformed) as refused:
            write(dataclasses.replace(good, **{part: changed(getattr(good, part), path, bad)}))
        assert refused.value.details["element"] == row.element
    if row.occurs is ONE:
        with pytest.raises(Malformed, match=row.element):
            write(dataclasses.replace(good, **{part: changed(getattr(good, part), path, "")}))


def sample(files: tuple[Attachment, ...] = ()) -> bytes:
    return write(Message(whole(HEADER), whole(TRACES), files))


def test_published_samples_with_unbound_prefixes_and_either_form_of_content_id_are_read() -> None:
    data = sample((Attachment("a1", "biên bản.pdf", b"%PDF-1.7"),))
    unbound = data.replace(f' xmlns:edXML="{NAMESPACE}"'.encode(), b"")
    other = data.replace(b"<edXML:ContentId>a1<", b"<edXML:ContentId>cid:a1<")
    assert read(unbound) == read(other) == read(data)


BOMB = '<!DOCTYPE z [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10)
)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(f"{BOMB}]><edXML>&k;</edXML>".encode(), id="billion laughs"),
        pytest.param(b'<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]><edXML>&x;</edXML>', id="external entity"),
        pytest.param(b'<!DOCTYPE z SYSTEM "http://127.0.0.1/z.dtd"><edXML/>', id="external DTD"),
        pytest.param(b"<a>" * 5000 + b"</a>" * 5000, id="deep"),
        pytest.param(b"<edXML>" + b"<a/>" * 30_000 + b"</edXML>", id="many elements"),
        pytest.param(b"\xff\xfe\x00", id="no XML"),
        pytest.param(b"", id="empty"),
        pytest.param(b"<edXML><edXMLEnvelope/></edXML>", id="no header"),
        pytest.param(b'<?xml version="1.0" encoding="x-unknown"?><edXML/>', id="unknown encoding"),
        pytest.param(sample() + b"<more/>", id="two roots"),
        pytest.param(sample()[:-40], id="cut off"),
    ],
)
def test_hostile_messages_are_refused_with_a_reason(hostile: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        read(hostile)
    assert refused.value.id == "dispatch.edxml_invalid"


def test_files_are_held_to_limits_and_to_the_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample((Attachment("a1", "a.pdf", b"x" * 3000),))
    for broken in (
        data.replace(b">cid:a1<", b">cid:b2<"),
        data.replace(b"eHh4", b"****", 1),
        data.replace(b"<edXML:AttachmentName>a.pdf", b"<edXML:AttachmentName>../a.pdf"),
    ):
        assert broken != data
        with pytest.raises(Malformed):
            read(broken)
    monkeypatch.setattr("meetings.dispatch.reader.LARGEST_FILE", 2000)
    monkeypatch.setattr("meetings.dispatch.writer.LARGEST_FILE", 2000)
    with pytest.raises(Malformed, match="lớn hơn"):
        read(data)
    monkeypatch.setattr("meetings.dispatch.tree.LARGEST_MESSAGE", len(data) - 1)
    with pytest.raises(Malformed, match="gói tin lớn hơn"):
        read(data)
    with pytest.raises(Malformed, match="lớn hơn"):
        sample((Attachment("a1", "a.pdf", b"x" * 3000),))


@settings(max_examples=200)
@given(st.data())
def test_no_damage_to_a_message_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    whole_message = bytearray(sample((Attachment("a1", "a.pdf", b"%PDF"),)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole_message) - 1))
        whole_message[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=5))
        assume(whole_message)
    with contextlib.suppress(Malformed):
        read(bytes(whole_message))
