"""Who gets past the door of every route: one table that a person can read; a route without a row fails."""

from __future__ import annotations

from tests.integration.web.conftest import Office
from tests.integration.web.people_and_routes import REFUSED, WHO, crowd, routes

#: Nobody need be signed in.
EVERYONE = frozenset(WHO)
#: Whoever is signed in.
SIGNED_IN = EVERYONE - {"anonymous"}
#: The administrator alone.
ADMINISTRATOR = frozenset({"administrator"})
#: Who manages people.
MANAGERS = frozenset({"administrator", "unit_administrator"})
#: Who pairs rooms.
DEVICE_KEEPERS = frozenset({"administrator", "unit_administrator", "technician"})
#: Who calls meetings.
ORGANISERS = frozenset({"administrator", "unit_administrator", "organiser"})
#: Who may know of the meeting.
ATTENDING = frozenset({"administrator", "unit_administrator", "technician", "chair", "secretary", "delegate"})
#: Who may read its papers.
READING = frozenset({"administrator", "unit_administrator", "chair", "secretary", "delegate"})
#: Who prepares it.
LEADING = frozenset({"administrator", "unit_administrator", "chair", "secretary"})
#: Who leads it; running the system gives no right to its recordings.
CHAIRING = frozenset({"chair", "secretary"})
#: Who reads its technical check.
CHECKING = LEADING | {"technician"}
#: An id that nothing has, or a cookie that no person holds: not found, or not signed in, whoever asks.
NOBODY = frozenset[str]()

