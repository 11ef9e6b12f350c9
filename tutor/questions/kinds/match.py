"""`match`: find for each entry on the left the one on the right that belongs to it."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.answers.labels import (
    MAX_ENTRIES,
    MAX_LETTERS_TEXT,
    duplicate_faults,
    label_options,
    read_letters,
    shuffle_entries,
)
from tutor.questions.base import AnswerFormat, Grade, Instance, Option, Question, Sample, Unreadable
from tutor.questions.marking import ByPairs
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names
from tutor.reading.outcome import refuse_unusable

_SEPARATOR = compile_lazily(r"[\s,;]+|\band\b")
_DIGIT = compile_lazily("[0-9]")
_NUMBER_AND_LETTER = compile_lazily(r"\(?([0-9]{1,2}) ?(?:[-–:=.,)→]*>?|is|to|with) ?([A-Za-z])(?![A-Za-z])\)?")
_LETTER_AND_NUMBER = compile_lazily(r"(?<![0-9A-Za-z])([A-Za-z])(?: ?[-–:=]>? ?)?([0-9]{1,2})(?![0-9A-Za-z])")
"""Matches `a1`, which means 1a; but nothing in `1a2b`, since there each letter has a number before it."""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two texts that belong together."""

    left: str
    right: str
    why: str = ""


class MatchInstance(Instance, frozen=True, kw_only=True):
    """A `match` question with both columns in the order of this seed."""

    correct: tuple[int, ...]
    """For each place, the index of the option that belongs there."""

    @property
    def how(self) -> str:
        """How to answer: a letter for each number."""
        first, second = (self.options[index].label for index in self._wrong_example())
        return f"a letter for each of the {len(self.places)} numbers, for example 1{first} 2{second} …"

    def _wrong_example(self) -> tuple[int, int]:
        """The indices of wrong options for the first two places, for an example that gives nothing away."""
        count = len(self.options)
        for second in reversed(range(count)):
            for first in range(count):
                chosen_and_right = zip((first, second), self.correct, strict=False)  # only the first two places
                are_all_wrong = all(chosen != right for chosen, right in chosen_and_right)
                if first != second and are_all_wrong:
                    return first, second
        return 0, 0  # too few options, which `check` reports

    @property
    def solution(self) -> str:
        """The right letter for each number."""
        return self._format_pairs(self.correct)

    @property
    def marking(self) -> ByPairs:
        """The right option for each place."""
        pairs = tuple(
            (place.text, self.options[index].text) for place, index in zip(self.places, self.correct, strict=True)
        )
        extra = tuple(option.text for index, option in enumerate(self.options) if index not in self.correct)
        return ByPairs(pairs, extra)

    def _format_pairs(self, answer: tuple[int, ...]) -> str:
        """An answer as one types it: `1b 2a 3c`."""
        return " ".join(f"{number}{self.options[index].label}" for number, index in enumerate(answer, 1))

    def read(self, raw: str) -> tuple[int, ...] | Unreadable:
        """Read an answer such as `1b 2a 3c` or `b a c`; returns the index of the option for each place."""
        typed = " ".join(plain_characters(join_lines(raw)).split())
        line = _LETTER_AND_NUMBER.sub(r"\2\1", typed)  # `a1` means 1a
        refusal = refuse_unusable(line, MAX_LETTERS_TEXT, when_empty=f"Type {self.how}.")
        if refusal is not None:
            return refusal
        pairs = _NUMBER_AND_LETTER.findall(line)
        has_only_pairs = not _SEPARATOR.sub("", _NUMBER_AND_LETTER.sub("", line))
        if pairs and has_only_pairs:
            return self._read_pairs(pairs)
        if _DIGIT.search(line):
            return self._not_one_letter_each()
        return self._read_letters(line)

    def _read_pairs(self, pairs: list[tuple[str, str]]) -> tuple[int, ...] | Unreadable:
        """Read pairs of a number and a letter, in any order; returns the index of the option for each place."""
        letter_of = {int(number): letter for number, letter in pairs}
        numbers = range(1, len(self.places) + 1)
        if len(pairs) != len(numbers) or letter_of.keys() != set(numbers):
            return Unreadable(f"Each number needs one letter: type {self.how}.")
        return self._read_letters(" ".join(letter_of[number] for number in numbers))

    def _read_letters(self, letters: str) -> tuple[int, ...] | Unreadable:
        """Read letters alone, in the order of the places; returns the index of the option for each place."""
        indices = read_letters(letters, self.options, self.how)
        if isinstance(indices, Unreadable):
            return indices
        return tuple(indices) if len(indices) == len(self.places) else self._not_one_letter_each()

    def _not_one_letter_each(self) -> Unreadable:
        return Unreadable(f"That is not one letter for each number: type {self.how}.")

    def grade(self, answer: tuple[int, ...]) -> Grade:
        """Score the share of right pairs, less one pair: a random answer has one right on average."""
        are_right = [typed == right for typed, right in zip(answer, self.correct, strict=True)]
        if all(are_right):
            return Grade(1.0, "right", self.why)
        score = max(0.0, (sum(are_right) - 1) / (len(are_right) - 1))
        wrong_places = [place for place, is_right in enumerate(are_right) if not is_right]
        sentences = [
            f"{place + 1} does not go with {self.options[answer[place]].label}. {self.whys[place]}".rstrip()
            for place in wrong_places
        ]
        return Grade(score, "partly" if score else "wrong", " ".join(sentences))

    def right_parts(self, answer: tuple[int, ...]) -> tuple[str, ...]:
        """The labels of the places whose option is right: their numbers."""
        rows = zip(self.places, answer, self.correct, strict=True)
        return tuple(place.label for place, typed, right in rows if typed == right)

    def first_try_feedback(self, answer: tuple[int, ...]) -> str:
        """How many pairs are right, and which."""
        right = self.right_parts(answer)
        if not right:
            return f"None of the {len(self.places)} pairs is right."
        verb = "is" if len(right) == 1 else "are"
        return f"{len(right)} of the {len(self.places)} pairs {verb} right: {', '.join(right)}."

    def samples(self) -> tuple[Sample, ...]:
        """The right pairs in two manners of writing, each place with its neighbour's option, and rubbish."""
        rotated = (*self.correct[1:], self.correct[0])  # so that no place is right
        return (
            Sample(self.solution, "right"),
            Sample(" ".join(self.options[index].label for index in self.correct), "right"),
            Sample(self._format_pairs(rotated), "wrong", self.whys[0]),
            Sample("zz", "unreadable", "letter"),
            Sample("1", "unreadable", "letter"),
            Sample("", "unreadable", "letter"),
        )


