"""The finished file: PDF/A-2b with what appendix VI of Decree 30/2020/NĐ-CP asks for, PDF/A-3b with an attachment.

ISO 19005-2 and -3: an sRGB output intent, XMP that says what the document information says, embedded fonts, and a
structure tree over the marks that the pages carry.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

import pikepdf
from PIL import ImageCms

from meetings.ids import PROVINCE_ZONE
from meetings.layout.tagging import Tags

PRODUCER = "Điểm Cầu"

#: Appendix VI: the longest that a field may be, in characters.
LIMITS: Mapping[str, int] = {
    "OrganId": 13,
    "FileNotation": 20,
    "TypeName": 100,
    "CodeNumber": 11,
    "CodeNotation": 30,
    "IssuedDate": 10,
    "OrganName": 200,
    "Subject": 500,
    "SignerPosition": 100,
    "SignerName": 50,
}


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says of itself. Empty fields are left out; longer ones are cut at appendix VI's limit."""

    type_name: str
    subject: str
    organ_name: str = ""
    organ_id: str = ""
    file_notation: str = ""
    number: str = ""
    symbol: str = ""
    #: `2026-11-23`, empty while the document has no day of issue.
    issued_on: str = ""
    signer_position: str = ""
    signer_name: str = ""
    #: The moment of making: UTC, milliseconds. It comes from the content, so that the bytes do too.
    at: int = 0

    @property
    def title(self) -> str:
        return f"{self.type_name} {self.subject}".strip()[:500]

    def fields(self) -> dict[str, str]:
        """The metadata of appendix VI by its names there."""
        day = "/".join(reversed(self.issued_on.split("-"))) if self.issued_on else ""
        values = {
            "OrganId": self.organ_id,
            "FileNotation": self.file_notation,
            "TypeName": self.type_name,
            "CodeNumber": self.number,
            "CodeNotation": self.symbol,
            "IssuedDate": day,
            "OrganName": self.organ_name,
            "Subject": self.subject,
            "SignerPosition": self.signer_position,
            "SignerName": self.signer_name,
        }
        return {name: value.strip()[: LIMITS[name]] for name, value in values.items() if value.strip()}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document that holds the data it was made from."""

    name: str
    kind: str
    text: str
    data: bytes


def archived(pdf: bytes, description: Description, tags: Tags, attachment: Attachment | None = None) -> bytes:
    """`pdf` as PDF/A-2b, or PDF/A-3b where there is an attachment; the same input gives the same bytes."""
    made = datetime.fromtimestamp(description.at / 1000, UTC).astimezone(PROVINCE_ZONE).replace(microsecond=0)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _describe(document, description, made, 3 if attachment else 2)
        _output_intent(document)
        _structure(document, tags)
        if attachment:
            _attach(document, attachment, made)
        target = io.BytesIO()
        document.save(
            target,
            deterministic_id=True,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
        )
    return target.getvalue()


def _describe(document: pikepdf.Pdf, description: Description, made: datetime, part: int) -> None:
    stamp = f"D:{made:%Y%m%d%H%M%S}+07'00'"
    document.trailer.Info = document.make_indirect(
        pikepdf.Dictionary(
            Title=description.title,
            Author=description.fields().get("OrganName", PRODUCER),
            Subject=description.fields().get("Subject", description.title),
            Creator=PRODUCER,
            Producer=PRODUCER,
            CreationDate=stamp,
            ModDate=stamp,
        )
    )
    xmp = document.make_stream(_xmp(description, made, part))
    xmp.Type, xmp.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    document.Root.Metadata = xmp
    document.Root.Lang = "vi-VN"
    document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


_NAMESPACE = "urn:vn:nghi-dinh-30-2020:phu-luc-vi:"


def _xmp(description: Description, made: datetime, part: int) -> bytes:
    fields, when = description.fields(), made.isoformat()
    own = "".join(f"<vb:{name}>{escape(value)}</vb:{name}>" for name, value in fields.items())
    declared = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{name}</pdfaProperty:description></rdf:li>"
        for name in LIMITS
    )
    subject = fields.get("Subject", description.title)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:vb="{_NAMESPACE}"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(description.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(fields.get("OrganName", PRODUCER))}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(subject)}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate>
<pdf:Producer>{PRODUCER}</pdf:Producer>
{own}
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Decree 30/2020/ND-CP, appendix VI</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>vb</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{declared}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


@cache
def _srgb() -> bytes:
    """The sRGB profile as ICC 4.2, dated 2020-01-01 so that it is the same bytes every time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = b"\x04\x20\x00\x00"
    profile[24:36] = bytes((0x07, 0xE4, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    profile[84:100] = bytes(16)  # the profile's own checksum, optional and zero where not computed
    return bytes(profile)


def _output_intent(document: pikepdf.Pdf) -> None:
    profile = document.make_stream(_srgb())
    profile.N = 3
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB IEC61966-2.1",
        RegistryName="http://www.color.org",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])


def _structure(document: pikepdf.Pdf, tags: Tags) -> None:
    """A flat tree: every marked part is a child of the document, in the order of the pages."""
    root = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
    whole = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document, P=root, Lang="vi-VN")
    )
    parts, numbers = pikepdf.Array(), pikepdf.Array()
    for index, page in enumerate(document.pages):
        own = pikepdf.Array()
        for number, role in enumerate(tags.pages.get(index + 1, [])):
            element = pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem, S=pikepdf.Name(f"/{role}"), P=whole, Pg=page.obj, K=number
            )
            own.append(document.make_indirect(element))
        parts.extend(own)
        page.obj.StructParents = index
        page.obj.Tabs = pikepdf.Name.S
        numbers.append(index)
        numbers.append(document.make_indirect(own))
    whole.K = parts
    root.K = whole
    root.ParentTree = document.make_indirect(pikepdf.Dictionary(Nums=numbers))
    root.ParentTreeNextKey = len(document.pages)
    document.Root.StructTreeRoot = root
    document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)


def _attach(document: pikepdf.Pdf, attachment: Attachment, made: datetime) -> None:
    stamp = f"D:{made:%Y%m%d%H%M%S}+07'00'"
    stream = document.make_stream(attachment.data)
    stream.Type = pikepdf.Name.EmbeddedFile
    stream.Subtype = pikepdf.Name(f"/{attachment.kind}")
    stream.Params = pikepdf.Dictionary(ModDate=stamp, Size=len(attachment.data))
    file = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=attachment.name,
            UF=attachment.name,
            Desc=attachment.text,
            AFRelationship=pikepdf.Name.Data,
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    document.Root.AF = pikepdf.Array([file])
    document.Root.Names = pikepdf.Dictionary(
        EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([attachment.name, file]))
    )
