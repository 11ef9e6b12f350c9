"""What every kind of question is: a template that makes instances, and an instance that grades.

A lesson holds templates (`Question`, one msgspec struct a kind, whose fields are the YAML keys).
`instance(seed)` draws fresh numbers and gives an `Instance`, which reads what a person typed and
grades it. A thing that cannot be read is not wrong: it costs nothing and gets advice.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import msgspec

from tutor.reading.outcome import Unreadable

__all__ = ["Grade", "Instance", "Option", "Picks", "Question", "Sample", "Scene", "Unreadable", "Verdict"]

Verdict = Literal["right", "partly", "wrong"]
Picks = Literal["", "one", "several", "order", "pairs"]
"""One option, several, some in order, or an option for each place."""


class Grade(msgspec.Struct, frozen=True):
    """What an answer is worth, and why."""

    score: float
    """0 … 1."""
    verdict: Verdict
    feedback: str
    """Markdown: why it is right, or what went wrong. Never empty."""


class Sample(msgspec.Struct, frozen=True):
    """An input that a question vouches for; contract tests run them all."""

    text: str
    expect: Literal["right", "partly", "wrong", "unreadable"]
    says: str = ""
    """A part of the feedback or advice that must come with it."""


class Option(msgspec.Struct, frozen=True):
    """One choice as it is offered."""

    label: str
    """What to type for it: a, b, c …"""
    text: str
    """Markdown."""


class Scene(msgspec.Struct, frozen=True):
    """A simulation at a step: what a card shows beside its question."""

    simulation: str
    values: dict[str, object]
    step: int
    allow: tuple[str, ...] = ()
    """For a challenge: the parameters that the learner may change."""


@dataclass(frozen=True)
class Instance(ABC):
    """One question with its numbers drawn."""

    kind: ClassVar[str]
    picks: ClassVar[Picks] = ""
    """What of its options makes an answer, so that it can be picked with keys; "" when it is typed."""

    id: str
    seed: int
    concepts: tuple[str, ...]
    prompt: str
    """Markdown with `$…$`, numbers filled in."""
    hints: tuple[str, ...]
    why: str
    """Why the right answer is right: shown after every verdict."""
    options: tuple[Option, ...] = ()
    places: tuple[Option, ...] = ()
    """What each option is to be put beside, where a question has two columns: its labels are 1, 2, 3 …"""
    scene: Scene | None = None
    names: dict[str, Any] = field(default_factory=dict)
    """The numbers that were drawn and computed, by name."""

    @property
    @abstractmethod
    def how(self) -> str:
        """One line that says how to answer: "a number, for example 0.25"."""

    @property
    @abstractmethod
    def solution(self) -> str:
        """The right answer as a person would type it."""

    def understood(self, raw: str) -> str:
        """How `raw` is read, in Markdown, where that can differ from what was meant; else ""."""
        return ""

    @abstractmethod
    def read(self, raw: str) -> Any | Unreadable:
        """What was typed, understood; or how to write it instead."""

    @abstractmethod
    def grade(self, answer: Any) -> Grade:
        """The worth of an answer that `read` returned."""

    @abstractmethod
    def samples(self) -> tuple[Sample, ...]:
        """Right, wrong and unreadable inputs that this question vouches for."""

    def answer(self, raw: str) -> Grade | Unreadable:
        """Read and grade in one go."""
        read = self.read(raw)
        return read if isinstance(read, Unreadable) else self.grade(read)


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template: what a lesson's YAML says. A subclass adds its kind's own keys."""

    kind: ClassVar[str]
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {}
    """Key → what its list is made of, so that a misspelt key inside can be named."""

    id: str
    concepts: tuple[str, ...] = ()
    """Empty means the lesson's own concepts, filled in when the lesson is read."""
    given: dict[str, Any] = {}
    """name → list of choices, or `{low, high, step}`: fresh numbers, drawn by seed."""
    where: tuple[str, ...] = ()
    """Conditions on the drawn numbers, such as `a != b`."""
    let: dict[str, Any] = {}
    """name → an expression in the names before it, or a run `{simulation, set, steps, value}`."""
    hints: tuple[str, ...] = ()
    why: str

    def instance(self, seed: int) -> Instance:
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression or a run in it does not compute.
        """
        raise NotImplementedError

    def check(self) -> list[str]:
        """Faults of this template that its types cannot say, each one line; empty when it is sound."""
        return []