class MatchQuestion(Question, frozen=True, kw_only=True):
    """Pairs to find; the right column also has the `extra` entries, which belong to no pair."""

    kind: ClassVar[str] = "match"
    answer_format: ClassVar[AnswerFormat] = "pairs"
    usual_seconds: ClassVar[float] = 40.0
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"pairs": Pair}

    ask: str
    pairs: tuple[Pair, ...]
    extra: tuple[str, ...] = ()

    def draw_instance(self, seed: int) -> MatchInstance:
        """This question with its numbers drawn and both columns shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        names = draw_names(self, seed)
        pairs = shuffle_entries(self.pairs, f"{self.id}:{seed}:left")
        right_texts = shuffle_entries([*(pair.right for pair in self.pairs), *self.extra], f"{self.id}:{seed}:right")
        with error_context("ask"):
            prompt = fill(self.ask, names)
        # Text of the right column, as the lesson writes it → the text with the numbers. `extra` and `pairs` are filled
        # separately, before they are shuffled together, so that an error names the right key.
        filled_texts: dict[str, str] = {}
        with error_context("extra"):
            filled_texts |= {text: fill(text, names) for text in self.extra}
        with error_context("pairs"):
            left_texts = [fill(pair.left, names) for pair in pairs]
            filled_texts |= {pair.right: fill(pair.right, names) for pair in pairs}
            whys = tuple(fill(pair.why, names) for pair in pairs)
        return MatchInstance(
            **common_fields(self, seed, names),
            prompt=prompt,
            options=label_options([filled_texts[text] for text in right_texts]),
            places=tuple(Option(str(number), text) for number, text in enumerate(left_texts, 1)),
            correct=tuple(right_texts.index(pair.right) for pair in pairs),
            whys=whys,
        )

    def texts_before(self) -> Iterator[str]:
        """What is asked, hinted and offered in both columns."""
        yield from super().texts_before()
        yield from self.extra
        yield from (text for pair in self.pairs for text in (pair.left, pair.right))

    def texts_after(self) -> Iterator[str]:
        """Why the answer is right, and the reason of each pair."""
        yield from super().texts_after()
        yield from (pair.why for pair in self.pairs)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = []
        if len(self.pairs) < 3 or len(self.pairs) + len(self.extra) > MAX_ENTRIES:
            faults.append(f"give 3 pairs at least, and {MAX_ENTRIES} entries on the right at most")
        return faults or find_faults(self, self.draw_instance, _duplicate_entries)


def _duplicate_entries(instance: MatchInstance) -> list[str]:
    faults = []
    for side, entries in (("left", instance.places), ("right", instance.options)):
        faults += duplicate_faults((entry.text for entry in entries), f"on the {side}")
    return faults
