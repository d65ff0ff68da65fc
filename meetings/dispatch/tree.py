"""Reads XML of strangers into a plain tree: no DTD, no entities of its own, and limits while it is read.

Prefixes are dropped and need not be bound, as some published samples of edXML leave them unbound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from meetings.dispatch.rules import LARGEST_DEPTH, LARGEST_ELEMENTS, LARGEST_MESSAGE, Malformed, wrong


@dataclass(slots=True)
class Node:
    name: str
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts).strip()

    def all(self, name: str) -> list[Node]:
        return [one for one in self.children if one.name == name]

    def first(self, name: str) -> Node | None:
        return next((one for one in self.children if one.name == name), None)


def parse(data: bytes) -> Node:
    """The root element.

    Raises:
        Malformed: not XML, with a DTD, or beyond a limit.
    """
    if len(data) > LARGEST_MESSAGE:
        raise wrong("edXML", f"gói tin lớn hơn {LARGEST_MESSAGE // 1024 // 1024} MB")
    root, stack, count = Node(""), [Node("")], 0
    stack[0] = root

    def begin(name: str, _: object) -> None:
        nonlocal count
        count += 1
        if count > LARGEST_ELEMENTS or len(stack) > LARGEST_DEPTH:
            raise wrong(name[:40], "quá nhiều phần tử hoặc lồng quá sâu")
        node = Node(name.rpartition(":")[2])
        stack[-1].children.append(node)
        stack.append(node)

    def refuse(*_: object) -> int:
        raise wrong("DOCTYPE", "không nhận khai báo DTD hoặc thực thể")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 20
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = lambda text: stack[-1].parts.append(text)
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except Malformed:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise wrong("XML", f"không đọc được ({str(error)[:80]})") from None
    return root.children[0]
