"""What travels on a job's socket: frames of one letter, a length and the bytes."""

from __future__ import annotations

import socket
import struct

#: A frame's kind: what to do, what is said meanwhile, the result, an error that the job raised.
JOB, WORD, RESULT, RAISED = b"J", b"W", b"R", b"E"
HEAD = struct.Struct("!cQ")
#: Where a job lies (`module`, or `module:function` to prepare by), as it comes with its socket, padded with zeros.
NAME_LENGTH = 200


def send(line: socket.socket, kind: bytes, data: bytes) -> None:
    """Write one frame. Blocking."""
    line.sendall(HEAD.pack(kind, len(data)))
    line.sendall(data)


def receive(line: socket.socket) -> tuple[bytes, bytes]:
    """Read one frame. Blocking.

    Raises:
        EOFError: the other side is gone.
    """
    kind, length = HEAD.unpack(_exactly(line, HEAD.size))
    return kind, _exactly(line, length)


def _exactly(line: socket.socket, length: int) -> bytes:
    data = bytearray(length)
    view, done = memoryview(data), 0
    while done < length:
        got = line.recv_into(view[done:])
        if not got:
            raise EOFError
        done += got
    return bytes(data)
