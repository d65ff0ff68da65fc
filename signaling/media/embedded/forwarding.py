"""The send loop: what feeds a line of a slot goes to everyone who receives it, each with their own numbers."""

from __future__ import annotations

from collections.abc import Iterator

from signaling.media.embedded.lane import Lane
from signaling.media.embedded.pace import Paced
from signaling.media.embedded.packet import Packet
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.publisher import Track
from signaling.media.embedded.slots import Lines


class Receiver:
    """One receiver of a line: where it sits, how it is reached, its numbers."""

    __slots__ = ("dropped", "lane", "own", "peer", "site")

    def __init__(self, peer: Peer, site: str, lane: Lane) -> None:
        self.peer, self.site, self.lane = peer, site, lane
        #: A site never receives what it sends itself.
        self.own = False
        self.dropped = 0


class Stream:
    """One line of a slot for everyone. What does not feed it is not forwarded, whatever its sender does."""

    def __init__(self, line: Lines, pace: Paced) -> None:
        self.line = line
        self._pace = pace
        self.track: Track | None = None
        self.site = ""
        self.receivers: list[Receiver] = []

    def feed(self, track: Track | None, site: str) -> None:
        """Let `track` of `site` feed the line from now on, or nothing; idempotent."""
        if track is self.track and site == self.site:
            return
        if self.track is not None:
            self.track.sinks.remove(self)
            if not self.track.sinks:
                self.track.key_frames.rest()
        self.track, self.site = track, site
        for one in self.receivers:
            one.own = bool(site) and one.site == site
            one.lane.rest()
        if track is not None:
            track.sinks.append(self)
            if self.receivers:
                track.key_frames.need()

    def join(self, receiver: Receiver) -> None:
        receiver.own = bool(self.site) and receiver.site == self.site
        self.receivers.append(receiver)

    def leave(self, peer: Peer) -> None:
        self.receivers = [one for one in self.receivers if one.peer is not peer]

    def want_picture(self) -> None:
        """A receiver came up and has no picture yet."""
        if self.track is not None:
            self.track.key_frames.join()

    def forward(self, packet: Packet, now: float) -> None:
        """Send a packet of the source on: sound at once, pictures in their turn."""
        if self.track is None:
            return
        job = self._send(self.track, packet, now)
        if self.line.video:
            self._pace.add(job)
        else:
            for _ in job:
                pass

    def _send(self, track: Track, packet: Packet, now: float) -> Iterator[None]:
        """Through all receivers, one a step. New video is held until its key frame."""
        video = self.line.video
        for one in self.receivers:
            if track is not self.track:
                return  # something else feeds the line by now
            if not one.own and one.peer.up:
                self._send_to(one, track, packet, now, video)
            yield

    @staticmethod
    def _send_to(one: Receiver, track: Track, packet: Packet, now: float, video: bool) -> None:
        lane = one.lane
        if lane.offsets is None:
            if video and not packet.starts_key_frame:
                track.key_frames.join()
                return
            lane.start(packet, track.kept, now)
        data = lane.render(packet, now)
        if data is not None and not one.peer.send_rtp(data, video):
            one.dropped += 1
