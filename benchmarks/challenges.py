"""How often chance meets the goal of a challenge: random values of what may be changed, random numbers of steps.

    python -m benchmarks.challenges [TRIES]

A goal that many random tries meet asks for nothing: it is met by accident. Values are drawn as someone would who only
plays about: a parameter is left alone, moved by a factor, or taken from the whole of its range.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from tutor.content.course import open_course
from tutor.errors import ChainruleError
from tutor.questions.answers.run_settings import RunSetting
from tutor.questions.kinds.challenge import ChallengeInstance
from tutor.sims.engine.parameters import Parameter, Value
from tutor.text.numbers import counted
from tutor.text.output import say

MAX_BY_CHANCE = 0.05
"""The largest share of random tries that may meet a goal."""
MAX_REFUSED = 100
"""Drawn settings that may be refused for each that can be used."""
USUAL_SPAN = 5.0
"""How far from 0 a number without a bound, or with a distant one, is drawn."""


@dataclass(frozen=True)
class SearchResult:
    """What the search found for one challenge."""

    id: str
    lesson: str
    tries: int
    met: int
    at_start: bool
    """True when the goal is met before anything was done."""

    @property
    def share(self) -> float:
        """The share of tries that met the goal."""
        return self.met / self.tries


def challenges() -> Iterator[tuple[str, ChallengeInstance]]:
    """Every challenge of the course with its lesson, its numbers drawn once."""
    for lesson in open_course().lessons():
        for question in lesson.questions:
            instance = question.draw_instance(0) if question.kind == "challenge" else None
            if isinstance(instance, ChallengeInstance):
                yield lesson.id, instance


def search(lesson: str, challenge: ChallengeInstance, tries: int, seed: int = 0) -> SearchResult:
    """Try at random, `tries` times."""
    rng = random.Random(f"{challenge.id} {seed}")
    met = sum(is_met(challenge, setting) for setting in draw_settings(challenge, tries, rng))
    return SearchResult(challenge.id, lesson, tries, met, is_met(challenge, RunSetting(challenge.simulation, 0)))


def is_met(challenge: ChallengeInstance, setting: RunSetting) -> bool:
    """Whether this answer would be right."""
    return challenge.grade(setting).verdict == "right"


def draw_settings(challenge: ChallengeInstance, count: int, rng: random.Random) -> Iterator[RunSetting]:
    """So many answers within the bounds, each with parameters and steps drawn at random.

    Raises:
        ChainruleError: hardly any drawn values go together; a search would say nothing.
    """
    known, values = challenge.simulation.parameters(), challenge.simulation.values()
    drawn = refused = 0
    while drawn < count:
        if refused > MAX_REFUSED * (drawn + 1):
            raise ChainruleError(f"of {counted(refused, 'random setting')} of {challenge.id} {drawn} could be used")
        given = {name: draw_value(known[name], values[name], rng) for name in challenge.allow}
        try:
            simulation = challenge.simulation.with_values(**given)
        except ChainruleError:  # values that do not go together
            refused += 1
            continue
        drawn += 1
        length = simulation.length
        most = challenge.max_steps if length is None else min(challenge.max_steps, length)
        yield RunSetting(simulation, rng.randint(0, most))


def draw_value(item: Parameter, value: Value, rng: random.Random) -> Value:
    """A value for a parameter that has `value` now."""
    if isinstance(value, bool) or item.kind == "switch":
        return rng.random() < 0.5
    if item.kind in {"choice", "names"} and isinstance(value, str):
        return rng.choice(item.choices)
    if isinstance(value, tuple):
        if item.kind == "names":
            return tuple(rng.sample(item.choices, rng.randint(max(1, item.min_length), len(item.choices))))
        count = len(value) or min(item.max_length, 2)
        entries = value if value else (0.0,) * count
        return tuple(_draw_number(item, float(entry), rng, item.has_whole_entries) for entry in entries)
    assert isinstance(value, (int, float))
    return _draw_number(item, value, rng, item.kind == "whole")


def _draw_number(item: Parameter, value: float, rng: random.Random, whole: bool) -> float:
    """Moved by a factor of up to a hundred, or anywhere in the range."""
    low = item.low if isfinite(item.low) and abs(item.low) <= 50 else -USUAL_SPAN
    high = item.high if isfinite(item.high) and abs(item.high) <= 50 else max(USUAL_SPAN, 3 * abs(value))
    drawn = value * 10 ** rng.uniform(-2, 2) if value and rng.random() < 0.5 else rng.uniform(low, high)
    drawn = min(max(drawn, item.low), item.high)
    return round(drawn) if whole else float(f"{drawn:.3g}")


def main() -> None:
    """Print the share of each challenge, the largest first."""
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    findings = sorted((search(*pair, tries) for pair in challenges()), key=lambda item: -item.share)
    for item in findings:
        mark = "!" if item.share > MAX_BY_CHANCE or item.at_start else " "
        say(f"{mark} {item.share:7.1%} {item.lesson:18} {item.id}{'  met at the start' * item.at_start}")


if __name__ == "__main__":
    main()
