"""A network namespace of this machine alone, joined to ours by a veth pair: Janus offers no loopback address."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Of the addresses that are set aside for benchmarks (RFC 2544); a pair of neighbours each.
_NETWORK = "198.18.{}.{}"


@dataclass(frozen=True, slots=True)
class Namespace:
    """Commands inside begin with `enter`; `inside` and `outside` are the addresses of the two ends."""

    name: str
    inside: str
    outside: str
    outer: str
    inner: str

    @property
    def enter(self) -> list[str]:
        return ["ip", "netns", "exec", self.name]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@contextlib.contextmanager
def namespace() -> Iterator[Namespace]:
    """Make one with free names and addresses, and take it away again. Needs root."""
    with contextlib.ExitStack() as stack:
        number = stack.enter_context(_number())
        one = Namespace(
            f"diemcau{number}", _NETWORK.format(number, 2), _NETWORK.format(number, 1), f"dc{number}o", f"dc{number}i"
        )
        subprocess.run(["ip", "netns", "del", one.name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", one.outer], check=False, capture_output=True)
        _ip("netns", "add", one.name)
        stack.callback(_ip, "netns", "del", one.name)
        _ip("link", "add", one.outer, "type", "veth", "peer", "name", one.inner, "netns", one.name)
        stack.callback(subprocess.run, ["ip", "link", "del", one.outer], check=False, capture_output=True)
        _ip("address", "add", f"{one.outside}/30", "dev", one.outer)
        _ip("link", "set", one.outer, "up")
        _ip("-n", one.name, "address", "add", f"{one.inside}/30", "dev", one.inner)
        _ip("-n", one.name, "link", "set", one.inner, "up")
        _ip("-n", one.name, "link", "set", "lo", "up")
        yield one


@contextlib.contextmanager
def _number() -> Iterator[int]:
    """A number that no other run on this machine has."""
    for number in range(10, 250):
        with (Path(tempfile.gettempdir()) / f"diemcau-namespace-{number}").open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
    raise RuntimeError("no free network namespace")
