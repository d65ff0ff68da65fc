"""A recording's parts: order and frames, who is seen and heard, one clock, and a file that reads wherever it ended."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling.media.embedded.rtcp import SenderReport, ntp_time, sender_report
from signaling.media.embedded.rtp import Header, read
from signaling.media.engine import Slot
from signaling.media.recording import head as heads
from signaling.media.recording.clock import Clock
from signaling.media.recording.description import Offer
from signaling.media.recording.ebml import UNKNOWN, Broken, find_in
from signaling.media.recording.frames import PATIENCE, Order, Pictures, Piece
from signaling.media.recording.matroska import CLUSTER, Matroska
from signaling.media.recording.repair import Outcome, repair
from signaling.media.recording.stage import GONE, PAUSE, Heard, Seen
from signaling.media.recording.tape import HEARD, SEEN, TRACKS, Tape

KEY = b"\x10\x02\x00\x9d\x01\x2a" + struct.pack("<HH", 320, 180) + bytes(20)


def packet(sequence: int) -> tuple[Header, bytes]:
    raw = struct.pack("!BBHII", 0x80, 96, sequence & 0xFFFF, 0, 1) + sequence.to_bytes(4, "big")
    return read(raw), raw


def piece(payload: bytes, timestamp: int = 0, marker: bool = True, after_hole: bool = False) -> Piece:
    return Piece(timestamp, marker, payload, 127, after_hole)


@given(st.integers(0, 0xFFFF), st.lists(st.integers(0, 7), min_size=1, max_size=60))
def test_packets_come_out_in_order_whatever_order_they_came_in(first: int, delays: list[int]) -> None:
    order, came = Order(), []
    arrival = [0, *sorted(range(1, len(delays)), key=lambda one: (one + delays[one], one))]
    for number in arrival:
        came += list(order.take(*packet(first + number), 0.0))
    assert [int.from_bytes(one.payload, "big") - first for one in came] == list(range(len(delays)))
    assert not any(one.after_hole for one in came)


def test_a_hole_is_waited_for_and_then_said() -> None:
    order = Order()
    assert [one.payload for one in order.take(*packet(1), 0.0)] == [b"\0\0\0\1"]
    assert list(order.take(*packet(3), 0.0)) == []
    assert list(order.due(PATIENCE - 0.01)) == []
    (late,) = order.due(PATIENCE)
    assert late.after_hole
    assert list(order.take(*packet(2), PATIENCE)) == [], "what comes after its turn is left out"


def test_a_picture_is_whole_or_not_there_and_after_a_hole_a_key_frame_is_first() -> None:
    pictures = Pictures()
    assert pictures.take(piece(b"\x10" + b"\x01delta")) is None, "nothing before a key frame"
    assert pictures.take(piece(b"\x90\x80\x81\x02" + KEY[:12], 9, marker=False)) is None
    key = pictures.take(piece(b"\x00" + KEY[12:], 9))
    assert key is not None
    assert (key.key, key.data, key.width, key.height) == (True, KEY, 320, 180)
    delta = pictures.take(piece(b"\x10" + b"\x01delta", 10))
    assert delta is not None
    assert not delta.key
    assert pictures.take(piece(b"\x10" + b"\x01delta", 11, after_hole=True)) is None
    assert pictures.waits_for_key
    assert pictures.take(piece(b"\x10" + b"\x01delta", 12)) is None
    assert pictures.take(piece(b"\x10" + KEY, 13)) is not None


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_hostile_payloads_make_no_picture_that_is_not_one(payloads: list[bytes]) -> None:
    pictures = Pictures()
    for payload in payloads:
        found = pictures.take(piece(payload))
        assert found is None or found.data


def test_sound_and_picture_stand_on_the_clock_of_their_reports_also_over_a_wrap() -> None:
    sound, picture = Clock(48_000), Clock(90_000)
    assert sound.time(960, 50.0) == 50.0, "until a report came, as it arrived"
    sound.report(SenderReport(1, ntp_time(100.0), 0xFFFF_FF00))
    picture.report(SenderReport(2, ntp_time(100.0), 5))
    assert sound.time((0xFFFF_FF00 + 48_000) & 0xFFFF_FFFF, 0) == pytest.approx(101.0, abs=1e-6)
    assert picture.time(90_005, 0) == pytest.approx(101.0, abs=1e-6)


def test_the_speaker_is_seen_and_after_them_the_chair_each_from_a_key_frame() -> None:
    seen = Seen()
    assert not seen.shows(Slot.CHAIR, False, 0.0)
    assert seen.shows(Slot.CHAIR, True, 0.1)
    assert not seen.shows(Slot.SPEAKER, False, 0.2)
    assert seen.waits(0.2) is Slot.SPEAKER
    assert seen.shows(Slot.SPEAKER, True, 0.3)
    assert not seen.shows(Slot.CHAIR, True, 0.4)
    assert not seen.shows(Slot.CHAIR, False, 0.3 + GONE)
    assert seen.waits(0.3 + GONE) is Slot.CHAIR
    assert seen.shows(Slot.CHAIR, True, 0.4 + GONE)


def test_who_speaks_is_heard_to_their_pause_and_then_who_speaks_next() -> None:
    heard = Heard()
    assert heard.hears(Slot.CHAIR, 127, 0.0)
    assert heard.hears(Slot.SPEAKER, 30, 0.1)
    assert not heard.hears(Slot.CHAIR, 20, 0.2), "nobody is cut off"
    assert heard.hears(Slot.SPEAKER, 127, 0.3)
    assert not heard.hears(Slot.CHAIR, 127, 0.2 + PAUSE), "silence takes the sound from nobody"
    assert heard.hears(Slot.CHAIR, 20, 0.3 + PAUSE)


def offered(mids: dict[int, str]) -> Offer:
    return Offer("", "", [], [], mids)


def pictures(ssrc: int, first: int, count: int, key: bool = False) -> list[bytes]:
    """Frames of one packet each, 40 ms apart; the first one is a key frame where asked."""
    return [
        struct.pack("!BBHII", 0x80, 0x80 | 97, one & 0xFFFF, 3600 * one, ssrc)
        + b"\x10"
        + (KEY if key and one == first else b"\x01" + bytes(30))
        for one in range(first, first + count)
    ]


def test_a_tape_begins_with_a_key_frame_asks_for_one_after_a_hole_and_takes_no_nonsense(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "a.webm", "Phiên họp mẫu", offered({7: "chair-video", 8: "screen-video", 9: "chair-audio"}))
    tape.media(b"\x80", 100.0)
    tape.control(b"\x80\xc8", 100.0)
    for one in pictures(5, 0, 3, key=True):
        tape.media(one, 100.0)
    assert not tape.began, "another line than offered, and no packets"
    for one in pictures(7, 0, 5):
        tape.media(one, 100.0)
    assert (tape.began, tape.beat(100.0), tape.beat(100.1)) == (0.0, [7], [])
    for one in [*pictures(7, 5, 3, key=True), *pictures(7, 9, 3)]:
        tape.media(one, 100.2)
    assert tape.beat(100.3) == []
    assert tape.beat(100.2 + PATIENCE) == [], "asked already"
    for one in pictures(7, 12, 1):
        tape.media(one, 102.0)
    assert tape.beat(102.1) == [7]
    for one in pictures(7, 13, 2, key=True):
        tape.media(one, 102.2)
    tape.finish()
    with av.open(str(tmp_path / "a.webm")) as found:
        packets = [one for one in found.demux(found.streams.video[0]) if one.pts is not None]
    assert [(one.pts, one.is_keyframe) for one in packets] == [
        (0, True), (40, False), (80, False), (320, True), (360, False),
    ]  # fmt: skip


def sound(first: int, count: int) -> list[bytes]:
    """Pieces of 20 ms each."""
    return [
        struct.pack("!BBHII", 0x80, 96, one & 0xFFFF, 960 * one, 9) + b"\xfc\xff\xfe"
        for one in range(first, first + count)
    ]


def test_a_recess_is_not_in_the_file_and_what_follows_is_a_chapter(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "a.webm", "Phiên họp mẫu", offered({7: "chair-video", 9: "chair-audio"}))
    tape.chapter(90.0, "Nội dung một")

    def plays(first: int, second: float) -> None:
        """One second, whose 25 pictures begin with a key frame."""
        for one in (*pictures(7, first, 25, key=True), *sound(2 * first, 50)):
            tape.media(one, second)

    plays(0, 100.0)
    tape.recess(101.0)
    plays(25, 101.0)
    tape.chapter(300.0, "Nội dung hai")
    tape.recess(301.0)
    tape.resume()
    assert tape.beat(400.0) == [], "nothing is asked of whoever sends nothing"
    for one in pictures(7, 50, 2):
        tape.media(one, 400.0)
    plays(7500, 400.0)
    tape.beat(401.0)
    tape.finish()
    before, after = [one * 40 for one in range(25)], [1000 + one * 40 for one in range(25)]
    found = packets(tmp_path / "a.webm")
    assert [one for one, _ in found[0]] == before + after
    assert [one for one, _ in found[2]] == [one * 20 for one in range(100)]
    assert chapters(tmp_path / "a.webm") == [(0.0, "Nội dung một"), (1.0, "Nội dung hai (sau tạm nghỉ)")]


def test_an_engine_whose_clock_is_wrong_is_believed_in_what_lies_between(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "a.webm", "Phiên họp mẫu", offered({7: "chair-video"}))
    for number in (0, 25):
        tape.control(sender_report(7, ntp_time(5000.0 + number / 25), 3600 * number, 0, 0), 100.0 + number / 25)
        for one in pictures(7, number, 25, key=True):
            tape.media(one, 100.0 + number / 25)
        tape.chapter(101.0, "Nội dung hai")
    tape.finish()
    assert [one for one, _ in packets(tmp_path / "a.webm")[0]] == [one * 40 for one in range(50)]
    assert chapters(tmp_path / "a.webm")[-1] == (1.0, "Nội dung hai")


def test_a_tape_to_which_nothing_came_leaves_no_file(tmp_path: Path) -> None:
    Tape(tmp_path / "a.webm", "Phiên họp mẫu", offered({})).finish()
    assert not list(tmp_path.iterdir())


def write(path: Path, seconds: int) -> Matroska:
    """A file with 25 pictures and 50 pieces of sound a second; not finished."""
    file = Matroska(path, TRACKS, "Phiên họp mẫu")
    file.picture(SEEN, 320, 180)
    file.chapter(0, "Khai mạc")
    for at in range(0, seconds * 1000, 20):
        file.block(HEARD, at, True, b"\xfc\xff\xfe")
        if at % 40 == 0:
            file.block(SEEN, at, at % 2000 == 0, KEY)
        if at == 3000:
            file.chapter(at, "Nội dung một")
    return file


def chapters(path: Path) -> list[tuple[float, str]]:
    with av.open(str(path)) as found:
        return [(one["start"] / 1e9, one["metadata"]["title"]) for one in found.chapters()]


def test_a_finished_file_has_its_length_its_size_its_chapters_and_an_index(tmp_path: Path) -> None:
    write(tmp_path / "a.webm", 10).finish()
    with av.open(str(tmp_path / "a.webm")) as found:
        assert found.duration == 9_980_000
        picture = found.streams.video[0]
        assert (picture.codec_context.width, picture.codec_context.height) == (320, 180)
        assert [len(found.streams.video), len(found.streams.audio)] == [2, 4]
        found.seek(6_500_000)
        assert next(one for one in found.demux(picture)).pts == 6000
        times = [one.pts for one in found.demux(found.streams.audio[0]) if one.pts is not None]
        assert times == sorted(times)
    assert chapters(tmp_path / "a.webm") == [(0.0, "Khai mạc"), (3.0, "Nội dung một")]


def test_a_file_whose_writer_was_killed_reads_to_its_last_second(tmp_path: Path) -> None:
    file = write(tmp_path / "a.webm", 10)
    (tmp_path / "killed.webm").write_bytes((tmp_path / "a.webm").read_bytes())
    file.finish()
    with av.open(str(tmp_path / "killed.webm")) as found:
        times = [one.pts for one in found.demux(found.streams.video[0]) if one.pts is not None]
    assert times[0] == 0
    assert times[-1] >= 8000
    assert chapters(tmp_path / "killed.webm") == [(0.0, "Khai mạc"), (3.0, "Nội dung một")]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "whole.webm"
    write(path, 6).finish()
    return path


def clusters(path: Path) -> list[int]:
    """Where the head and each cluster end, in bytes."""
    with path.open("rb") as file:
        ends = [heads.read(file).end]
        while True:
            try:
                ends.append(find_in(file, ends[-1], CLUSTER).end)
            except Broken:
                return ends


def packets(path: Path) -> list[list[tuple[int, bytes]]]:
    """Of each track, what another reader finds."""
    found: list[list[tuple[int, bytes]]] = [[] for _ in TRACKS]
    with av.open(str(path)) as file:
        for one in file.demux():
            if one.pts is not None:
                found[one.stream.index].append((one.pts, bytes(one)))
    return found


@settings(max_examples=60)
@given(st.data())
def test_wherever_a_file_was_cut_its_whole_clusters_are_repaired(finished: Path, data: st.DataObject) -> None:
    content, ends, before = finished.read_bytes(), clusters(finished), packets(finished)
    near = [one + off for one in ends for off in (-1, 0, 1)]
    at = data.draw(st.integers(0, len(content)) | st.sampled_from([one for one in near if one <= len(content)]))
    if at < len(content):
        size_at = content.index(b"\x18\x53\x80\x67") + 4
        content = content[:size_at] + UNKNOWN[: max(0, at - size_at)] + content[size_at + 8 : at]
    path = finished.with_name("cut.webm")
    path.write_bytes(content[:at])
    expected = Outcome.COMPLETE if at == len(finished.read_bytes()) else Outcome.REPAIRED
    assert repair(path) is (expected if at >= ends[1] else Outcome.EMPTY)
    assert not list(path.parent.glob("*.repaired"))
    if at < ends[1]:
        return
    kept = max(one for one in ends if one <= at)
    with path.open("rb") as file:
        head = heads.read(file)
        assert head.is_complete(file)
        assert [one for one, _ in head.read_chapters(file)] == [
            one for one in (0, 3000) if one <= head.read_duration(file)
        ]
    assert clusters(path) == [one for one in ends if one <= kept]
    after = packets(path)
    assert [track == whole[: len(track)] for track, whole in zip(after, before, strict=True)] == [True] * len(TRACKS)
    assert repair(path) is Outcome.COMPLETE
    with av.open(str(path)) as found:
        last = max(one for one, _ in after[0])
        assert found.duration == max(one for track in after for one, _ in track) * 1000
        found.seek(last * 1000)
        assert next(found.demux(found.streams.video[0])).pts == last // 2000 * 2000, "there is an index"


def test_what_the_disk_did_not_take_of_a_cluster_is_none(finished: Path, tmp_path: Path) -> None:
    ends = clusters(finished)
    path = tmp_path / "torn.webm"
    path.write_bytes(finished.read_bytes()[: ends[2] + 500] + bytes(50_000))
    assert repair(path) is Outcome.REPAIRED
    assert clusters(path) == ends[:3]


def test_a_file_that_is_being_written_is_nobody_s_to_repair(tmp_path: Path) -> None:
    file = write(tmp_path / "a.webm", 3)
    with pytest.raises(BlockingIOError):
        repair(tmp_path / "a.webm")
    file.finish()
    assert repair(tmp_path / "a.webm") is Outcome.COMPLETE


@given(st.binary(max_size=400))
def test_no_bytes_are_taken_for_a_file_of_ours(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "nonsense.webm"
    path.write_bytes(content + bytes(20_000))
    with pytest.raises(Broken):
        repair(path)


def test_a_long_agenda_keeps_the_chapters_that_fit(tmp_path: Path) -> None:
    file = Matroska(tmp_path / "a.webm", TRACKS, "")
    for one in range(200):
        file.block(HEARD, one * 1000, True, b"\xfc\xff\xfe")
        file.chapter(one * 1000, f"{one} " + "Nội dung dài " * 10)
    file.finish()
    assert 50 < len(chapters(tmp_path / "a.webm")) < 200
