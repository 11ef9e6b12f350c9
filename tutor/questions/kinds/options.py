"""What the two kinds of choice have in common: options, each of which says why it is right or wrong."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import msgspec

from tutor.questions.answers.labels import label_options, shuffle_entries
from tutor.questions.base import Question
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.variants import draw_names


class ChoiceOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One option, whether it is right, and why."""

    text: str
    why: str
    right: bool = False


class FilledOptions(NamedTuple):
    """The options of a question with its numbers filled in, in the order of one seed."""

    fields: dict[str, Any]
    """Arguments for the instance's constructor: the common fields, `prompt`, `options` and `whys`."""
    right: tuple[int, ...]
    """Indices of the right options."""


class OptionsQuestion(Question, frozen=True, kw_only=True):
    """A question with options, each with its reason: the base class of `choice` (one is right) and `choices`."""

    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"options": ChoiceOption}

    ask: str
    options: tuple[ChoiceOption, ...]
    in_order: bool = False
    """Whether the options are shown in the order of the lesson, such as the lines of an argument."""

    def fill_options(self, seed: int) -> FilledOptions:
        """Draw the numbers by `seed`, fill the texts, and shuffle the options by `seed` unless `in_order` is set.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        names = draw_names(self, seed)
        ordered = self.options if self.in_order else shuffle_entries(self.options, f"{self.id}:{seed}:order")
        with error_context("ask"):
            prompt = fill(self.ask, names)
        with error_context("options"):
            options = label_options([fill(option.text, names) for option in ordered])
            whys = tuple(fill(option.why, names) for option in ordered)
        fields = {**common_fields(self, seed, names), "prompt": prompt, "options": options, "whys": whys}
        right = tuple(index for index, option in enumerate(ordered) if option.right)
        return FilledOptions(fields, right)

    def texts_before(self) -> Iterator[str]:
        """What is asked, hinted and offered."""
        yield from super().texts_before()
        yield from (option.text for option in self.options)

    def texts_after(self) -> Iterator[str]:
        """Why the answer is right, and the reason of each option."""
        yield from super().texts_after()
        yield from (option.why for option in self.options)

    def option_faults(self, fewest: int, most: int) -> list[str]:
        """Faults for fewer than `fewest` or more than `most` options, and for options without a reason."""
        faults = []
        if not fewest <= len(self.options) <= most:
            faults.append(f"options: give {fewest} to {most}, not {len(self.options)}")
        if not all(option.why.strip() for option in self.options):
            faults.append("every option needs a why, the right ones too")
        return faults
