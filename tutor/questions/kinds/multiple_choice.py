"""`choices`: every right option and no other; each says why it is or is not."""

from typing import ClassVar

from tutor.questions.answers.labels import MAX_ENTRIES, duplicate_faults, read_letters
from tutor.questions.base import AnswerFormat, Grade, Instance, Sample, Unreadable
from tutor.questions.kinds.options import OptionsQuestion
from tutor.questions.marking import ByOptions
from tutor.questions.templates.proof import find_faults
from tutor.text.giveaways import contains_words, cut_before_answer
from tutor.text.numbers import counted
from tutor.text.sentences import join_sentences

MIN_CHOICES_SCORE = 0.5
"""A score below this becomes 0, so that ticking at random does not pay."""


class MultipleChoiceInstance(Instance, frozen=True, kw_only=True):
    """A `choices` question with its options in the order of this seed."""

    right: frozenset[int]
    """Indices of the right options."""

    @property
    def how(self) -> str:
        """How to answer: letters."""
        return f"the letters of all that are right, for example {self._letters(self._wrong_example())}"

    def _wrong_example(self) -> frozenset[int]:
        """The indices of two options that are not the answer, for an example that gives nothing away."""
        for last in reversed(range(len(self.options))):
            for first in range(last):
                if {first, last} != self.right:
                    return frozenset({first, last})
        return frozenset({0})

    @property
    def solution(self) -> str:
        """The letters of the right options."""
        return self._letters(self.right)

    def _letters(self, indices: frozenset[int]) -> str:
        """The labels of the options at `indices`: "a, c"."""
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
        """The share of the right options that are ticked, less that of the wrong options; 0 if the result is below ½.

        So ticking all or none earns nothing, and ticking at random earns something only by luck.
        """
        wrong_options = len(self.options) - len(self.right)
        right_share = len(answer & self.right) / len(self.right)
        wrong_share = len(answer - self.right) / wrong_options if wrong_options else 0.0
        score = right_share - wrong_share
        return score if score >= MIN_CHOICES_SCORE else 0.0

    def grade(self, answer: frozenset[int]) -> Grade:
        """The score of the letters, with the reason of each option that is wrong or missing."""
        score = self.score(answer)
        if score == 1.0:
            return Grade(1.0, "right", self.why)
        return Grade(score, "partly" if score else "wrong", self._describe_wrong_letters(answer))

    def _describe_wrong_letters(self, answer: frozenset[int]) -> str:
        """How many letters are right, and the reason of each that is wrong or missing."""
        sentences = [f"{self._count_right_words(answer)}."] if answer & self.right else []
        for index in sorted(answer - self.right):
            sentences.append(f"{self.options[index].label}) is not right: {self.whys[index]}")
        for index in sorted(self.right - answer):
            sentences.append(f"{self.options[index].label}) belongs to it: {self.whys[index]}")
        return " ".join(sentences)

    def right_parts(self, answer: frozenset[int]) -> tuple[str, ...]:
        """The typed letters that are right; empty if none of the right ones is missing: they would be the answer."""
        if not self.right - answer:
            return ()
        return tuple(self.options[index].label for index in sorted(answer & self.right))

    def first_try_feedback(self, answer: frozenset[int]) -> str:
        """How many letters are right and which, why the others are not, and how many are missing."""
        right_letters = self.right_parts(answer)
        named = f": {', '.join(right_letters)}" if right_letters else ""
        sentences = [f"{self._count_right_words(answer)}{named}"]
        missing = len(self.right - answer)
        if missing:
            sentences.append(f"{missing} more belong{'s' if missing == 1 else ''} to the answer")
            for index in sorted(answer - self.right):
                sentences.append(f"{self.options[index].label}) is not: {self.whys[index]}")
        return join_sentences(*(cut_before_answer(sentence, self.gives_away) for sentence in sentences))

    def _count_right_words(self, answer: frozenset[int]) -> str:
        """A sentence without its full stop: "2 of the 3 letters you gave are right"."""
        right = len(answer & self.right)
        if not right:
            return "None of what you gave is right"
        return f"{right} of the {counted(len(answer), 'letter')} you gave {'is' if right == 1 else 'are'} right"

    def gives_away(self, text: str) -> bool:
        """Whether `text` says a right option."""
        return any(contains_words(text, self.options[index].text) for index in self.right)

    def samples(self) -> tuple[Sample, ...]:
        """The right letters in two manners of writing, each wrong option alone, all options, and rubbish."""
        all_indices = frozenset(range(len(self.options)))
        wrong = sorted(all_indices - self.right)
        each_wrong_alone = (Sample(self.options[index].label, "wrong", self.whys[index]) for index in wrong)
        all_ticked = (Sample(self._letters(all_indices), "wrong"),) if wrong else ()
        return (
            Sample(self.solution, "right"),
            Sample(self.solution.replace(", ", ""), "right"),
            *each_wrong_alone,
            *all_ticked,
            Sample("zz", "unreadable", "letters"),
            Sample("", "unreadable", "letters"),
        )


class MultipleChoiceQuestion(OptionsQuestion, frozen=True, kw_only=True):
    """Several of several: one option at least is right, and one is wrong."""

    kind: ClassVar[str] = "choices"
    answer_format: ClassVar[AnswerFormat] = "multiple choice"
    usual_seconds: ClassVar[float] = 30.0

    def draw_instance(self, seed: int) -> MultipleChoiceInstance:
        """This question with its numbers drawn and its options shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        filled = self.fill_options(seed)
        return MultipleChoiceInstance(**filled.fields, right=frozenset(filled.right))

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = self.option_faults(3, MAX_ENTRIES)
        right_count = sum(option.right for option in self.options)
        if not 1 <= right_count < len(self.options):
            faults.append("one option at least must have `right: true`, and one not")
        return faults or find_faults(self, self.draw_instance, _duplicate_faults)


def _duplicate_faults(instance: MultipleChoiceInstance) -> list[str]:
    return duplicate_faults((" ".join(option.text.casefold().split()) for option in instance.options), "options")
