"""Ways to show a changed document as the signed one. Each takes signed bytes and gives the forged file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.unit.signing.signed import updated

Attack = Callable[[bytes], bytes]


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.find_page_for_modification(0)[0]
    writer.mark_update(page)
    found = page.get_object()
    assert isinstance(found, generic.DictionaryObject)
    return found


def _content(text: bytes = b"0 0 500 500 re f") -> generic.StreamObject:
    return generic.StreamObject(stream_data=text)


def _by(change: Callable[[IncrementalPdfFileWriter], None]) -> Attack:
    return lambda signed: updated(signed, change)


# -- shadow content: hide, replace, hide and replace


def replace_content(writer: IncrementalPdfFileWriter) -> None:
    _page(writer)["/Contents"] = writer.add_object(_content())


def replace_content_in_place(writer: IncrementalPdfFileWriter) -> None:
    """The same object number, another stream."""
    contents = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents")
    target = contents if isinstance(contents, generic.IndirectObject) else contents[0]
    writer.objects[(target.generation, target.idnum)] = _content()


def replace_font(writer: IncrementalPdfFileWriter) -> None:
    """The glyphs of another font make other words of the same bytes."""
    fonts = _page(writer)["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name] = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type1"),
                pdf_name("/BaseFont"): pdf_name("/Symbol"),
            }
        )
    )
    writer.update_container(fonts)


def hide_by_empty_content(writer: IncrementalPdfFileWriter) -> None:
    _page(writer)["/Contents"] = generic.ArrayObject()


def swap_page_tree(writer: IncrementalPdfFileWriter) -> None:
    """A whole second document behind the catalogue."""
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 595, 842)]),
            pdf_name("/Contents"): writer.add_object(_content()),
        }
    )
    tree = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Count"): generic.NumberObject(1)}
    )
    reference = writer.add_object(tree)
    page["/Parent"] = reference
    tree["/Kids"] = generic.ArrayObject([writer.add_object(page)])
    writer.root["/Pages"] = reference
    writer.update_root()


def swap_catalogue(signed: bytes) -> bytes:
    """A new root in the last trailer, with another page tree behind it."""
    found: list[int] = []

    def change(writer: IncrementalPdfFileWriter) -> None:
        root = generic.DictionaryObject({key: writer.root.raw_get(key) for key in writer.root})
        empty = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Pages")})
        empty["/Kids"], empty["/Count"] = generic.ArrayObject(), generic.NumberObject(0)
        root["/Pages"] = writer.add_object(empty)
        found.extend([writer.root_ref.idnum, writer.add_object(root).idnum])

    changed = updated(signed, change)
    old, new = (b"/Root %d 0 R" % one for one in found)
    head, _, tail = changed.rpartition(old)
    return head + new + tail


# -- overlays


def _annotation(kind: str, **more: generic.PdfObject) -> Attack:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name(kind),
                pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 500, 500)]),
                **{pdf_name(f"/{key}"): value for key, value in more.items()},
            }
        )
        existing = list(page["/Annots"]) if "/Annots" in page else []
        raw = [page["/Annots"].raw_get(one) for one in range(len(existing))]
        page["/Annots"] = generic.ArrayObject([*raw, writer.add_object(note)])

    return _by(change)


def drop_annotations(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][-1]
    page["/Annots"] = generic.ArrayObject()
    writer.update_container(page)


def drop_last_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][-1]
    page["/Annots"].pop()
    writer.update_container(page["/Annots"])


def form_overlay(writer: IncrementalPdfFileWriter) -> None:
    """A text field over the page, declared in the form."""
    field = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): pdf_string("Che"),
                pdf_name("/V"): pdf_string("Noi dung khac"),
                pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 500, 500)]),
            }
        )
    )
    page = _page(writer)
    page["/Annots"] = generic.ArrayObject([field])
    form = writer.root["/AcroForm"]
    form["/Fields"].append(field)
    writer.update_container(form["/Fields"])


def enlarge_signature(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 595, 842)])
    writer.update_container(field)


def other_signature_look(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    look = _content(b"0 0 100 100 re f")
    look[pdf_name("/Type")], look[pdf_name("/Subtype")] = pdf_name("/XObject"), pdf_name("/Form")
    look[pdf_name("/BBox")] = generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 100, 100)])
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)


# -- pages


def _new_page(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 595, 842)]),
            pdf_name("/Contents"): writer.add_object(_content()),
        }
    )
    return writer.add_object(page)


def _pages(change: Callable[[list[generic.PdfObject], IncrementalPdfFileWriter], object]) -> Attack:
    """The pages in another order, or others."""

    def attack(writer: IncrementalPdfFileWriter) -> None:
        tree = writer.root["/Pages"]
        kids = [tree["/Kids"].raw_get(one) for one in range(len(tree["/Kids"]))]
        change(kids, writer)
        tree["/Kids"], tree["/Count"] = generic.ArrayObject(kids), generic.NumberObject(len(kids))
        writer.update_container(tree)

    return _by(attack)


def shrink_page(writer: IncrementalPdfFileWriter) -> None:
    _page(writer)["/CropBox"] = generic.ArrayObject([generic.NumberObject(one) for one in (0, 700, 595, 842)])


# -- what acts or hides


def script(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("x")})
    writer.root["/OpenAction"] = writer.add_object(action)
    writer.update_root()


def layers(writer: IncrementalPdfFileWriter) -> None:
    group = writer.add_object(
        generic.DictionaryObject({pdf_name("/Type"): pdf_name("/OCG"), pdf_name("/Name"): pdf_string("x")})
    )
    writer.root["/OCProperties"] = generic.DictionaryObject({pdf_name("/OCGs"): generic.ArrayObject([group])})
    writer.update_root()


def orphan(writer: IncrementalPdfFileWriter) -> None:
    """An object that nothing refers to, waiting for a later revision to show it."""
    writer.add_object(_content())


# -- the signature itself


_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]\s*")


def _new_range(signed: bytes, index: int, numbers: tuple[int, ...]) -> bytes:
    found = list(_RANGE.finditer(signed))[index]
    text = b"/ByteRange [%s]" % b" ".join(b"%d" % one for one in numbers)
    return (
        signed[: found.start()]
        + text.ljust(found.end() - found.start())[: found.end() - found.start()]
        + (signed[found.end() :])
    )


def _ranges(signed: bytes) -> list[tuple[int, ...]]:
    return [tuple(int(part) for part in one.groups()) for one in _RANGE.finditer(signed)]


def overlapping_range(signed: bytes) -> bytes:
    start, before, after, rest = _ranges(signed)[0]
    return _new_range(signed, 0, (start, before + 10, after - 10, rest))


def range_over_earlier_gap(signed: bytes) -> bytes:
    """The last signature leaves the first one's place out as well."""
    first, last = _ranges(signed)[0], _ranges(signed)[-1]
    return _new_range(signed, -1, (0, first[1], last[2], last[3]))


