"""A site's send session: takes its microphone, camera and screen in and hands packets to the slots they feed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from signaling.media.embedded import rtcp
from signaling.media.embedded.arrivals import Arrivals
from signaling.media.embedded.cache import Cache
from signaling.media.embedded.key_frames import KeyFrames
from signaling.media.embedded.packet import Packet, audio_packet, video_packet
from signaling.media.embedded.peer import Peer
from signaling.media.embedded.reception import Reception
from signaling.media.embedded.rtp import Header, Malformed, Numbering, read
from signaling.media.engine import Source

#: The SSRC under which the engine itself reports and asks.
OURS = 0x44430001
#: The longest payload that is passed on, in bytes: with our header, extension and RTX it fits what libsrtp is given.
LONGEST = 1330
#: SSRCs that one session may bind; it offers three sources and their retransmissions.
SSRC_LIMIT = 16
#: What a page may send in all where its line is not measured, in bit/s.
LIMIT = 2_000_000
REPORT_EVERY = 1.0
SILENCE = 127
#: A layer that nobody receives any more is still sent for so long, in seconds.
LINGER = 5.0
#: A source that sent nothing for so long does not flow, in seconds.
FLOWS = 1.0


class Sink(Protocol):
    """What a track's packets go to."""

    def forward(self, packet: Packet, now: float) -> None:
        """Send a packet on, now."""


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """What the SDP says of one track; ids of extensions are 0 where they were not agreed."""

    source: Source
    mid: str
    payload_type: int
    again_type: int = -1  # RTX
    ssrc: int = 0  # 0: learned from the mid or the payload type
    again_ssrc: int = 0
    mid_id: int = 0
    level_id: int = 0
    arrival_id: int = 0
    layer: str = ""  # rid; empty without simulcast
    layer_id: int = 0
    layer_again_id: int = 0


class Track:
    """One source of a site."""

    def __init__(self, plan: TrackPlan) -> None:
        self.plan = plan
        self.ssrc = plan.ssrc
        self.video = plan.source is not Source.MICROPHONE
        self.rate = 90_000 if self.video else 48_000
        self.reception = Reception(self.rate)
        self.key_frames = KeyFrames()
        self.sinks: list[Sink] = []
        self.level = SILENCE
        self.octets = 0
        self.heard_at = self.wanted_at = float("-inf")
        self._numbering = Numbering()
        self.cache = Cache()
        #: When (server's clock, seconds) the source stood at which RTP timestamp.
        self.clock: tuple[float, int] | None = None

    def take(self, header: Header, packet: bytes, now: float) -> None:
        """A packet of this source, or one that was asked for again."""
        again = header.payload_type == self.plan.again_type
        sequence, start = header.sequence, header.start
        if again:
            if header.end - start < 2:
                return  # padding that measures the line
            sequence, start = int.from_bytes(packet[start : start + 2], "big"), start + 2
        arrived = self.reception.arrived(sequence, header.timestamp, now, again)
        if arrived is None:
            return
        number, newest = arrived
        self.heard_at = now
        payload = packet[start : header.end]
        if len(payload) > LONGEST:
            raise Malformed("too long")
        self.octets += len(payload)
        if not payload and newest:
            self._numbering.leave_out(number)
            return
        self._pass(header, payload, self._numbering.number(number), now)

    def _pass(self, header: Header, payload: bytes, number: int, now: float) -> None:
        if self.video:
            one = video_packet(header, payload, number, now)
            self.key_frames.flows()
            if self.sinks:
                self.cache.put(one, now)
            if one.starts_key_frame:
                self.key_frames.came()
        else:
            level = header.extensions.get(self.plan.level_id, b"\x7f")[0]
            self.level = min(level & 0x7F, self.level + 2)
            one = audio_packet(header, payload, number, level)
        for sink in self.sinks:
            sink.forward(one, now)

    def flows(self, now: float) -> bool:
        """Whether anything came just now."""
        return now - self.heard_at < FLOWS

    def timestamp_at(self, wall: float) -> int | None:
        """The RTP timestamp of the source at a moment of the server's clock; None before its first report."""
        if self.clock is None:
            return None
        at, timestamp = self.clock
        return timestamp + round((wall - at) * self.rate)


