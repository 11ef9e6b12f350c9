"""The errors whose messages are shown to the learner.

Each message is one line that says what is wrong and what to do. A front end prints it and exits with `exit_code`.
"""

from collections.abc import Iterable

from tutor.characters import visible
from tutor.patterns import compile_lazily

_JOINT = compile_lazily("[-_.]")


class ChainruleError(Exception):
    """Something that was asked for failed; the message is one line for the learner."""

    exit_code = 1


class UsageError(ChainruleError):
    """The command or a value in it cannot be used as it was given."""

    exit_code = 2


class ExpressionError(ChainruleError):
    """An expression cannot be read or computed; the message says in one line what to do."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name closest to `name`, or an empty string when none is close."""
    from difflib import get_close_matches

    by_lower = {item.lower(): item for item in known}
    for lower, item in by_lower.items():  # a whole part of a name, such as dark in chainrule-dark
        if name.lower() in _JOINT.split(lower):
            return item
    matches = get_close_matches(name.lower()[:80], list(by_lower), n=1, cutoff=0.55)
    return by_lower[matches[0]] if matches else ""


MAX_LISTED_NAMES = 24
"""The most names that a message lists."""


def unknown_name_error(what: str, name: str, known: Iterable[str]) -> UsageError:
    """A `UsageError` that names the nearest known name, or lists the known ones when none is near."""
    names = list(known)
    near = nearest(name, names)
    more = f" … ({len(names)} in all)" if len(names) > MAX_LISTED_NAMES else ""
    advice = f"did you mean '{near}'?" if near else "known: " + ", ".join(names[:MAX_LISTED_NAMES]) + more
    return UsageError(f"there is no {what} '{clip(name)}'; {advice}")


def clip(text: str, most: int = 60) -> str:
    """`text` on one printable line of at most `most` characters, for quoting in a message."""
    line = "".join(map(_printable, visible(text[: most + 1])))
    return line if len(line) <= most else line[: most - 1] + "…"


def _printable(character: str) -> str:
    """A blank of any width, such as the narrow one of a formula, is a blank; what else cannot be printed a dot."""
    if character.isprintable():
        return character
    return " " if character > "\x9f" and character.isspace() else "·"
