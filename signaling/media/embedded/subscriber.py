"""A page's receive session: its lanes, what it reports and asks for, our sender reports to it."""

from __future__ import annotations

import time

from signaling.media.embedded import rtcp
from signaling.media.embedded.column import Receiver
from signaling.media.embedded.forwarding import Stream
from signaling.media.embedded.key_frames import Budget
from signaling.media.embedded.lane import Lane
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.rtcp import Block
from signaling.media.embedded.slots import CNAME, lines_for

#: Packets that are sent again to one receiver, at once and in a second.
AGAIN_BURST, AGAIN_RATE = 200.0, 200.0
REPORT_EVERY = 1.0


class Subscriber:
    """Handles one receive session; `streams` are the lines in the order of its offer."""

    def __init__(self, peer: Peer, site: str, tile: bool, streams: list[Stream]) -> None:
        self.peer, self.site, self.tile, self.streams = peer, site, tile, streams
        self.lost = self.jitter_ms = self.round_trip_ms = self.bitrate = 0
        self._receivers = [Receiver(peer, site, Lane(line)) for line in lines_for(tile)]
        self._by_ssrc = {one.lane.line.ssrc: place for place, one in enumerate(self._receivers)}
        self._budget = Budget()
        self._again, self._again_at = AGAIN_BURST, 0.0
        self._reported_at = 0.0
        self._reported_stretches = 0
        for stream, receiver in zip(streams, self._receivers, strict=True):
            stream.join(receiver)

    def up(self) -> None:
        for stream in self.streams:
            if stream.line.video:
                stream.want_picture()

    def rtp(self, packet: bytes, now: float) -> None:
        """A receive session sends no media; what comes is dropped."""

    def rtcp(self, packet: bytes, now: float) -> None:
        reports = rtcp.read(packet)
        for block in reports.blocks:
            self._measure(block, now)
        if reports.bitrate:
            self.bitrate = reports.bitrate
        for ssrc, lost in reports.nacks:
            place = self._by_ssrc.get(ssrc)
            if place is not None:
                self._send_again(self._receivers[place].lane, lost, now)
        for ssrc in reports.key_frames:
            place = self._by_ssrc.get(ssrc)
            track = self.streams[place].track if place is not None else None
            if track is not None and self._budget.allows(now):
                track.key_frames.beg(now)

    def _measure(self, block: Block, now: float) -> None:
        place = self._by_ssrc.get(block.ssrc)
        if place is None:
            return
        line = self._receivers[place].lane.line
        if line.video or self.jitter_ms == 0:
            self.lost = block.lost
        self.jitter_ms = block.jitter * 1000 // line.rate
        if block.last_report:
            trip = (rtcp.ntp_time(time.time()) >> 16 & 0xFFFFFFFF) - block.last_report - block.delay
            if 0 <= trip < 10 << 16:
                self.round_trip_ms = trip * 1000 >> 16

    def _send_again(self, lane: Lane, lost: list[int], now: float) -> None:
        if not lane.line.video:
            return
        self._again = min(AGAIN_BURST, self._again + (now - self._again_at) * AGAIN_RATE)
        self._again_at = now
        for sequence in lost:
            if self._again < 1:
                return
            packet = lane.again(sequence, now)
            if packet is not None:
                self._again -= 1
                self.peer.send_rtp(packet, bulk=True)

    def beat(self, now: float) -> None:
        """Our reports: each second, and at once when something else feeds a line."""
        if not self.peer.up:
            return
        stretches = sum([one.lane.started for one in self._receivers])
        if now - self._reported_at < REPORT_EVERY and stretches == self._reported_stretches:
            return
        self._reported_at, self._reported_stretches = now, stretches
        wall = time.time()
        ntp, reports, ssrcs = rtcp.ntp_time(wall), [], []
        for stream, receiver in zip(self.streams, self._receivers, strict=True):
            lane, track = receiver.lane, stream.track
            timestamp = track.timestamp_at(wall) if track is not None else None
            if lane.offsets is None or timestamp is None:
                continue
            moved = (timestamp + lane.offsets.timestamp) & 0xFFFFFFFF
            reports.append(rtcp.sender_report(lane.line.ssrc, ntp, moved, lane.numbers.packets, lane.numbers.octets))
            ssrcs.append(lane.line.ssrc)
        if reports:
            self.peer.send_rtcp(b"".join(reports) + rtcp.description(ssrcs, CNAME))

    @property
    def dropped(self) -> int:
        return sum(one.lane.numbers.dropped for one in self._receivers)

    def leave(self) -> None:
        for stream in self.streams:
            stream.leave(self.peer)
