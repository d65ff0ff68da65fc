"""The loop in C sends what the loop in Python sends, byte for byte, and loses nothing where the kernel is full."""

from __future__ import annotations

import ctypes
import random
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.media.embedded import native_loop
from signaling.media.embedded.compile_loop import compilers, options
from signaling.media.embedded.native_loop import NativeLoop, Unavailable
from signaling.media.embedded.outgoing import WAITING
from signaling.media.embedded.packet import Packet, audio_packet, evened, video_packet
from signaling.media.embedded.publisher import Track, TrackPlan
from signaling.media.embedded.python_loop import PythonLoop
from signaling.media.embedded.rtp import read
from signaling.media.embedded.slots import LINES
from signaling.media.embedded.structures import address_of, new_outlet, new_way, point
from signaling.media.engine import Source
from tests.unit.media.lines import Hall, Later, sending
from tests.unit.media.samples import rtp, vp8

SOUND, PICTURE = LINES[0], LINES[1]
RECEIVERS = 5


def picture(number: int, key: bool, picture_id: int, wide: bool, size: int) -> Packet:
    payload = vp8(picture_id, number, key) if wide else bytes([0x90, 0x80, picture_id & 0x7F, 0 if key else 1])
    payload += random.Random(number).randbytes(size)
    raw = rtp(number, number * 3000, payload, marker=number % 3 == 0)
    header = read(raw)
    return video_packet(header, raw[header.start : header.end], number, number / 30)


def sound(number: int, size: int) -> Packet:
    raw = rtp(number, number * 960, random.Random(number).randbytes(size), 111)
    return audio_packet(read(raw), raw[12:], number, number & 0x7F)


@dataclass(frozen=True)
class Step:
    """What happens next: a packet, a switch, a pause, or a receiver that goes and comes back."""

    what: str
    step: int
    place: int
    wide: bool
    size: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["packet", "packet", "packet", "key", "late", "switch", "own", "pause", "away", "lost"]),
        st.integers(1, 40_000),
        st.integers(0, RECEIVERS - 1),
        st.booleans(),
        st.sampled_from([0, 90, 91, 97, 98, 700, 1200]),
    ),
    min_size=1,
    max_size=40,
)


@contextmanager
def sinks(count: int = RECEIVERS) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(count)]
        for one in opened:
            one.bind(("127.0.0.1", 0))
            one.setblocking(False)
        yield opened


def course(hall: Hall, pace: Later, steps: list[Step], video: bool) -> None:
    """Let the steps happen, the same way for whichever loop; pictures go out in bursts."""
    tracks = [Track(TrackPlan(Source.CAMERA if video else Source.MICROPHONE, str(one), 96)) for one in range(2)]
    at, now, number, source = 0, 100.0, 0x10000, 0
    hall.line.feed((tracks[0],), "elsewhere")
    for one in steps:
        match one.what:
            case "switch":
                at, number = 1 - at, 0x10000 + one.step
                hall.line.feed((tracks[at],), "elsewhere")
            case "own":
                hall.line.feed((tracks[at],), f"site-{one.place}")
            case "pause":
                now += one.step
                number += one.step
            case "away":
                hall.ends[one.place].turn(not hall.ends[one.place].up)
            case "lost":
                hall.ends[one.place].move(None)
            case _:
                now += 0.02
                number += 1
                sent = number - 3 if one.what == "late" else number
                key = one.what == "key" or source == 0
                source = 1
                packet = picture(sent, key, one.step, one.wide, one.size) if video else sound(sent, one.size)
                hall.line.streams[0].forward(packet, now)
        if one.step % 3 == 0:
            pace.run()
    pace.run()


def received(sink: socket.socket) -> list[bytes]:
    found: list[bytes] = []
    while True:
        try:
            found.append(sink.recv(2048))
        except BlockingIOError:
            return found


@given(STEPS, st.booleans(), st.integers(0, 1000))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_loops_send_the_same_bytes_and_keep_the_same_numbers(
    library: Path, steps: list[Step], video: bool, seed: int
) -> None:
    outcomes = []
    for native in (False, True):
        opened, out, counters = sending()
        with opened, sinks() as ends:
            loop = NativeLoop([out], library) if native else PythonLoop()
            pace = Later()
            hall = Hall(PICTURE if video else SOUND, loop, out, [one.getsockname() for one in ends], seed, pace)
            course(hall, pace, steps, video)
            numbers = [
                (one.sequence, one.timestamp, one.picture, one.layer, one.packets, one.octets, one.dropped, one.sent_at)
                for one in (lane.numbers for lane in hall.lanes)
            ]
            outcomes.append(([received(one) for one in ends], numbers, dict(counters)))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("receivers", [1, 63, 64, 65, 215])
