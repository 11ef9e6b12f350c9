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
    """Whether formulas are written in ASCII in this terminal; the result is cached.

    Unicode needs UTF-8 both in the locale and in the stream on which screens are drawn. So if one of the two has
    another encoding, that one decides.
    """
    locale_encoding = locale.getpreferredencoding(False)
    screen_stream = sys.__stdout__ if os.name == "nt" else sys.__stderr__  # where Textual writes
    screen_encoding = getattr(screen_stream, "encoding", None) or locale_encoding
    worse_encoding = locale_encoding if _is_utf8(screen_encoding) else screen_encoding
    return needs_ascii(os.environ, worse_encoding)


def override_ascii(ascii: bool | None) -> None:
    """Apply the learner's setting, unless `CHAINRULE_ASCII` is set; `None` leaves the choice to the terminal.

    It is put into the environment, since everything that asks for ASCII reads it there.
    """
    if ascii is not None:
        os.environ.setdefault("CHAINRULE_ASCII", "1" if ascii else "0")
        prefers_ascii.cache_clear()  # it may have been asked before the settings were read


def needs_ascii(environment: Mapping[str, str], encoding: str) -> bool:
    """True when a terminal with these settings cannot be trusted with Unicode formulas.

    If `CHAINRULE_ASCII` is set, it decides alone: `0` for Unicode, anything else for ASCII. Otherwise ASCII is used for
    the Linux console, for a dumb terminal, and for an encoding other than UTF-8.
    """
    user_choice = environment.get("CHAINRULE_ASCII", "")
    if user_choice:
        return user_choice != "0"
    return environment.get("TERM", "") in PLAIN_TERMINALS or not _is_utf8(encoding)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in {"utf8", "utf8sig"}
