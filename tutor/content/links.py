"""Where a link may lead: to a state, a lesson, or a page of the web. One rule, for the check and for the screen."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from tutor.content.markdown import parse, walk_inline

SCHEME = "show:"
"""Begins the address of a state: `[show me](show:adam?step=20)`."""
LESSON = "lesson:"
"""Begins the address of a lesson: `[lesson 6](lesson:backprop)`."""
WEB = ("https", "http")
"""What else a link may lead to; nothing of another scheme is ever opened."""
LONGEST = 2_000
"""Characters of an address."""
MARKS = ("](", "]:", "<")
"""Without any of these a text has no link."""


def is_own(address: str) -> bool:
    """Whether a link leads to a state of a simulation or to a lesson."""
    return address.startswith((SCHEME, LESSON))


def web_fault(address: str) -> str:
    """Why `address` is no page that may be opened, once one has agreed; empty when it is one."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in WEB:
        return "write https://… for a page, lesson:ID for a lesson, or show:… for a state"
    if not host or host.startswith(".") or ".." in host:
        return "it names no host"
    if len(address) > LONGEST:
        return f"it is longer than {LONGEST:,} characters"
    if not address.isascii() or not address.isprintable() or " " in address:
        return "it holds characters that an address does not have; write them as %20 and the like"
    return ""


def host_of(address: str) -> str:
    """The host that a page comes from, whatever stands before it in the address."""
    return urlsplit(address).hostname or ""


@lru_cache(maxsize=512)
def links_in(markdown: str) -> tuple[tuple[int, str], ...]:
    """(line counted from 0, address) of each link and picture in a text, however it is written; code has none."""
    if not any(mark in markdown for mark in MARKS):
        return ()
    return tuple(_links(markdown))


def _links(markdown: str) -> Iterator[tuple[int, str]]:
    for token in parse(markdown):
        first = token.map[0] if token.map else 0
        for child, line in walk_inline(token):
            if child.type in {"link_open", "image"}:
                yield first + line, str(child.attrs.get("href" if child.type == "link_open" else "src", ""))