async def test_every_receiver_of_a_long_column_gets_the_packet_once(library: Path, receivers: int) -> None:
    opened, out, counters = sending()
    with opened, sinks(receivers) as ends:
        hall = Hall(SOUND, NativeLoop([out], library), out, [one.getsockname() for one in ends])
        hall.line.feed((Track(TrackPlan(Source.MICROPHONE, "0", 111)),), "elsewhere")
        hall.line.streams[0].forward(sound(0x10000, 80), 1.0)
        assert [len(received(one)) for one in ends] == [1] * receivers
        assert counters == {"packets_out": receivers}


async def test_a_column_over_both_versions_of_ip_gets_the_packet_once_each(library: Path) -> None:
    opened, out, counters = sending()
    opened6, out6, counters6 = sending(socket.AF_INET6)
    with opened, opened6, sinks(150) as ends, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sink6:
        sink6.bind(("::1", 0))
        sink6.setblocking(False)
        hall = Hall(SOUND, NativeLoop([out, out6], library), out, [one.getsockname() for one in ends])
        for end in hall.ends[::2]:
            end.move(sink6.getsockname(), out6)
        hall.line.feed((Track(TrackPlan(Source.MICROPHONE, "0", 111)),), "elsewhere")
        hall.line.streams[0].forward(sound(0x10000, 80), 1.0)
        assert len(received(sink6)) == 75
        assert [len(received(one)) for one in ends] == [0, 1] * 75
        assert (counters, counters6) == ({"packets_out": 75}, {"packets_out": 75})


