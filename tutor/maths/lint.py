"""Checks a formula for faults before a learner sees it."""

import re
import unicodedata
from collections import Counter

from tutor.errors import clip
from tutor.maths.render import MathError, display, inline

_NOT_SHOWN = re.compile(
    r"\\(?:begin|end)\s*+\{[^{}]*\}(?:\{[lcr|]*\}|\[[tcb]\])?"
    r"|\\\\\s*+\[\s*+-?[\d.]++\s*+[a-z]{2}\s*+\]"
    r"|\\(?:[hm]?space|hskip|kern|mkern|mskip)\s*+(?:\{\s*+)?-?[\d.]++\s*+[a-z]{2}\}?"
    r"|\\(?:textcolor|color)\s*+\{[^{}]*\}"
    r"|\\[a-zA-Z]+"
)
_LETTER_COMMAND = re.compile(r"\\(?!varsigma)(?:var)?([a-zA-Z]+)")  # ς, for \varsigma, is another letter than σ


def lint(latex: str) -> list[str]:
    """Find everything wrong with a formula: what cannot be read, and what would be missing when it is shown.

    Args:
        latex: the formula, without its dollars.

    Returns:
        One line for each fault; an empty list when every letter and digit of the source is shown.
    """
    try:
        forms = {"display": "".join(display(latex)), "one-line form": inline(latex)}
    except MathError as error:
        return [str(error)]
    expected = _expected_characters(latex)
    faults = []
    for form, text in forms.items():
        lost = expected - Counter(_without_style(text))
        if lost:
            faults.append(f"lost in the {form}: {clip(''.join(sorted(lost.elements())))}")
    return faults


def _expected_characters(latex: str) -> Counter[str]:
    """Count how often each letter and digit of the source, Greek letters included, must occur when it is shown."""
    greek = "".join(_greek_letter(name) for name in _LETTER_COMMAND.findall(latex))
    without_commands = _NOT_SHOWN.sub(" ", latex)
    return Counter(character for character in _without_style(without_commands + greek) if character.isalnum())


def _greek_letter(name: str) -> str:
    """The Greek letter that a command names; "" if it names none."""
    style = "CAPITAL" if name[0].isupper() else "SMALL"
    name = {"lambda": "lamda", "Lambda": "lamda"}.get(name, name)  # as Unicode spells it
    try:
        return unicodedata.lookup(f"GREEK {style} LETTER {name}")
    except KeyError:
        return ""


def _without_style(text: str) -> str:
    """Replace raised, lowered and bold letters by ordinary ones, and split accents off their letters."""
    return unicodedata.normalize("NFKD", text)
