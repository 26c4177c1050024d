"""Messages between the parent and the fork server: a length, then a body; descriptors may go along."""

from __future__ import annotations

import array
import socket
import struct
from collections.abc import Sequence

STATUS = struct.Struct("!i")
"""A slot's answer to a task: how its child ended, as ``waitpid`` says it."""
MARK = b"\0"
"""Opens a report in a child's output; the token and a line of JSON follow."""
_HEADER = struct.Struct("!I")
_MOST = 2
"""Descriptors that one message may carry."""
_SPACE = (
    socket.CMSG_SPACE(_MOST * array.array("i").itemsize) if hasattr(socket, "CMSG_SPACE") else 0
)


def send(line: socket.socket, body: bytes, descriptors: Sequence[int] = ()) -> None:
    """Send one message. Raises OSError."""
    data = _HEADER.pack(len(body)) + body
    if descriptors:
        data = data[socket.send_fds(line, [data], descriptors) :]
    line.sendall(data)


def receive(line: socket.socket) -> tuple[bytes | None, list[int]]:
    """The next message and the descriptors that it carries; ``None`` at the end. Raises OSError."""
    header, ancillary, _, _ = line.recvmsg(_HEADER.size, _SPACE)
    descriptors = array.array("i")
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    while header and len(header) < _HEADER.size:
        header += line.recv(_HEADER.size - len(header))
    if not header:
        return None, []
    (size,) = _HEADER.unpack(header)
    body = line.recv(size, socket.MSG_WAITALL) if size else b""
    return (body if len(body) == size else None), descriptors.tolist()