@pytest.fixture(scope="session")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The loop in C against a kernel with little room."""
    library = tmp_path_factory.mktemp("narrow") / "send_loop.so"
    stand_in = Path(__file__).with_name("narrow_kernel.c")
    command = [*compilers()[0], "-Dsendmmsg=narrow_sendmmsg", *options(library), str(stand_in)]
    subprocess.run(command, check=True)
    return library


def begin(hall: Hall, pace: Later, kernel: ctypes.CDLL, room: int) -> None:
    """Let pictures flow, and leave the kernel so much room."""
    hall.line.feed((Track(TrackPlan(Source.CAMERA, "1", 96)),), "elsewhere")
    hall.line.streams[0].forward(picture(0x10000, True, 1, True, 500), 1.0)
    narrow_room = ctypes.c_int.in_dll(kernel, "narrow_room")
    narrow_room.value = 1000
    pace.run()
    narrow_room.value = room


def burst(hall: Hall, pace: Later, sizes: list[int]) -> None:
    """A picture of packets of these sizes, in one turn."""
    for number, size in enumerate(sizes):
        hall.line.streams[0].forward(picture(0x10001 + number, False, 2, True, size), 1.0)
    pace.run()


@pytest.mark.parametrize(("sizes", "messages"), [([500] * 16, 1), ([500, 500, 503, 20], 1), ([500, 300, 500], 2)])
async def test_packets_of_about_one_size_leave_as_one_message(narrow: Path, sizes: list[int], messages: int) -> None:
    opened, out, counters = sending()
    with opened, sinks(3) as ends:
        kernel, pace = ctypes.CDLL(str(narrow)), Later()
        hall = Hall(PICTURE, NativeLoop([out], narrow), out, [one.getsockname() for one in ends], pace=pace)
        begin(hall, pace, kernel, room=100)
        burst(hall, pace, sizes)
        assert ctypes.c_int.in_dll(kernel, "narrow_room").value == 100 - 3 * messages
        assert [len(received(one)) for one in ends] == [1 + len(sizes)] * 3
        assert counters == {"packets_out": 3 + 3 * len(sizes)}


async def test_where_the_kernel_takes_no_train_its_packets_go_one_by_one(narrow: Path) -> None:
    opened, out, counters = sending()
    with opened, sinks(3) as ends:
        kernel, pace = ctypes.CDLL(str(narrow)), Later()
        hall = Hall(PICTURE, NativeLoop([out], narrow), out, [one.getsockname() for one in ends], pace=pace)
        begin(hall, pace, kernel, room=1000)
        refuses = ctypes.c_int.in_dll(kernel, "narrow_refuses_trains")
        refuses.value = 1
        burst(hall, pace, [500] * 16)
        refuses.value = 0
        assert [len(received(one)) for one in ends] == [17] * 3
        assert counters == {"packets_out": 51}
        assert not any(lane.numbers.dropped for lane in hall.lanes)


async def test_a_train_that_finds_no_room_is_sent_later_packet_by_packet(narrow: Path) -> None:
    opened, out, counters = sending()
    with opened, sinks(20) as ends:
        pace = Later()
        hall = Hall(PICTURE, NativeLoop([out], narrow), out, [one.getsockname() for one in ends], pace=pace)
        begin(hall, pace, ctypes.CDLL(str(narrow)), room=3)
        burst(hall, pace, [500] * 16)
        assert [len(received(one)) for one in ends] == [17] * 3 + [1] * 17
        out.resume()
        assert [len(received(one)) for one in ends] == [0] * 3 + [16] * 17
        assert counters == {"packets_out": 340, "send_waited": 1}


@given(st.lists(st.integers(0, 60), min_size=1, max_size=16))
def test_padding_makes_one_size_of_nearly_one_size_and_takes_nothing_away(sizes: list[int]) -> None:
    before = [picture(number, False, 1, True, size) for number, size in enumerate(sizes)]
    for packet, sent in zip(before, evened(before), strict=True):
        padding = sent.body[-1] if sent.padded else 0
        assert sent.body[: len(sent.body) - padding] == packet.body
        missing = max(sizes) - len(packet.body) + len(before[0].body) - sizes[0]
        assert padding == (missing if missing <= 8 else 0)


@pytest.mark.parametrize("room", [0, 1, 63, 64, 65, 150])
async def test_what_the_kernel_has_no_room_for_is_sent_later_and_once(narrow: Path, room: int) -> None:
    opened, out, counters = sending()
    with opened, sinks(150) as ends:
        ctypes.c_int.in_dll(ctypes.CDLL(str(narrow)), "narrow_room").value = room
        hall = Hall(PICTURE, NativeLoop([out], narrow), out, [one.getsockname() for one in ends])
        hall.line.feed((Track(TrackPlan(Source.CAMERA, "1", 96)),), "elsewhere")
        hall.line.streams[0].forward(picture(0x10000, True, 1, True, 500), 1.0)
        assert [len(received(one)) for one in ends] == [1] * room + [0] * (150 - room)
        assert out.blocked == (room < 150)
        hall.line.streams[0].forward(picture(0x10001, False, 2, True, 500), 1.0)
        out.resume()
        assert not out.blocked
        assert sum(len(received(one)) for one in ends) == 300 - room
        assert counters == {"packets_out": 300, "send_waited": 1}
        assert not any(lane.numbers.dropped for lane in hall.lanes)


async def test_what_finds_no_place_is_dropped_and_counted_for_its_receiver(narrow: Path) -> None:
    opened, out, counters = sending()
    with opened, sinks(2) as ends:
        ctypes.c_int.in_dll(ctypes.CDLL(str(narrow)), "narrow_room").value = 0
        hall = Hall(SOUND, NativeLoop([out], narrow), out, [one.getsockname() for one in ends])
        hall.line.feed((Track(TrackPlan(Source.MICROPHONE, "0", 111)),), "elsewhere")
        for number in range(WAITING // 2 + 3):
            hall.line.streams[0].forward(sound(0x10000 + number, 20), 1.0)
        assert [lane.numbers.dropped for lane in hall.lanes] == [3, 3]
        assert counters["send_dropped"] == 6
        out.resume()


def test_an_address_goes_to_the_kernel_and_back_as_it_was() -> None:
    for address in (("192.0.2.7", 40000), ("2001:db8::7", 5, 0, 0), ("fe80::1", 65535, 7, 3)):
        way = new_way()
        point(way, address, new_outlet(1))
        assert address_of(way) == address
        point(way, None, None)
        assert way.address_size == 0


def test_without_a_compiled_loop_it_is_said_why(tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, out, _ = sending()
    with opened:
        with pytest.raises(Unavailable, match="not compiled"):
            NativeLoop([out], tmp_path / "none.so")
        other = tmp_path / "other.so"
        other.write_bytes(library.read_bytes())
        monkeypatch.setattr(native_loop, "version", lambda: 7)
        with pytest.raises(Unavailable, match="another version"):
            NativeLoop([out], other)
        (tmp_path / "torn.so").write_bytes(library.read_bytes()[:500])
        with pytest.raises(Unavailable):
            NativeLoop([out], tmp_path / "torn.so")