class Publisher:
    """Handles the media of one send session."""

    def __init__(self, peer: Peer, site: str, plans: Iterable[TrackPlan]) -> None:
        self.peer, self.site = peer, site
        self.tracks = [Track(plan) for plan in plans]
        self._named = {(track.plan.mid, track.plan.layer): track for track in self.tracks}
        self._by_ssrc: dict[int, Track] = {}
        for track in self.tracks:
            for ssrc in (track.plan.ssrc, track.plan.again_ssrc):
                if ssrc:
                    self._by_ssrc[ssrc] = track
        plans_of = [track.plan for track in self.tracks]
        self._mid_id = next((one.mid_id for one in plans_of if one.mid_id), 0)
        self._layer_id = next((one.layer_id for one in plans_of if one.layer_id), 0)
        self._layer_again_id = next((one.layer_again_id for one in plans_of if one.layer_again_id), 0)
        self._arrival_id = next((one.arrival_id for one in plans_of if one.arrival_id), 0)
        self._arrivals = Arrivals()
        #: The layers that the page was told to send; before that it sends all.
        self.told: dict[Source, tuple[str, ...]] = {}
        self._shift: float | None = None
        self._reported_at = 0.0

    def layers(self, source: Source) -> tuple[Track, ...]:
        """A source, or its simulcast layers, the smallest picture first; empty where it is not sent."""
        return tuple(track for track in self.tracks if track.plan.source is source)

    def received(self, wanted: set[Track], now: float) -> dict[Source, tuple[str, ...]] | None:
        """Note which tracks somebody receives: the layers that the page should send, or None where they stay as told.

        A layer that is no longer received is kept for a while, since whoever left it may come back.
        """
        layers: dict[Source, tuple[str, ...]] = {}
        for track in self.tracks:
            if not track.plan.layer:
                continue
            if track in wanted:
                track.wanted_at = now
            kept = layers.setdefault(track.plan.source, ())
            if now - track.wanted_at < LINGER:
                layers[track.plan.source] = (*kept, track.plan.layer)
        if layers == self.told:
            return None
        self.told = layers
        return layers

    def up(self) -> None:
        """The page's media may come."""

    def rtp(self, packet: bytes, now: float) -> None:
        header = read(packet)
        if self._arrival_id:
            arrival = header.extensions.get(self._arrival_id, b"")
            if len(arrival) == 2:
                self._arrivals.note(int.from_bytes(arrival, "big"), now)
        track = self._by_ssrc.get(header.ssrc) or self._bind(header)
        if header.payload_type not in (track.plan.payload_type, track.plan.again_type):
            raise Malformed("payload type")
        track.take(header, packet, now)

    def _bind(self, header: Header) -> Track:
        """Find the track of an SSRC that the SDP did not name: by mid, else by a payload type of one track alone."""
        mid = _text(header, self._mid_id)
        track = self._named.get((mid, _text(header, self._layer_id) or _text(header, self._layer_again_id)))
        if track is None and not mid:
            fitting = [
                one for one in self.tracks if header.payload_type in (one.plan.payload_type, one.plan.again_type)
            ]
            track = fitting[0] if len(fitting) == 1 else None
        if track is None or len(self._by_ssrc) >= SSRC_LIMIT:
            raise Malformed("ssrc")
        self._by_ssrc[header.ssrc] = track
        if header.payload_type == track.plan.payload_type:
            track.ssrc = header.ssrc
        return track

    def rtcp(self, packet: bytes, now: float) -> None:
        wall = time.time()
        for one in rtcp.read(packet).senders:
            track = self._by_ssrc.get(one.ssrc)
            if track is None:
                continue
            track.reception.reported(one.ntp, now)
            track.clock = (rtcp.unix_time(one.ntp) + self._on_our_clock(one.ntp, wall), one.timestamp)

    def _on_our_clock(self, ntp: int, wall: float) -> float:
        """What to add to the page's clock, one for its sound and picture: the shortest way seen, slowly let go."""
        shift = wall - rtcp.unix_time(ntp)
        if self._shift is None or shift < self._shift or abs(shift - self._shift) > 5:
            self._shift = shift
        else:
            self._shift += (shift - self._shift) * 0.01
        return self._shift

    def ask(self, now: float) -> None:
        """Ask for the key frames that are waited for, where it is time to."""
        for track in self.tracks:
            if self.peer.up and track.video and track.ssrc and track.sinks and track.key_frames.due(now):
                self.peer.send_rtcp(rtcp.picture_loss(OURS, track.ssrc))

    def beat(self, now: float) -> None:
        """Ask for what is missing, for key frames, and report; called many times a second."""
        if not self.peer.up:
            return
        self.ask(now)
        for track in self.tracks:
            track.cache.expire(now)
            if track.video and track.ssrc:
                missing = track.reception.ask(now) if track.sinks and track.plan.again_type >= 0 else []
                if missing:
                    self.peer.send_rtcp(rtcp.nack(OURS, track.ssrc, missing))
        feedback = self._arrivals.feedback(OURS, next(iter(self._by_ssrc), OURS), now)
        if feedback:
            self.peer.send_rtcp(feedback)
        if now - self._reported_at >= REPORT_EVERY:
            self._reported_at = now
            self._report(now)

    def leave(self) -> None:
        """The session ends: its packets are forgotten."""
        for track in self.tracks:
            track.cache.clear()

    def _report(self, now: float) -> None:
        tracks = [track for track in self.tracks if track.ssrc]
        blocks = [block for track in tracks if (block := track.reception.block(track.ssrc, now))]
        report = rtcp.receiver_report(OURS, blocks) + rtcp.description([OURS], "diemcau")
        if not self._arrival_id:
            report += rtcp.bitrate_limit(OURS, [track.ssrc for track in tracks], LIMIT)
        self.peer.send_rtcp(report)


def _text(header: Header, id: int) -> str:
    """What a packet says of itself in the extension `id` (0: not agreed)."""
    return header.extensions.get(id, b"").decode("ascii", "replace") if id else ""
