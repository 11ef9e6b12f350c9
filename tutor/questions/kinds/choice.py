"""`choice`: one of several options is right, and each says why it is or is not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import msgspec

from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.answers.labels import duplicate_faults, label_options, shuffle_entries
from tutor.questions.base import AnswerFormat, Grade, Instance, Question, Sample, Unreadable
from tutor.questions.marking import ByOptions
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names
from tutor.reading.outcome import refuse_unprintable
from tutor.text.giveaways import contains_words

_BLANKS = compile_lazily(r"\s+")
_MARKS = compile_lazily(r"[$*`{}]")

MAX_CHOICE_TEXT = 300
"""The most characters of a typed choice."""
MAX_OPTIONS = 8
"""The most options to choose one from."""

_OPENING_WORDS = compile_lazily(
    (
        r"^(?:(?:i (?:think|choose|say|pick)|it is|it's|the|my|answer|option|choice|is)[ "
        r":]+)+"
    ),
    re.I,
)
_ENCLOSING_MARKS = " .?!\"'[]"


class ChoiceOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One option, whether it is right, and why."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True, kw_only=True)
class ChoiceInstance(Instance):
    """A `choice` question with its options in the order of this seed."""

    right: int
    """Index of the right option."""

    @property
    def how(self) -> str:
        """How to answer: a letter."""
        return f"one letter from a to {self.options[-1].label}"

    @property
    def solution(self) -> str:
        """The right option's letter and text."""
        option = self.options[self.right]
        return f"{option.label}) {option.text}"

    @property
    def marking(self) -> ByOptions:
        """One right option."""
        return ByOptions(frozenset({self.right}), is_single=True)

    def read(self, raw: str) -> int | Unreadable:
        """The index of the option that was typed, by letter, number or text."""
        raw = " ".join(plain_characters(join_lines(raw)).split())
        refused = refuse_unprintable(raw, MAX_CHOICE_TEXT)
        if refused is not None:
            return refused if raw else Unreadable(f"Type {self.how}.")
        typed = {_compact(raw), _compact(_OPENING_WORDS.sub("", raw).strip(_ENCLOSING_MARKS))}
        indices = {index for index in range(len(self.options)) if typed & self._spellings(index)}
        if len(indices) == 1:
            return indices.pop()
        if indices:
            return Unreadable(f"That could be more than one of the options: type {self.how}.")
        return Unreadable(f"That is none of the options: type {self.how}.")

    def _spellings(self, index: int) -> set[str]:
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

    @property
    def can_try_again(self) -> bool:
        """False with two options: the second try would be the answer."""
        return len(self.options) > 2

    def gives_away(self, text: str) -> bool:
        """Whether `text` says the right option."""
        return contains_words(_plain(text), _plain(self.options[self.right].text))

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


class FilledOptions(NamedTuple):
    """The options of a question with its numbers filled in, in the order of one seed."""

    fields: dict[str, Any]
    """What the instance takes over: its common fields, the prompt, the options and their reasons."""
    right: tuple[int, ...]
    """Indices of the right options."""


class OptionsQuestion(Question, frozen=True, kw_only=True):
    """A question with options, each with its reason: what `choice` and `choices` have in common."""

    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"options": ChoiceOption}

    ask: str
    options: tuple[ChoiceOption, ...]
    in_order: bool = False
    """Whether the options keep their order, as the lines of an argument do."""

    def fill_options(self, seed: int) -> FilledOptions:
        """The numbers drawn, the texts filled in and the options shuffled by `seed`, unless they keep their order.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        names = draw_names(self, seed)
        order = self.options if self.in_order else shuffle_entries(self.options, f"{self.id}:{seed}:order")
        with error_context("ask"):
            prompt = fill(self.ask, names)
        with error_context("options"):
            options = label_options([fill(item.text, names) for item in order])
            whys = tuple(fill(item.why, names) for item in order)
        fields = common_fields(self, seed, names) | {"prompt": prompt, "options": options, "whys": whys}
        return FilledOptions(fields, tuple(index for index, item in enumerate(order) if item.right))

    def texts_before(self) -> Iterator[str]:
        """What is asked, hinted and offered."""
        yield from super().texts_before()
        yield from (option.text for option in self.options)

    def texts_after(self) -> Iterator[str]:
        """Why the answer is right, and the reason of each option."""
        yield from super().texts_after()
        yield from (option.why for option in self.options)

    def option_faults(self, fewest: int, most: int) -> list[str]:
        """Too few or too many options, and options without a reason."""
        faults = []
        if not fewest <= len(self.options) <= most:
            faults.append(f"options: give {fewest} to {most}, not {len(self.options)}")
        if not all(option.why.strip() for option in self.options):
            faults.append("every option needs a why, the right ones too")
        return faults


class ChoiceQuestion(OptionsQuestion, frozen=True, kw_only=True):
    """One of several: exactly one option is right."""

    kind: ClassVar[str] = "choice"
    answer_format: ClassVar[AnswerFormat] = "single choice"
    usual_seconds: ClassVar[float] = 20.0

    def draw_instance(self, seed: int) -> ChoiceInstance:
        """This question with its numbers drawn and its options shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        filled = self.fill_options(seed)
        return ChoiceInstance(**filled.fields, right=next(iter(filled.right), 0))

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = self.option_faults(2, MAX_OPTIONS)
        right = sum(option.right for option in self.options)
        if right != 1:
            faults.append(f"exactly one option must have `right: true`; {f'{right} have' if right else 'none has'} it")
        return faults or find_faults(self, self.draw_instance, _duplicate_options)


def _duplicate_options(instance: ChoiceInstance) -> list[str]:
    return duplicate_faults((_plain(option.text) for option in instance.options), "options")


def _compact(text: str) -> str:
    """`text` for comparing without any spaces."""
    return _plain(text).replace(" ", "").replace("−", "-")


def _plain(text: str) -> str:
    """`text` for comparing: without case, spacing, formula marks, emphasis or a last full stop."""
    bare = _MARKS.sub("", plain_characters(text))
    return _BLANKS.sub(" ", bare).strip().removesuffix(".").strip().casefold()
