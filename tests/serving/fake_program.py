"""A program that a server can start in place of the course: it shows what it was told, and does what it is asked to."""

import json
import os
import sys
import time


def send(kind: bytes, payload: bytes) -> None:
    os.write(1, kind + len(payload).to_bytes(4, "big") + payload)


def receive() -> "tuple[bytes, bytes] | None":
    head = sys.stdin.buffer.read(5)
    return (head[:1], sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))) if len(head) == 5 else None


def obey(word: str) -> bool:
    """Do what was typed; whether to go on."""
    if word == "flood":
        for number in range(200):
            send(b"D", b"%05d" % number * 4096)
    elif word == "environment":
        send(b"D", json.dumps(dict(os.environ)).encode())
    elif word == "task":
        send(b"D", sys.argv[1].encode())
    elif word == "link":
        send(b"M", json.dumps({"type": "open_url", "url": "https://example.org/", "new_tab": True}).encode())
        send(b"M", json.dumps({"type": "open_url", "url": "javascript:alert(1)", "new_tab": True}).encode())
    elif word == "fall":
        sys.stderr.write("it fell over\n")
        os._exit(1)
    elif word == "fall slowly":
        os.close(1)
        time.sleep(0.3)
        sys.stderr.write("it fell over slowly\n")
        os._exit(1)
    elif word == "leave":
        return False
    send(b"D", f"<{word}>".encode())
    return True


def main() -> None:
    sys.stdout.buffer.write(b"__GANGLION__\n")
    sys.stdout.flush()
    shown = f"{os.environ['COLUMNS']}x{os.environ['ROWS']}"
    while (packet := receive()) is not None:
        kind, payload = packet
        if kind == b"D":
            if not obey(payload.decode()):
                break
            continue
        order = json.loads(payload)
        if order["type"] == "resize":
            shown = f"{order['width']}x{order['height']}"
        if order["type"] == "quit":
            break
        send(b"D", f"[{order['type']} {shown}]".encode())


main()