def negative_range(signed: bytes) -> bytes:
    start, before, after, _ = _ranges(signed)[0]
    return _new_range(signed, 0, (start, before, after, 0))


def no_contents(signed: bytes) -> bytes:
    """Universal forgery: a signature whose value is not there."""
    return signed.replace(b"/Contents <", b"/Cantents <", 1)


def empty_contents(signed: bytes) -> bytes:
    _, before, after, _ = _ranges(signed)[0]
    return signed[: before + 1] + b"0" * (after - before - 2) + signed[after - 1 :]


def no_range(signed: bytes) -> bytes:
    return signed.replace(b"/ByteRange [", b"/ByteRangg [", 1)


def data_in_the_padding(signed: bytes) -> bytes:
    after = _ranges(signed)[0][2]
    return signed[: after - 9] + b"deadbeef" + signed[after - 1 :]


def wrapped(signed: bytes) -> bytes:
    """Signature wrapping: the signed part moved to the end, another document before it."""
    after, rest = _ranges(signed)[0][2:]
    tail = signed[after : after + rest]
    return signed[:after] + b"\n%moved\n" + tail + signed[after + rest :]


def comment_after_the_end(signed: bytes) -> bytes:
    return signed + b"\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n"


def saved_anew(signed: bytes) -> bytes:
    """Read and written again whole, as many programs do."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.save(target)
    return target.getvalue()


ATTACKS: dict[str, Attack] = {
    "shadow replace: content": _by(replace_content),
    "shadow replace: the same object": _by(replace_content_in_place),
    "shadow replace: font": _by(replace_font),
    "shadow hide: content emptied": _by(hide_by_empty_content),
    "shadow hide: page cut": _by(shrink_page),
    "hide and replace: page tree": _by(swap_page_tree),
    "hide and replace: catalogue": swap_catalogue,
    "overlay: free text": _annotation("/FreeText"),
    "overlay: stamp": _annotation("/Stamp"),
    "overlay: form field": _by(form_overlay),
    "overlay: signature enlarged": _by(enlarge_signature),
    "overlay: signature drawn anew": _by(other_signature_look),
    "annotations removed": _by(drop_annotations),
    "annotation removed: the last one": _by(drop_last_annotation),
    "page added": _pages(lambda pages, writer: pages.append(_new_page(writer))),
    "page added: before the first": _pages(lambda pages, writer: pages.insert(0, _new_page(writer))),
    "page removed": _pages(lambda pages, _: pages.pop()),
    "page removed: another in its place": _pages(lambda pages, writer: pages.__setitem__(-1, _new_page(writer))),
    "page added: the first once more": _pages(lambda pages, _: pages.append(pages[0])),
    "active: script": _by(script),
    "active: layers": _by(layers),
    "hidden: orphan": _by(orphan),
    "byte range: over the value": overlapping_range,
    "byte range: over an earlier signature": range_over_earlier_gap,
    "byte range: cut short": negative_range,
    "universal forgery: no value": no_contents,
    "universal forgery: value of zeros": empty_contents,
    "universal forgery: no range": no_range,
    "padding carries data": data_in_the_padding,
    "wrapping: tail moved": wrapped,
    "incremental: rubbish after the end": comment_after_the_end,
    "incremental: saved anew": saved_anew,
}
