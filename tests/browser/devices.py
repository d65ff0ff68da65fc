"""Files that a Chromium process takes for its camera and its microphone."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

WIDTH, HEIGHT, RATE = 320, 180, 10
#: Colours as (red, green, blue).
RED, BLUE, GREEN = (200, 30, 30), (30, 60, 200), (30, 150, 60)


def coloured_camera(
    path: Path,
    colour: tuple[int, int, int],
    seconds: int = 2,
    scale: int = 1,
    bar_luma: int = 255,
    rate: int = RATE,
) -> Path:
    """A y4m of one colour, with a bar that moves, so that pictures differ; `scale` times the usual size.

    `rate` is in pictures a second.
    """
    width, height = WIDTH * scale, HEIGHT * scale
    red, green, blue = colour
    luma = round(0.299 * red + 0.587 * green + 0.114 * blue)
    chroma = round(128 + 0.564 * (blue - luma)), round(128 + 0.713 * (red - luma))
    planes = b"".join(bytes([one]) * (width // 2 * height // 2) for one in chroma)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(seconds * rate):
            bar = 8 * (number % (width // 8))
            row = bytes([luma]) * bar + bytes([bar_luma]) * 8 + bytes([luma]) * (width - bar - 8)
            file.write(b"FRAME\n" + bytes([luma]) * (width * (height - 20)) + row * 20 + planes)
    return path


def tone_microphone(path: Path, hertz: int = 440, seconds: int = 4) -> Path:
    """A WAV of one steady tone."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        samples = (int(9000 * math.sin(2 * math.pi * hertz * at / 48_000)) for at in range(48_000 * seconds))
        file.writeframes(b"".join(struct.pack("<h", one) for one in samples))
    return path
