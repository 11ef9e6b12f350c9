"""The packets between the server and a learner's program, in Textual's format: a letter, a length, and the payload."""

import json
from asyncio import IncompleteReadError, StreamReader

DATA, ORDER = b"D", b"M"
"""The letters of packets: `DATA` for what is typed or drawn, `ORDER` for orders and news in JSON."""
READY = b"__GANGLION__\n"
"""The line after which a program's output consists of packets."""
BYTES_OF_LENGTH = 4
"""How many bytes give the length of a packet's payload, the highest first."""
MAX_PACKET_BYTES = 16 << 20
"""The largest packet; a larger length means that the stream does not contain packets."""
MAX_LINES_BEFORE = 10
"""The most lines that may precede the packets."""


def pack_typed(text: str) -> bytes:
    """A packet that gives the program what was typed."""
    return _pack(DATA, text.encode("utf-8", "replace"))


def pack_order(order_type: str, **details: object) -> bytes:
    """A packet that gives the program an order, such as to change its size."""
    return _pack(ORDER, json.dumps({"type": order_type, **details}).encode("ascii"))


def _pack(letter: bytes, payload: bytes) -> bytes:
    """A packet: its letter, the length of the payload in `BYTES_OF_LENGTH` bytes, and the payload."""
    return letter + len(payload).to_bytes(BYTES_OF_LENGTH, "big") + payload


async def find_packets(stream: StreamReader) -> bool:
    """Read up to where the packets of a program begin; return False if none do, because the program failed to start."""
    for _ in range(MAX_LINES_BEFORE):
        line = await stream.readline()
        if line == READY:
            return True
        if not line:
            return False
    return False


async def read_packet(stream: StreamReader) -> tuple[bytes, bytes] | None:
    """The next packet of a program as (letter, payload); `None` at the end, and if the length is impossible."""
    try:
        letter = await stream.readexactly(1)
        length = int.from_bytes(await stream.readexactly(BYTES_OF_LENGTH), "big")
        if length > MAX_PACKET_BYTES:
            return None
        return letter, await stream.readexactly(length)
    except (IncompleteReadError, ConnectionError):
        return None


def read_order(payload: bytes) -> dict[str, object]:
    """The JSON object of an `ORDER` packet from a program; empty if it cannot be read."""
    try:
        value = json.loads(payload)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
