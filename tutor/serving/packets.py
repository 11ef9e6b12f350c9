"""How the server and the program of one learner speak: a letter, a length, and as many bytes, as Textual has it."""

import json
from asyncio import IncompleteReadError, StreamReader

DATA, ORDER = b"D", b"M"
"""The letters of packets: what is typed or drawn, and orders or news as JSON."""
READY = b"__GANGLION__\n"
"""The line after which a program speaks in packets."""
MAX_PACKET_BYTES = 16 << 20
"""A longer packet is none: what stands there is no length."""
MAX_LINES_BEFORE = 10
"""Lines that may stand before the packets."""


def pack_typed(text: str) -> bytes:
    """What was typed, as a packet for the program."""
    return _pack(DATA, text.encode("utf-8", "replace"))


def pack_order(order_type: str, **details: object) -> bytes:
    """An order, such as another size, as a packet for the program."""
    return _pack(ORDER, json.dumps({"type": order_type, **details}).encode("ascii"))


def _pack(letter: bytes, payload: bytes) -> bytes:
    """A packet: its letter, the length of the payload in four bytes, and the payload."""
    return letter + len(payload).to_bytes(4, "big") + payload


async def find_packets(stream: StreamReader) -> bool:
    """Read up to where the packets of a program begin; False if they do not, as the program failed to start."""
    for _ in range(MAX_LINES_BEFORE):
        line = await stream.readline()
        if line == READY:
            return True
        if not line:
            return False
    return False


async def read_packet(stream: StreamReader) -> tuple[bytes, bytes] | None:
    """The next packet of a program, its letter and what it holds; `None` at the end."""
    try:
        header = await stream.readexactly(5)
        letter, length = header[:1], int.from_bytes(header[1:], "big")
        if length > MAX_PACKET_BYTES:
            return None
        return letter, await stream.readexactly(length)
    except (IncompleteReadError, ConnectionError):
        return None


def read_order(payload: bytes) -> dict[str, object]:
    """What a program says of itself; empty where it cannot be read."""
    try:
        value = json.loads(payload)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
