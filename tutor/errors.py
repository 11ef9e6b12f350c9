"""The errors whose messages are shown to the learner.

Each message is one line that says what is wrong and what to do. A front end prints it and exits with `exit_code`.
"""

from collections.abc import Iterable

from tutor.characters import visible
from tutor.patterns import compile_lazily

_PART_SEPARATOR = compile_lazily("[-_.]")


class ChainruleError(Exception):
    """Something that was asked for failed; the message is one line for the learner."""

    exit_code = 1


class UsageError(ChainruleError):
    """The command or a value in it cannot be used as it was given."""

    exit_code = 2


class ExpressionError(ChainruleError):
    """An expression cannot be read or computed; the message says in one line what to do."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name closest to `name`, whatever the case of their letters; an empty string when none is close."""
    from difflib import get_close_matches

    original_of = {known_name.lower(): known_name for known_name in known}
    for lower, known_name in original_of.items():
        if name.lower() in _PART_SEPARATOR.split(lower):  # a whole part of a name: dark is one of chainrule-dark
            return known_name
    matches = get_close_matches(name.lower()[:80], list(original_of), n=1, cutoff=0.55)  # long names would be slow
    return original_of[matches[0]] if matches else ""


def advise_on_name(name: str, known: Iterable[str], otherwise: str) -> str:
    """Advice for a message about an unknown `name`: to use the nearest known name, or `otherwise` if none is close."""
    suggestion = nearest(name, known)
    return f"did you mean '{suggestion}'?" if suggestion else otherwise


MAX_LISTED_NAMES = 24
"""The most names that a message lists."""


def unknown_name_error(noun: str, name: str, known: Iterable[str]) -> UsageError:
    """A `UsageError` that names the nearest known name, or lists the known ones when none is near.

    `noun` says what `name` should have named, such as "lesson".
    """
    names = list(known)
    more = f" … ({len(names)} in all)" if len(names) > MAX_LISTED_NAMES else ""
    advice = advise_on_name(name, names, otherwise="known: " + ", ".join(names[:MAX_LISTED_NAMES]) + more)
    return UsageError(f"there is no {noun} '{clip(name)}'; {advice}")


def clip(text: str, max_length: int = 60) -> str:
    """`text` on one printable line of at most `max_length` characters, for quoting in a message."""
    shown = visible(text[: max_length + 1])  # one character more than fits, to see whether the text must be cut
    line = "".join(map(_to_printable, shown))
    return line if len(line) <= max_length else line[: max_length - 1] + "…"


def _to_printable(character: str) -> str:
    """The character itself, or what replaces it: a space for a Unicode space of any width, a dot for others."""
    if character.isprintable():
        return character
    is_unicode_space = character > "\x9f" and character.isspace()  # neither a line feed nor another control character
    return " " if is_unicode_space else "·"
