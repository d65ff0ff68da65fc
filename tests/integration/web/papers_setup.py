"""A meeting with papers, and browsers of everyone who might read them."""

from __future__ import annotations

import io
from typing import Any

from aiohttp import FormData
from reportlab.pdfgen.canvas import Canvas
from yarl import URL

from meetings.calendar.service import create
from meetings.calendar.setup import MeetingSetup, Organiser, Place
from meetings.calendar.tables import Delegate, Guest
from meetings.http import DATABASE, Role
from meetings.ids import new_id, now_ms
from signaling.pairing.codes import digest, new_token
from signaling.pairing.guests import link_guest
from signaling.pairing.tables import Device, HallClaim
from tests.integration.web.conftest import Client, Office

HOUR = 3_600_000


def pdf(*pages: str) -> bytes:
    """A PDF with these texts; an empty one is a page without text, as a scan."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for page in pages:
        if page:
            canvas.drawString(72, 700, page)
        else:
            canvas.rect(72, 600, 100, 100)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


async def upload(client: Client, meeting: str, content: bytes, **fields: str) -> tuple[int, dict[str, Any]]:
    form = FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(content), filename="bao-cao.pdf", content_type="application/pdf")
    response = await client.post(f"/api/meetings/{meeting}/documents", data=form)
    return response.status, await response.json()


class PaperMeeting:
    """A meeting of two sites: chair, secretary, a delegate, a replaced one, a guest, devices and claims."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.id = ""
        self.people: dict[str, str] = {}
        self.guest = ""

    async def prepare(self) -> PaperMeeting:
        office = self.office
        for login, unit, roles in (
            ("chutri", "unit", ()),
            ("thuky", "unit", ()),
            ("daibieu", "xa", ()),
            ("bithay", "xa", ()),
            ("dongnghiep", "xa", ()),
            ("vanthu", "xa", (Role.RECORDS_CLERK,)),
            ("vanthu-khac", "noi-khac", (Role.RECORDS_CLERK,)),
            ("kythuat", "xa", (Role.TECHNICIAN,)),
            ("quantri", "tinh", (Role.ADMINISTRATOR,)),
            ("nguoila", "noi-khac", ()),
        ):
            self.people[login] = await office.add(login, *roles, unit=unit)
        now = now_ms()
        places = (Place("s1", "unit", "Điểm cầu trung tâm (mẫu)"), Place("s2", "xa", "Điểm cầu xã (mẫu)"))
        setup = MeetingSetup(
            "Họp mẫu", now, now + HOUR, "s1", self.people["chutri"], "A", self.people["thuky"], "B", places
        )
        async with office.application[DATABASE].write() as session:
            meeting = await create(session, Organiser(self.people["thuky"], "unit", 1), setup, now)
            self.id = meeting.id
            substitute = self._delegate("daibieu", "")
            session.add_all([substitute, self._delegate("bithay", substitute.id)])
            guest = Guest(id=new_id(), meeting=meeting.id, site="s2", name="Khách (mẫu)", position=1)
            session.add(guest)
            self.guest = guest.id
        return self

    def _delegate(self, login: str, replaced_by: str) -> Delegate:
        person = self.people[login]
        return Delegate(
            id=new_id(),
            meeting=self.id,
            site="s2",
            person=person,
            name=login,
            title="",
            votes=True,
            substitute=False,
            site_chair=False,
            reported=False,
            replaced_by=replaced_by or None,
            position=1,
        )

    async def _with_cookie(self, name: str, value: str) -> Client:
        client = await self.office.browser()
        client.session.cookie_jar.update_cookies({name: value}, URL(str(client.make_url("/"))))
        return client

    async def room(self, site: str = "s2") -> tuple[Client, str]:
        """The browser of a device paired with `site`, and the device's id."""
        token = new_token()
        device = Device(
            id=new_id(), token_hash=digest(token), site=site, unit="xa", paired_by="x", paired_at=1, revoked_at=0
        )
        async with self.office.application[DATABASE].write() as session:
            session.add(device)
        return await self._with_cookie("device", token), device.id

    async def companion(self, meeting: str = "") -> tuple[Client, str]:
        """A browser that came by the hall's code of `meeting`, and its claim."""
        secret = new_token()
        claim = HallClaim(
            id=new_id(),
            secret_hash=digest(secret),
            meeting=meeting or self.id,
            site="s2",
            expires_at=now_ms() + HOUR,
        )
        async with self.office.application[DATABASE].write() as session:
            session.add(claim)
        return await self._with_cookie("hall", secret), claim.id

    async def guest_browser(self) -> Client:
        """A browser with the guest's newest link."""
        async with self.office.application[DATABASE].write() as session:
            token = await link_guest(session, self.id, self.guest, now_ms())
        return await self._with_cookie("guest", token)
