"""The agenda in the calendar while its sitting runs: new items reach the room, what was begun with is not touched."""

from __future__ import annotations

import asyncio

from signaling.pictures.routes import HOMES
from tests.integration.web.conftest import Office
from tests.integration.web.test_joining import enter, scheduled


async def test_what_the_sitting_has_begun_with_is_refused_and_the_rest_reaches_it(office: Office) -> None:
    meeting, _ = await scheduled(office)
    secretary, chair = await office.browser("thuky"), await office.browser("chutri")
    path = f"/api/meetings/{meeting}/items"
    for revision, title in enumerate(("Nội dung một", "Nội dung hai")):
        added = await secretary.post(path, json={"revision": revision, "title": title, "minutes": 10})
        assert added.status == 201
    first, second = [one["id"] for one in (await (await secretary.get(path)).json())["items"]]
    room, _gone = await enter(office, chair, meeting)

    async def ask(id: str, name: str, **payload: str) -> bool:
        answer = await room.call("command", {"id": id, "name": name, "payload": payload})
        return bool(answer["ok"])

    assert await ask("open-it-now", "sitting.open")
    assert await ask("first-item", "agenda.advance", **{"from": "", "to": first})
    assert (await (await secretary.get(path)).json())["begun"] == [first]
    for method, where, body in (
        ("PUT", first, {"title": "Khác", "minutes": 5}),
        ("POST", f"{first}/move", {"before": None}),
        ("POST", f"{first}/remove", {}),
    ):
        refused = await secretary.request(method, f"{path}/{where}", json={"revision": 2, **body})
        assert (refused.status, (await refused.json())["id"]) == (409, "agenda.item_begun")
    added = await secretary.post(path, json={"revision": 2, "title": "Nội dung thêm", "minutes": 5})
    third = (await added.json())["item"]
    removed = await secretary.post(f"{path}/{second}/remove", json={"revision": 3})
    assert removed.status == 200
    for _ in range(100):  # the room hears of it in the background
        if second not in (await office.application[HOMES].get(meeting)).state.items:
            break
        await asyncio.sleep(0.05)
    assert not await ask("next-item-2", "agenda.advance", **{"from": first, "to": second})
    assert await ask("next-item-3", "agenda.advance", **{"from": first, "to": third})
    await room.disconnect()
