"""A page's receive session: its lanes, what it reports and asks for, our sender reports to it."""

from __future__ import annotations

import time
from collections.abc import Callable

from signaling.media.embedded import rtcp
from signaling.media.embedded.column import Receiver
from signaling.media.embedded.key_frames import Budget
from signaling.media.embedded.lane import PADDING, Lane
from signaling.media.embedded.layers import Layers, most
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.probe import Probe
from signaling.media.embedded.quality import Ladder
from signaling.media.embedded.rtcp import Block
from signaling.media.embedded.slots import CNAME, lines_for
from signaling.media.engine import Step

#: Packets that are sent again to one receiver, at once and in a second.
AGAIN_BURST, AGAIN_RATE = 200.0, 200.0
#: Between two sender reports of ours: while something else has fed a line for less than `SETTLED` (a page needs two to
#: put sound and picture on one clock), and from then on (RFC 3550 §6.2). Seconds.
REPORT_SOON, REPORT_EVERY, SETTLED = 1.0, 5.0, 5.0
#: The rate that is sent is taken over so long, in seconds.
RATE_OVER = 0.5
#: Beats in a second.
BEATS = 20


class Rate:
    """How fast `octets` grows."""

    def __init__(self, now: float) -> None:
        self.octets = self.bitrate = self._before = 0
        self._at = now

    def look(self, now: float) -> None:
        """Take the rate anew, twice a second at most."""
        if now - self._at >= RATE_OVER:
            self.bitrate = round((self.octets - self._before) * 8 / (now - self._at))
            self._before, self._at = self.octets, now


class Subscriber:
    """Handles one receive session; `lines` are in the order of its offer."""

    def __init__(self, peer: Peer, site: str, tile: bool, lines: list[Layers]) -> None:
        self.peer, self.site, self.tile, self.lines = peer, site, tile, lines
        #: Called when it is up and waits for its first pictures.
        self.waits: Callable[[], None] = lambda: None
        self.lost = self.jitter_ms = self.round_trip_ms = self.bitrate = 0
        self._receivers = [Receiver(peer, site, Lane(line)) for line in lines_for(tile)]
        self._by_ssrc = {one.lane.line.ssrc: place for place, one in enumerate(self._receivers)}
        self._budget = Budget()
        self.ladder = Ladder(time.monotonic())
        self._sent = Rate(time.monotonic())
        self._pictures = Rate(time.monotonic())  # of which the receiver estimates: sound carries no send time
        self._padded = Rate(time.monotonic())
        self._pads = False
        self._probe: Probe | None = None
        self._again, self._again_at = AGAIN_BURST, 0.0
        self._highest: dict[int, int] = {}  # SSRC → the highest sequence that was reported
        self._reported_at = self._changed_at = 0.0
        self._reported_stretches = 0
        for line, receiver in zip(lines, self._receivers, strict=True):
            receiver.most = most(line.line, Step.HIGH, False)
            line.join(receiver)

    def up(self) -> None:
        for line in self.lines:
            if line.line.video:
                line.want_picture()
        self.waits()

    def rtp(self, packet: bytes, now: float) -> None:
        """A receive session sends no media; what comes is dropped."""

    def rtcp(self, packet: bytes, now: float) -> None:
        reports = rtcp.read(packet)
        for block in reports.blocks:
            self._measure(block, now)
        if reports.bitrate:
            self.bitrate = reports.bitrate
            self.ladder.estimate(reports.bitrate, self._pictures.bitrate + self._padded.bitrate, now)
        for ssrc, lost in reports.nacks:
            place = self._by_ssrc.get(ssrc)
            if place is not None:
                self._send_again(self._receivers[place].lane, lost, now)
        for ssrc in reports.key_frames:
            place = self._by_ssrc.get(ssrc)
            stream = self._receivers[place].stream if place is not None else None
            if stream is None or stream.track is None:
                continue
            if self._budget.allows(now):
                stream.track.key_frames.beg(now)
            else:
                self.ladder.hungry(now)

    def _measure(self, block: Block, now: float) -> None:
        place = self._by_ssrc.get(block.ssrc)
        if place is None:
            return
        line = self._receivers[place].lane.line
        if line.video or self.jitter_ms == 0:
            self.lost = block.lost
        before = self._highest.get(block.ssrc)
        self._highest[block.ssrc] = block.highest
        if before is not None:
            self.ladder.report(block.lost / 256, max(0, block.highest - before), now)
        self.jitter_ms = block.jitter * 1000 // line.rate
        if block.last_report:
            trip = (rtcp.ntp_time(time.time()) >> 16 & 0xFFFFFFFF) - block.last_report - block.delay
            if 0 <= trip < 10 << 16:
                self.round_trip_ms = trip * 1000 >> 16
                self.ladder.trip(trip / 65536, now)

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

    @property
    def step(self) -> Step:
        """What this place receives now."""
        return self.ladder.step

    def choose(self, chair_is_large: bool, may_probe: bool, now: float) -> None:
        """Let every line have the layers that fit this receiver's step; called many times a second."""
        if not self.peer.up:
            return
        self._sent.octets = sum(one.lane.numbers.octets for one in self._receivers)
        self._pictures.octets = sum(one.lane.numbers.octets for one in self._receivers if one.lane.line.video)
        self._sent.look(now)
        self._pictures.look(now)
        self._padded.look(now)
        self._pads = self.ladder.beat(now, may_probe)
        for line, receiver in zip(self.lines, self._receivers, strict=True):
            line.allow(receiver, most(line.line, self.step, chair_is_large), now, self.ladder.thin)

    def _pad(self, now: float) -> None:
        """Fill the line up to what a probe needs, with as many packets as fall on one beat."""
        lane = next(one.lane for one in self._receivers if one.lane.line.video)
        for _ in range(self.ladder.missing(self._sent.bitrate) // (8 * PADDING * BEATS)):
            self._padded.octets += PADDING
            self.peer.send_rtp(lane.padding(now), bulk=True)

    def probe(self, bitrate: int, seconds: float, now: float) -> int:
        """Send padding for a technical check, in place of one that runs; the bytes that will go."""
        self._probe = Probe(self._receivers[1].lane, bitrate, seconds, now)
        return self._probe.octets

    def beat(self, now: float) -> None:
        """Our reports: every few seconds, and at once when something else feeds a line."""
        if not self.peer.up:
            return
        if self._pads:
            self._pad(now)
        if self._probe is not None and self._probe.beat(self.peer, now):
            self._probe = None
        stretches = sum([one.lane.started for one in self._receivers])
        if stretches != self._reported_stretches:
            self._reported_stretches, self._changed_at = stretches, now
        elif now - self._reported_at < (REPORT_SOON if now - self._changed_at < SETTLED else REPORT_EVERY):
            return
        self._reported_at = now
        self._report()

    def _report(self) -> None:
        """Tell which time of ours each line's clock stands for."""
        wall = time.time()
        ntp, reports, ssrcs = rtcp.ntp_time(wall), [], []
        for receiver in self._receivers:
            lane, track = receiver.lane, receiver.stream.track if receiver.stream else None
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
        for line in self.lines:
            line.leave(self.peer)
