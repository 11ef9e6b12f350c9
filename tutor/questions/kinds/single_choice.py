"""`choice`: one of several options is right, and each says why it is or is not."""

import re
from typing import ClassVar

from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.answers.labels import duplicate_faults
from tutor.questions.base import AnswerFormat, Grade, Instance, Sample, Unreadable
from tutor.questions.kinds.options import OptionsQuestion
from tutor.questions.marking import ByOptions
from tutor.questions.templates.proof import find_faults
from tutor.reading.outcome import refuse_unusable
from tutor.text.giveaways import contains_words

_BLANKS = compile_lazily(r"\s+")
_MARKDOWN_MARKS = compile_lazily(r"[$*`{}]")

MAX_CHOICE_TEXT = 300
"""The most characters of a typed choice."""
MAX_OPTIONS = 8
"""The most options to choose one from."""

_OPENING_WORDS = compile_lazily(
    r"^(?:(?:i (?:think|choose|say|pick)|it is|it's|the|my|answer|option|choice|is)[ :]+)+", re.I
)
"""Words that may be typed before an option, such as "I think it is" or "my answer:"."""
_ENCLOSING_MARKS = " .?!\"'[]"


class SingleChoiceInstance(Instance, frozen=True, kw_only=True):
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
        typed = " ".join(plain_characters(join_lines(raw)).split())
        refusal = refuse_unusable(typed, MAX_CHOICE_TEXT, when_empty=f"Type {self.how}.")
        if refusal is not None:
            return refusal
        without_opening = _OPENING_WORDS.sub("", typed).strip(_ENCLOSING_MARKS)
        readings = {_compact(typed), _compact(without_opening)}  # both, since an option may begin with such words
        matching = [index for index in range(len(self.options)) if readings & self._spellings(index)]
        if not matching:
            return Unreadable(f"That is none of the options: type {self.how}.")
        if len(matching) > 1:
            return Unreadable(f"That could be more than one of the options: type {self.how}.")
        return matching[0]

    def _spellings(self, index: int) -> set[str]:
        """Everything that may be typed for the option at `index`, in the form that `_compact` gives.

        For option b with the text "Two": b, 2, b), b., b:, (b), 2) and so on; two; b)two and so on; btwo; b-two.
        """
        label, number = self.options[index].label, str(index + 1)
        text = _compact(self.options[index].text)
        marked = {f"{name}{mark}" for name in (label, number) for mark in (")", ".", ":")}
        marked |= {f"({label})", f"({number})"}
        marked_with_text = {name + text for name in marked}
        with_dash = _compact(f"{label} - {self.options[index].text}")
        return {label, number, *marked, text, *marked_with_text, label + text, with_dash}

    def grade(self, answer: int) -> Grade:
        """All or nothing, with the chosen option's own reason."""
        is_right = answer == self.right
        return Grade(float(is_right), "right" if is_right else "wrong", self.whys[answer])

    @property
    def can_try_again(self) -> bool:
        """False with two options: the second try would be the answer."""
        return len(self.options) > 2

    def gives_away(self, text: str) -> bool:
        """Whether `text` says the right option."""
        return contains_words(_plain(text), _plain(self.options[self.right].text))

    def samples(self) -> tuple[Sample, ...]:
        """Every option by its letter, the right one by its text too, and two texts that name no option."""
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


class SingleChoiceQuestion(OptionsQuestion, frozen=True, kw_only=True):
    """One of several: exactly one option is right."""

    kind: ClassVar[str] = "choice"
    answer_format: ClassVar[AnswerFormat] = "single choice"
    usual_seconds: ClassVar[float] = 20.0

    def draw_instance(self, seed: int) -> SingleChoiceInstance:
        """This question with its numbers drawn and its options shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        filled = self.fill_options(seed)
        right = filled.right[0] if filled.right else 0  # `check` reports a question without a right option
        return SingleChoiceInstance(**filled.fields, right=right)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = self.option_faults(2, MAX_OPTIONS)
        right_count = sum(option.right for option in self.options)
        if right_count != 1:
            how_many = f"{right_count} have" if right_count else "none has"
            faults.append(f"exactly one option must have `right: true`; {how_many} it")
        return faults or find_faults(self, self.draw_instance, _duplicate_faults)


def _duplicate_faults(instance: SingleChoiceInstance) -> list[str]:
    return duplicate_faults((_plain(option.text) for option in instance.options), "options")


def _compact(text: str) -> str:
    """The form in which texts are compared: the result of `_plain` without spaces, and with a hyphen for a minus."""
    return _plain(text).replace(" ", "").replace("−", "-")


def _plain(text: str) -> str:
    """`text` in lower case, with single spaces, and without dollar signs, emphasis or a full stop at the end."""
    bare = _MARKDOWN_MARKS.sub("", plain_characters(text))
    return _BLANKS.sub(" ", bare).strip().removesuffix(".").strip().casefold()
