"""Compiles the send loop: `python -m signaling.media.embedded.compile_loop`, with `cc`, else with PyPI's ziglang.

Without either nothing is lost but speed: the loop in Python serves, and the engine's start says so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("send_loop.c")
LIBRARY = SOURCE.with_suffix(".so")


def version() -> int:
    """Names the present source; a library of another version is not loaded."""
    both = SOURCE.read_bytes() + SOURCE.with_suffix(".h").read_bytes()
    return int.from_bytes(hashlib.sha256(both).digest()[:7], "big")


def options(library: Path) -> list[str]:
    """How the source is compiled into `library`."""
    return ["-O2", "-shared", "-fPIC", "-Wall", "-Wextra", f"-DVERSION={version()}LL", "-o", str(library), str(SOURCE)]


def compilers() -> list[list[str]]:
    """The commands that may compile here, the system's first."""
    found = [[path] for name in ("cc", "gcc", "clang") if (path := shutil.which(name))]
    if importlib.util.find_spec("ziglang") is not None:
        found.append([sys.executable, "-m", "ziglang", "cc"])
    return found


def compiled(library: Path = LIBRARY) -> str:
    """Compile into `library`, whole or not at all; empty where it worked, else why not."""
    why = "no C compiler"
    for command in compilers():
        fresh = library.with_suffix(f".{os.getpid()}.so")
        done = subprocess.run(  # noqa: S603 — a compiler of this machine on our own source
            [*command, *options(fresh)], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            fresh.replace(library)
            return ""
        fresh.unlink(missing_ok=True)
        why = done.stderr.strip() or f"{command[0]} failed"
    return why


def main() -> None:
    """Compile, or say why the Python loop will serve; never an error, since the engine runs either way."""
    why = compiled()
    if why:
        print(f"The media engine's send loop was not compiled, its Python loop serves: {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
