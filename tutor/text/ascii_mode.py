"""Decides whether to write in ASCII: some terminals have no Greek letters and no mathematical signs."""

import locale
import os
import sys
from collections.abc import Mapping
from functools import cache

PLAIN_TERMINALS = frozenset(("linux", "dumb", "vt100", "vt220"))
"""Values of TERM whose fonts lack the signs that formulas need."""


@cache
def prefers_ascii() -> bool:
    """True when formulas are to be written in ASCII here; decided once, when first asked."""
    locales = locale.getpreferredencoding(False)
    drawn = getattr(sys.__stdout__ if os.name == "nt" else sys.__stderr__, "encoding", None) or locales
    return needs_ascii(os.environ, locales if _is_utf8(drawn) else drawn)


def override_ascii(ascii: bool | None) -> None:
    """Let the learner's settings decide, unless `CHAINRULE_ASCII` does; `None` leaves it to the terminal."""
    if ascii is not None:
        os.environ.setdefault("CHAINRULE_ASCII", "1" if ascii else "0")
        prefers_ascii.cache_clear()


def needs_ascii(environment: Mapping[str, str], encoding: str) -> bool:
    """True when a terminal with these settings cannot be trusted with Unicode formulas.

    `CHAINRULE_ASCII` decides by itself: `1` for ASCII, `0` for Unicode. Otherwise the Linux console, a
    dumb terminal and an encoding other than UTF-8 get ASCII.
    """
    chosen = environment.get("CHAINRULE_ASCII", "")
    if chosen:
        return chosen != "0"
    return environment.get("TERM", "") in PLAIN_TERMINALS or not _is_utf8(encoding)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in {"utf8", "utf8sig"}
