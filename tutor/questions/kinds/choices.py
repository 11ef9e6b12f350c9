"""`choices`: every right option and no other; each says why it is or is not."""

from dataclasses import dataclass
from typing import ClassVar

from tutor.questions.answers.labels import MAX_ENTRIES, duplicate_faults, read_letters
from tutor.questions.base import AnswerFormat, Grade, Instance, Sample, Unreadable
from tutor.questions.kinds.choice import OptionsQuestion
from tutor.questions.marking import ByOptions
from tutor.questions.templates.proof import find_faults
from tutor.text.giveaways import contains_words, without_answer
from tutor.text.numbers import counted
from tutor.text.sentences import join_sentences

MIN_CHOICES_SCORE = 0.5
"""A score below this is worth nothing, so that ticking at random does not pay."""


@dataclass(frozen=True, kw_only=True)
class ChoicesInstance(Instance):
    """A `choices` question with its options in the order of this seed."""

    right: frozenset[int]
    """Indices of the right options."""

    @property
    def how(self) -> str:
        """How to answer: letters."""
        count = len(self.options)
        pairs = (frozenset({first, last}) for last in reversed(range(count)) for first in range(last))
        example = next((pair for pair in pairs if pair != self.right), frozenset({0}))
        return f"the letters of all that are right, for example {self._letters(example)}"

    @property
    def solution(self) -> str:
        """The letters of the right options."""
        return self._letters(self.right)

    def _letters(self, indices: frozenset[int]) -> str:
        return ", ".join(self.options[index].label for index in sorted(indices))

    @property
    def marking(self) -> ByOptions:
        """The right options."""
        return ByOptions(self.right, is_single=False)

    def read(self, raw: str) -> frozenset[int] | Unreadable:
        """The indices of the options that were typed."""
        indices = read_letters(raw, self.options, self.how)
        return indices if isinstance(indices, Unreadable) else frozenset(indices)

    def score(self, answer: frozenset[int]) -> float:
        """The share of the right ones found less the share of the wrong ones taken; under a half it is nothing.

        So ticking all, none, or at random gains nothing on average beyond luck.
        """
        wrong = len(self.options) - len(self.right)
        right_share = len(answer & self.right) / len(self.right)
        wrong_share = len(answer - self.right) / wrong if wrong else 0.0
        return right_share - wrong_share if right_share - wrong_share >= MIN_CHOICES_SCORE else 0.0

    def grade(self, answer: frozenset[int]) -> Grade:
        """The worth of the letters, with the reason of each option that is wrong or missing."""
        score = self.score(answer)
        if score == 1.0:
            return Grade(1.0, "right", self.why)
        return Grade(score, "partly" if score else "wrong", self._describe_wrong_letters(answer))

    def _describe_wrong_letters(self, answer: frozenset[int]) -> str:
        """How many letters are right, and the reason of each that is wrong or missing."""
        reasons = [f"{self._describe_right_letters(answer)}."] if answer & self.right else []
        reasons += [
            f"{self.options[index].label}) is not right: {self.whys[index]}" for index in sorted(answer - self.right)
        ]
        reasons += [
            f"{self.options[index].label}) belongs to it: {self.whys[index]}" for index in sorted(self.right - answer)
        ]
        return " ".join(reasons)

    def right_parts(self, answer: frozenset[int]) -> tuple[str, ...]:
        """The letters that were given and are right; none once all are among them, since that would be the answer."""
        found = sorted(answer & self.right) if self.right - answer else []
        return tuple(self.options[index].label for index in found)

    def lead(self, answer: frozenset[int]) -> str:
        """How many letters are right and which, why the others are not, and how many are missing."""
        missing = len(self.right - answer)
        named = f": {', '.join(self.right_parts(answer))}" if answer & self.right and missing else ""
        sentences = [f"{self._describe_right_letters(answer)}{named}"]
        if missing:
            sentences.append(f"{missing} more belong{'s' * (missing == 1)} to the answer")
            sentences += [
                f"{self.options[index].label}) is not: {self.whys[index]}" for index in sorted(answer - self.right)
            ]
        return join_sentences(*(without_answer(part, self.gives_away) for part in sentences))

    def _describe_right_letters(self, answer: frozenset[int]) -> str:
        right = len(answer & self.right)
        if not right:
            return "None of what you gave is right"
        return f"{right} of the {counted(len(answer), 'letter')} you gave {'is' if right == 1 else 'are'} right"

    def gives_away(self, text: str) -> bool:
        """Whether `text` says a right option."""
        return any(contains_words(text, self.options[index].text) for index in self.right)

    def samples(self) -> tuple[Sample, ...]:
        """The right letters, each wrong option alone and added, all options, and rubbish."""
        every = frozenset(range(len(self.options)))
        wrong = sorted(every - self.right)
        alone = (Sample(self.options[index].label, "wrong", self.whys[index]) for index in wrong)
        every_option = (Sample(self._letters(every), "wrong"),) if wrong else ()
        return (
            Sample(self.solution, "right"),
            Sample(self.solution.replace(", ", ""), "right"),
            *alone,
            *every_option,
            Sample("zz", "unreadable", "letters"),
            Sample("", "unreadable", "letters"),
        )


class ChoicesQuestion(OptionsQuestion, frozen=True, kw_only=True):
    """Several of several: one option at least is right, and one is wrong."""

    kind: ClassVar[str] = "choices"
    answer_format: ClassVar[AnswerFormat] = "multiple choice"
    usual_seconds: ClassVar[float] = 30.0

    def draw_instance(self, seed: int) -> ChoicesInstance:
        """This question with its numbers drawn and its options shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        filled = self.fill_options(seed)
        return ChoicesInstance(**filled.fields, right=frozenset(filled.right))

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = self.option_faults(3, MAX_ENTRIES)
        right = sum(option.right for option in self.options)
        if not 1 <= right < len(self.options):
            faults.append("one option at least must have `right: true`, and one not")
        return faults or find_faults(self, self.draw_instance, _duplicate_options)


def _duplicate_options(instance: ChoicesInstance) -> list[str]:
    return duplicate_faults((" ".join(option.text.casefold().split()) for option in instance.options), "options")
