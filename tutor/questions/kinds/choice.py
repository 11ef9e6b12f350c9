"""`choice`: one of several options is right, and each says why it is or is not."""

import random
import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import ClassVar

import msgspec

from tutor.expressions.source import one_line, plain_characters
from tutor.patterns import late
from tutor.questions.base import Grade, Instance, Option, Picks, Question, Sample, Unreadable
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill
from tutor.questions.templates.variants import draw
from tutor.reading.answers import refuse_unprintable

_BLANKS = late(r"\s+")
_MARKS = late(r"[$*`{}]")

LENGTH = 300
"""The most characters a typed choice may have."""
MOST = 8
"""The most options a question may offer."""

_LEAD = late(r"^(?:(?:i (?:think|choose|say|pick)|it is|it's|the|my|answer|option|choice|is)[ :]+)+", re.I)
_AROUND = " .?!\"'[]"


class Alternative(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One option, whether it is right, and why."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True, kw_only=True)
class ChoiceInstance(Instance):
    """A `choice` question with its options in the order of this seed."""

    kind: ClassVar[str] = "choice"
    picks: ClassVar[Picks] = "one"

    right: int
    """Index of the right option."""
    whys: tuple[str, ...]
    """For each option why it is right or wrong."""

    @property
    def how(self) -> str:
        """How to answer: a letter."""
        return f"one letter from a to {self.options[-1].label}"

    @property
    def solution(self) -> str:
        """The right option's letter and text."""
        option = self.options[self.right]
        return f"{option.label}) {option.text}"

    def read(self, raw: str) -> int | Unreadable:
        """The index of the option that was typed, by letter, number or text."""
        raw = " ".join(plain_characters(one_line(raw)).split())
        refused = refuse_unprintable(raw, LENGTH)
        if refused is not None:
            return refused if raw else Unreadable(f"Type {self.how}.")
        typed = {_compact(raw), _compact(_LEAD.sub("", raw).strip(_AROUND))}
        meant = {index for index in range(len(self.options)) if typed & self._ways(index)}
        if len(meant) == 1:
            return meant.pop()
        if meant:
            return Unreadable(f"That could be more than one of the options: type {self.how}.")
        return Unreadable(f"That is none of the options: type {self.how}.")

    def _ways(self, index: int) -> set[str]:
        """Everything that may be typed for the option at `index`."""
        option, number = self.options[index], str(index + 1)
        text = _compact(option.text)
        marks = {f"{name}{mark}" for name in (option.label, number) for mark in (")", ".", ":")}
        marks |= {f"({option.label})", f"({number})"}
        beside = _compact(f"{option.label} - {option.text}")
        return {option.label, number, *marks, text, *(mark + text for mark in marks), option.label + text, beside}

    def grade(self, answer: int) -> Grade:
        """All or nothing, with the chosen option's own reason."""
        right = answer == self.right
        return Grade(float(right), "right" if right else "wrong", self.whys[answer])

    def samples(self) -> tuple[Sample, ...]:
        """Every option by its letter, the right one by its text, and two that name none."""
        letters = (
            Sample(option.label, "right" if index == self.right else "wrong", self.whys[index])
            for index, option in enumerate(self.options)
        )
        return (
            *letters,
            Sample(self.solution, "right"),
            Sample("zz", "unreadable", self.how),
            Sample("", "unreadable", self.how),
        )


class Choice(Question, frozen=True, kw_only=True):
    """One of several: exactly one option is right."""

    kind: ClassVar[str] = "choice"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"options": Alternative}

    ask: str
    options: tuple[Alternative, ...]

    def instance(self, seed: int) -> ChoiceInstance:
        """This question with its numbers drawn and its options shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        names = draw(self, seed)
        order = list(self.options)
        random.Random(f"{self.id}:{seed}:order").shuffle(order)
        labels = ascii_lowercase[: len(order)]
        with at("ask"):
            prompt = fill(self.ask, names)
        with at("options"):
            options = tuple(map(Option, labels, (fill(item.text, names) for item in order)))
            whys = tuple(fill(item.why, names) for item in order)
        return ChoiceInstance(
            **shared(self, seed, names),
            prompt=prompt,
            options=options,
            right=next((index for index, item in enumerate(order) if item.right), 0),
            whys=whys,
        )

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = []
        if not 2 <= len(self.options) <= MOST:
            faults.append(f"options: give 2 to {MOST}, not {len(self.options)}")
        right = sum(option.right for option in self.options)
        if right != 1:
            faults.append(f"exactly one option must have `right: true`; {f'{right} have' if right else 'none has'} it")
        if not all(option.why.strip() for option in self.options):
            faults.append("every option needs a why, the right one too")
        return faults or faults_of(self, self.instance, _same_options)


def _same_options(instance: ChoiceInstance) -> list[str]:
    texts = [_flat(option.text) for option in instance.options]
    return [f"two options read the same: {text}" for text in dict.fromkeys(texts) if texts.count(text) > 1]


def _compact(text: str) -> str:
    """`text` for comparing without any spaces."""
    return _flat(text).replace(" ", "").replace("−", "-")


def _flat(text: str) -> str:
    """`text` for comparing: without case, spacing, formula marks, emphasis or a last full stop."""
    bare = _MARKS.sub("", plain_characters(text))
    return _BLANKS.sub(" ", bare).strip().removesuffix(".").strip().casefold()