DOORS: dict[frozenset[str], str] = {
    EVERYONE: """
        GET /api/verify/guide.txt
        POST /api/activation
        POST /api/devices/pairing
        POST /api/guest-claims
        POST /api/hall-claims
        GET /api/openapi.json
        POST /api/session
        POST /api/signing/handover/{token}/document.pdf
        POST /api/signing/handover/{token}/slip.pdf
        POST /api/verify
    """,
    SIGNED_IN: """
        GET /api/asks
        GET /api/bodies
        GET /api/calendar/people
        GET /api/calendar/sites
        GET /api/line-check
        POST /api/line-check
        GET /api/me
        GET /api/me/sessions
        GET /api/meetings
        GET /api/notices
        GET /api/signing/certificates
        POST /api/signing/certificates
        DELETE /api/signing/picture
        GET /api/signing/picture/preview.png
        PUT /api/signing/picture
        GET /api/sites
        GET /api/tasks
        GET /api/units
        GET /api/units/{unit}
        GET /api/units/{unit}/letterheads
    """,
    ADMINISTRATOR: """
        POST /api/directory/import/apply
        POST /api/directory/import/preview
        PUT /api/sites/{site}
        PUT /api/units/{unit}
        POST /api/units/{unit}/successor
        POST /api/sites/{site}/successor
        PUT /api/units/{unit}/exchange
    """,
    MANAGERS: """
        POST /api/bodies
        PUT /api/bodies/{body}
        GET /api/people
        POST /api/people
        POST /api/people/import/apply
        POST /api/people/import/preview
        DELETE /api/people/{person}
        PATCH /api/people/{person}
        POST /api/people/{person}/reset
        DELETE /api/people/{person}/sessions
        GET /api/people/{person}/sessions
        GET /api/units/{unit}/exchange
        POST /api/meetings/{id}/dispatch
        PUT /api/units/{unit}/letterheads
        GET /api/units/{unit}/numbers
        PUT /api/units/{unit}/numbers/source
        PUT /api/units/{unit}/numbers/start
        GET /api/units/{unit}/templates/{kind}
        PUT /api/units/{unit}/templates/{kind}
    """,
    DEVICE_KEEPERS: """
        GET /api/devices
        POST /api/devices/pair
    """,
    ORGANISERS: """
        POST /api/free-times
        POST /api/meetings
    """,
    ATTENDING: """
        GET /api/meetings/{id}
        GET /api/meetings/{id}/items
        GET /api/meetings/{id}/letters
        GET /api/meetings/{id}/recordings
    """,
    READING: """
        GET /api/meetings/{id}/documents
        GET /api/meetings/{id}/documents/search
    """,
    LEADING: """
        GET /api/meetings/{id}/mail
        PUT /api/meetings/{id}/mail/addresses
        PUT /api/meetings/{id}
        POST /api/meetings/{id}/answers
        POST /api/meetings/{id}/cancel
        PUT /api/meetings/{id}/delegates
        PUT /api/meetings/{id}/guests
        POST /api/meetings/{id}/items
        PUT /api/meetings/{id}/items/{item}
        POST /api/meetings/{id}/items/{item}/move
        POST /api/meetings/{id}/items/{item}/remove
        POST /api/meetings/{id}/letters
        POST /api/meetings/{id}/mail/invitations
        POST /api/meetings/{id}/mail/people/{person}/resend
        GET /api/meetings/{id}/dispatch
        POST /api/meetings/{id}/documents
        GET /api/meetings/{id}/guest-links
        POST /api/meetings/{id}/tasks
    """,
    CHAIRING: """
        PUT /api/meetings/{id}/recordings
    """,
    CHECKING: """
        GET /api/meetings/{id}/checks
        GET /api/meetings/{id}/checks.csv
        GET /api/meetings/{id}/checks.xlsx
    """,
    NOBODY: """
        GET /api/recordings/{part}/file
        GET /api/meetings/{id}/minutes/evidence.zip
        PUT /api/meetings/{id}/minutes
        POST /api/meetings/{id}/minutes/number
        POST /api/meetings/{id}/minutes/sign
        POST /api/meetings/{id}/minutes/signing/recall
        POST /api/meetings/{id}/minutes/signing/refuse
        PATCH /api/documents/{document}
        PUT /api/letters/{letter}
        POST /api/letters/{letter}/preview.pdf
        POST /api/letters/{letter}/put-forward
        POST /api/letters/{letter}/withdraw
        PUT /api/tasks/{id}/assignment
        POST /api/tasks/{id}/state
        GET /api/meetings/{id}/minutes/number
        GET /api/devices/me
        GET /api/devices/pairing/{id}
        DELETE /api/devices/{id}
        POST /api/dispatches/{id}/cancel
        POST /api/dispatches/{id}/confirm
        GET /api/dispatches/{id}/message.edxml
        POST /api/dispatches/{id}/recall
        POST /api/dispatches/{id}/retry
        DELETE /api/documents/{document}
        GET /api/documents/{document}/file
        GET /api/documents/{document}/shown
        POST /api/documents/{document}/restore
        POST /api/documents/{document}/secret
        GET /api/documents/{document}/thumbnail
        GET /api/hall-claims/mine
        GET /api/hall-token
        GET /api/letters/{letter}
        GET /api/letters/{letter}/document.docx
        GET /api/letters/{letter}/file.pdf
        GET /api/letters/{letter}/signing
        GET /api/letters/{letter}/signing/document.pdf
        POST /api/letters/{letter}/sign
        POST /api/letters/{letter}/signing/correct
        POST /api/letters/{letter}/signing/handover
        POST /api/letters/{letter}/signing/number
        POST /api/letters/{letter}/signing/recall
        POST /api/letters/{letter}/signing/refuse
        POST /api/letters/{letter}/signing/remote
        POST /api/letters/{letter}/signing/seal
        POST /api/letters/{letter}/signing/upload
        POST /api/meetings/{id}/minutes/signing/remote
        POST /api/meetings/{id}/minutes/signing/seal
        POST /api/meetings/{id}/minutes/signing/correct
        POST /api/letters/{letter}/number
        DELETE /api/me/sessions/{session}
        DELETE /api/meetings/{id}/guests/{guest}/link
        POST /api/meetings/{id}/guests/{guest}/link
        GET /api/meetings/{id}/minutes
        GET /api/meetings/{id}/minutes/document.docx
        GET /api/meetings/{id}/minutes/events
        GET /api/meetings/{id}/minutes/file.pdf
        POST /api/meetings/{id}/minutes/attestant
        GET /api/meetings/{id}/minutes/preview.pdf
        POST /api/meetings/{id}/minutes/preview.pdf
        GET /api/meetings/{id}/minutes/revisions/{revision}
        GET /api/meetings/{id}/minutes/signing
        GET /api/meetings/{id}/minutes/signing/document.pdf
        POST /api/meetings/{id}/minutes/signing/handover
        POST /api/meetings/{id}/minutes/signing/number
        POST /api/meetings/{id}/minutes/signing/upload
        GET /api/meetings/{id}/minutes/tables.xlsx
        POST /api/notices/{id}/read
        POST /api/people/sheets
        POST /api/signing/certificates/{certificate}
        GET /api/signing/picture
        GET /api/signing/certificates/{certificate}/slip.pdf
        POST /api/signing/certificates/{certificate}/slip.pdf
        POST /api/signing/certificates/{certificate}/handover
        GET /api/pictures/{id}/{site}
        PUT /api/pictures/{id}/{site}
        GET /api/signing/handover/{token}/document.pdf
        GET /api/signing/handover/{token}/slip.pdf
        GET /api/sites/{site}
        GET /api/tasks/{id}
        DELETE /api/uploads/{ticket}
        GET /api/uploads/{ticket}
    """,
}
#: Asking this would end the asker's own session.
LAST = "DELETE /api/session"


def lines(text: str) -> set[str]:
    return {line.strip() for line in text.strip().splitlines()}


async def test_every_route_has_one_row(office: Office) -> None:
    listed = [route for text in DOORS.values() for route in lines(text)]
    assert len(listed) == len(set(listed))
    assert {*listed, LAST} == routes(office.application)


async def test_the_doors_let_in_whom_the_table_names(office: Office) -> None:
    people = await crowd(office)
    for allowed, text in DOORS.items():
        for route in sorted(lines(text), key=lambda one: one.startswith("DELETE")):
            method, path = route.split()
            status = {who: await people.status(who, method, path) for who in WHO}
            assert {who for who, code in status.items() if code not in REFUSED} == allowed, (route, status)
            assert max(status.values()) < 500, (route, status)


async def test_who_asks_is_known_before_the_body_is_read(office: Office) -> None:
    people = await crowd(office)
    for route in sorted(routes(office.application) - lines(DOORS[EVERYONE]) - {LAST}):
        method, path = route.split()
        if method != "GET":
            assert await people.status("anonymous", method, path, b"{") in (401, 404), route


async def test_no_change_passes_without_the_token_of_its_session(office: Office) -> None:
    people = await crowd(office)
    for browser in people.browsers.values():
        browser.session.headers.pop("X-CSRF-Token", None)
    for route in sorted(routes(office.application) - {"POST /api/session"}):
        method, path = route.split()
        if method != "GET":
            assert await people.status("administrator", method, path) == 403, route
