"""Which endpoint holds a site's place: the first that comes, until it leaves or another one takes the place over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from meetings.errors import Forbidden, Invalid, NotFound, Refusal
from meetings.sitting.actors import Actor, Identity, SittingRole, actor_of
from meetings.sitting.events import Draft
from meetings.sitting.registry import Context
from meetings.sitting.roll_call import connect, disconnect, take_over
from meetings.sitting.state import State
from signaling.home import Home

if TYPE_CHECKING:
    from signaling.gateway import Connection, Gateway

#: A room endpoint may be away this long before its site counts as gone, in seconds.
FLAP = 5.0

#: Who may hold a site's place: its paired device, or the chair and site chairs on their own PC.
HOLDERS = frozenset({SittingRole.ROOM, SittingRole.CHAIR, SittingRole.SITE_CHAIR})

#: Who may take a place over that another endpoint holds, by themselves.
_TAKING_OVER = frozenset({SittingRole.ROOM, SittingRole.TECHNICIAN})


class Endpoints:
    """The places of all meetings' sites, by their room connections."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def come(self, home: Home, connection: Connection) -> None:
        """A room endpoint holds its site's place where nobody does; a second one waits, and technicians see it."""
        await self._hold(home, connection.identity)
        if any(connection in found for found in self._waiting(home).values()):
            await home.show()

    async def ask(self, home: Home, connection: Connection, name: str, payload: object) -> None:
        """`place.take_over` or `place.give`.

        Raises:
            Refusal: not this device, not this role, nobody waits, or the place moved within the last minute.
        """
        if name == "place.give":
            taking = await self._give(home, connection.identity, payload)
        elif connection.endpoint == "room":
            taking = connection
            await self._hold(home, connection.identity, force=True)
        else:
            raise Forbidden("site.take_over_device", "Thiết bị này không giữ được vị trí của điểm cầu.")
        await self._gateway.signals.place_moved(home.state, taking)

    async def _hold(self, home: Home, identity: Identity, force: bool = False) -> None:
        def rule(context: Context) -> list[Draft]:
            actor = actor_of(context.state, identity)
            if actor is None or actor.site not in context.state.sites:
                return []
            held = context.state.place(actor.site)
            if held.connected and held.endpoint not in ("", identity.id):
                return _take_over(context, actor, identity) if force else []
            return connect(context, actor.site, identity.id)

        await home.system(rule, quiet=not force and not _on_stage(home.state, identity))

    async def _give(self, home: Home, technician: Identity, payload: object) -> Connection:
        site = payload.get("site") if isinstance(payload, dict) else None
        if not isinstance(site, str):
            raise Invalid("command.invalid", "Yêu cầu không đúng dạng. Hãy tải lại trang.")
        actor = actor_of(home.state, technician)
        if actor is None or SittingRole.TECHNICIAN not in actor.roles:
            raise Forbidden("permission.role", "Chỉ kỹ thuật cho phép được thiết bị khác giữ chỗ của điểm cầu.")
        if site not in home.state.sites:
            raise NotFound("site.unknown", "Điểm cầu này không có trong cuộc họp.")
        waiting = self._waiting(home).get(site)
        if not waiting:
            raise Refusal(
                "site.no_second_device",
                "Không có thiết bị nào khác của điểm cầu đang chờ. Hãy mở phòng họp trên thiết bị đó trước.",
            )
        taking = waiting[-1]
        await home.system(lambda context: take_over(context, site, taking.identity.id, actor.id))
        return taking

    def _waiting(self, home: Home) -> dict[str, list[Connection]]:
        """Room endpoints beside the one that holds their site's place, by site, the newest last.

        Whoever chairs sends from their own page beside the hub's device, and waits for no place.
        """
        found: dict[str, list[Connection]] = {}
        for one in self._gateway.connections.values():
            if one.meeting != home.meeting or one.endpoint != "room":
                continue
            actor = actor_of(home.state, one.identity)
            if actor is None or actor.site not in home.state.sites or SittingRole.CHAIR in actor.roles:
                continue
            held = home.state.place(actor.site)
            if held.connected and held.endpoint not in ("", one.identity.id):
                found.setdefault(actor.site, []).append(one)
        return found

    def waiting(self, home: Home) -> dict[str, int]:
        """How many second devices wait at each site: the section `second_devices`."""
        return {site: len({one.identity.id for one in found}) for site, found in sorted(self._waiting(home).items())}

    async def leave(self, connection: Connection) -> None:
        """A room endpoint's connection went; its site counts as gone where it is not back within a flap."""
        await asyncio.sleep(FLAP)
        identity = connection.identity
        if any(
            other.meeting == connection.meeting and other.identity.id == identity.id and other.endpoint == "room"
            for other in self._gateway.connections.values()
        ):
            return
        with suppress(Refusal):  # the meeting moved, and its new home looks after the site's place
            home = await self._gateway.homes.get(connection.meeting)
            actor = await home.between(lambda state: actor_of(state, identity))
            if actor is not None and actor.site:
                if home.state.place(actor.site).endpoint != identity.id:  # it only waited
                    return await home.show()
                quiet = not _on_stage(home.state, identity)
                await home.system(lambda context: disconnect(context, actor.site, identity.id), quiet)


def _take_over(context: Context, actor: Actor, identity: Identity) -> list[Draft]:
    if not actor.roles & _TAKING_OVER:
        raise Forbidden(
            "site.take_over_device",
            "Chỉ thiết bị đã ghép với điểm cầu chuyển được chỗ của điểm cầu về máy này. Hãy nhờ kỹ thuật cho phép.",
        )
    return take_over(context, actor.site, identity.id)


def _on_stage(state: State, identity: Identity) -> bool:
    """Whether everybody should know at once that this endpoint came or went: its site has the floor."""
    actor = actor_of(state, identity)
    return actor is not None and any(turn.site == actor.site for turn in state.turns.values())
