"""What the sentences of each simulation claim, as data: a pattern, the numbers it quotes, and when it holds.

In a pattern N is a number, L a list of numbers, T a trend (`fell from N to N`), <a|b> one of some words, and
(s) an s that stands exactly when the number before is not 1. Everything else stands as it is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tests.sims.shown_numbers import NUMBER, shows, value_of
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.simulation import Simulation

TREND = rf"(stayed at {NUMBER}|(?:fell|rose) (?:from {NUMBER} to|by {NUMBER} to) {NUMBER})"
LIST = rf"(\[(?:{NUMBER}(?:, {NUMBER})*)?\])"
_SPECIAL = re.compile(r"\bN(?=\b|°|$)|(?<=[=·×])N|\bN(?=·|×)|\bL\b|\bT\b|<[^<>]+>|\(s\)|\(es\)")


@dataclass
class Case:
    """A sentence at a state, and the words that its pattern caught."""

    rules: Any
    history: RunHistory[Any]
    picture: Any = None
    """The picture that it describes; `None` for what the simulation narrates."""
    words: Sequence[str] = ()

    @property
    def s(self) -> Any:
        """The state that is shown."""
        return self.history.state

    @property
    def b(self) -> Any:
        """The state before it."""
        return self.history.previous


Values = Callable[[Case], Sequence[Any]]
Holds = Callable[[Case], object]


@dataclass(frozen=True)
class Claim:
    """A sentence that a simulation may say."""

    pattern: str
    values: Values = lambda case: ()
    """The numbers it quotes in order; for a list a list, for a trend (before, now)."""
    holds: Holds = lambda case: True

    def caught(self, sentence: str) -> re.Match[str] | None:
        """The sentence, if it is one of these."""
        return _compiled(self.pattern).fullmatch(sentence)

    def fault(self, sentence: str, simulation: Simulation[Any], history: RunHistory[Any], picture: Any = None) -> str:
        """What is false about the sentence; "" when nothing is, or when it is another sentence."""
        found = self.caught(sentence)
        if found is None:
            return ""
        case = Case(simulation, history, picture)
        kinds = [match[0] for match in _SPECIAL.finditer(self.pattern)]
        texts = list(zip(kinds, found.groups(), strict=True))
        case.words = [text for kind, text in texts if kind.startswith("<")]
        quoted = [(kind, text) for kind, text in texts if kind in "NLT"]
        expected = list(self.values(case))
        if len(expected) != len(quoted):
            return f"{len(quoted)} numbers are quoted, {len(expected)} are known"
        for (kind, text), value in zip(quoted, expected, strict=True):
            if not _CHECKS[kind](text, value):
                return f"{text!r} is {value!r}"
        number = ""
        for kind, text in texts:
            number = text if kind == "N" else number
            if kind in ("(s)", "(es)") and bool(text) != (value_of(number) != 1):
                return f"the plural after {number} is wrong"
        return "" if self.holds(case) else "it does not hold"


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts, at = [], 0
    for found in _SPECIAL.finditer(pattern):
        parts += [re.escape(pattern[at : found.start()]), _group(found[0])]
        at = found.end()
    return re.compile("".join(parts) + re.escape(pattern[at:]))


def _group(special: str) -> str:
    if special in ("(s)", "(es)"):
        return f"({special[1:-1]}|)"
    if special.startswith("<"):
        return "(" + "|".join(map(re.escape, special[1:-1].split("|"))) + ")"
    return {"N": f"({NUMBER})", "L": LIST, "T": TREND}[special]


def _list(text: str, values: Sequence[float]) -> bool:
    texts = text.strip("[]").split(", ") if text != "[]" else []
    return len(texts) == len(values) and all(map(shows, texts, map(float, values)))


def _trend(text: str, pair: tuple[float, float]) -> bool:
    before, now = pair
    verb, numbers = text.partition(" ")[0], re.findall(NUMBER, text)
    if verb != ("fell" if now < before else "rose" if now > before else "stayed"):
        return False
    known = {"stayed": (now,), "by": (abs(now - before), now), "from": (before, now)}
    kind = verb if verb == "stayed" else text.split()[1]
    if kind == "from" and numbers[0] == numbers[1]:
        return False  # it says that it changed, and shows that it did not
    return all(map(shows, numbers, known[kind]))


_CHECKS: dict[str, Callable[[str, Any], bool]] = {"N": lambda text, v: shows(text, float(v)), "L": _list, "T": _trend}


def near(one: Any, other: Any) -> bool:
    """Equal but for rounding."""
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-12))
