"""The process that forks one child a job: `python -m meetings.apart.nursery CONTROL PATH…`.

It never reads a job. Each job comes as a socket over the control line, with the name of the module that it lies in:
the module is imported once, here, so that children begin with everything at hand. A child sees its own job's bytes
alone and ends with it. When the server hangs up on a job its child is killed, with all that it started; when the
control line ends, everything does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator

from meetings.apart.child import attend
from meetings.apart.confinement import keep_to_itself
from meetings.apart.wire import NAME_LENGTH


class Nursery:
    """The children of one server, by process id, each with its job's socket."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, socket.socket] = {}
        self._ended, self._wake = socket.socketpair()
        for one in (self._ended, self._wake):
            one.setblocking(False)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._poll.register(self._ended, select.POLLIN)

    def serve(self) -> None:
        """Until the control line ends."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server's to hear
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._ended.fileno():
                    self._reap()
                elif descriptor != self._control.fileno():
                    self._hung_up(descriptor)
                elif not self._take():
                    return self._end()

    def _take(self) -> bool:
        """Begin the next job; False where the server is gone."""
        name, descriptors, _, _ = socket.recv_fds(self._control, NAME_LENGTH, 1, socket.MSG_WAITALL)
        if not name or not descriptors:
            return False
        line = socket.socket(fileno=descriptors[0])
        _warm(name.rstrip(b"\0").decode())
        child = os.fork()
        if child == 0:
            self._forget()
            attend(line)
        with contextlib.suppress(OSError):
            os.setpgid(child, child)
        self._children[child] = line
        self._poll.register(line, 0)  # a hang-up is told without being asked for
        return True

    def _forget(self) -> None:
        """In the child: nothing of the nursery's or of other jobs stays open."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (self._control, self._ended, self._wake, *self._children.values()):
            one.close()

    def _hung_up(self, descriptor: int) -> None:
        for child, line in self._children.items():
            if line.fileno() == descriptor:
                self._poll.unregister(line)
                _kill(child)
                return

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._ended.recv(4096):
                pass
        for child in _ended():
            _kill(child)  # what it may have started
            os.waitpid(child, 0)
            line = self._children.pop(child)
            with contextlib.suppress(KeyError):
                self._poll.unregister(line)
            line.close()

    def _end(self) -> None:
        signal.set_wakeup_fd(-1)
        for child in self._children:
            _kill(child)
            os.waitpid(child, 0)


def _ended() -> Iterator[int]:
    """The children that have ended; each is still there until it is waited for."""
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if found is None:
            return
        yield found.si_pid


def _kill(child: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(child, signal.SIGKILL)


_warmed: set[str] = set()


def _warm(place: str) -> None:
    """Import the module that the job lies in (`a.b`), or prepare by a function there (`a.b:c`), once.

    Where that fails, the child says why.
    """
    if place in _warmed:
        return
    _warmed.add(place)
    module, _, function = place.partition(":")
    with contextlib.suppress(Exception):
        found = importlib.import_module(module)
        if function:
            getattr(found, function)()
    gc.collect()
    gc.freeze()  # children share these pages as long as nobody writes to them


def main() -> None:
    sys.path[:] = sys.argv[2:]
    keep_to_itself()
    control = socket.socket(fileno=int(sys.argv[1]))
    Nursery(control).serve()


if __name__ == "__main__":
    main()
