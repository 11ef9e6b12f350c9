"""`match`: find for each entry on the left the one on the right that belongs to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import ne
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
from tutor.reading.outcome import refuse_unprintable

_SEPARATOR = compile_lazily(r"[\s,;]+|\band\b")
_DIGIT = compile_lazily("[0-9]")
_PAIR = compile_lazily(r"\(?([0-9]{1,2}) ?(?:[-–:=.,)→]*>?|is|to|with) ?([A-Za-z])(?![A-Za-z])\)?")
_LETTER_FIRST = compile_lazily(r"(?<![0-9A-Za-z])([A-Za-z])(?: ?[-–:=]>? ?)?([0-9]{1,2})(?![0-9A-Za-z])")
"""`a1`, which means 1a; there is none if every letter has a number in front."""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two that belong together."""

    left: str
    right: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class MatchInstance(Instance):
    """A `match` question with both columns in the order of this seed."""

    correct: tuple[int, ...]
    """For each place the index of its option."""

    @property
    def how(self) -> str:
        """How to answer: a letter for each number."""
        first, second = (self.options[index].label for index in self._wrong_example())
        return f"a letter for each of the {len(self.places)} numbers, for example 1{first} 2{second} …"

    def _wrong_example(self) -> tuple[int, int]:
        """Options for the first two places, both wrong, so that the example of an answer gives nothing away."""
        count = len(self.options)
        pairs = ((first, second) for second in reversed(range(count)) for first in range(count) if first != second)
        return next((pair for pair in pairs if all(map(ne, pair, self.correct))), (0, 0))

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
        return ByPairs(pairs, tuple(option.text for at, option in enumerate(self.options) if at not in self.correct))

    def _format_pairs(self, answer: tuple[int, ...]) -> str:
        return " ".join(f"{place + 1}{self.options[index].label}" for place, index in enumerate(answer))

    def read(self, raw: str) -> tuple[int, ...] | Unreadable:
        """For each place the index of the option that was typed: `1b 2a 3c`, or `b a c`."""
        raw = _LETTER_FIRST.sub(r"\2\1", " ".join(plain_characters(join_lines(raw)).split()))
        refused = refuse_unprintable(raw, MAX_LETTERS_TEXT)
        if refused is not None:
            return refused if raw else Unreadable(f"Type {self.how}.")
        pairs = _PAIR.findall(raw)
        if pairs and not _SEPARATOR.sub("", _PAIR.sub("", raw)):
            return self._read_pairs(pairs)
        letters = [] if _DIGIT.search(raw) else read_letters(raw, self.options, self.how)
        if isinstance(letters, Unreadable):
            return letters
        return self._require_all_places(tuple(letters))

    def _read_pairs(self, pairs: list[tuple[str, str]]) -> tuple[int, ...] | Unreadable:
        """For each place the index of its option, from pairs of a number and a letter in any order."""
        numbers = [int(number) for number, _ in pairs]
        if sorted(numbers) != list(range(1, len(self.places) + 1)):
            return Unreadable(f"Each number needs one letter: type {self.how}.")
        letter_of = {int(number): letter for number, letter in pairs}
        in_order = " ".join(letter_of[number] for number in sorted(numbers))
        letters = read_letters(in_order, self.options, self.how)
        return letters if isinstance(letters, Unreadable) else self._require_all_places(tuple(letters))

    def _require_all_places(self, answer: tuple[int, ...]) -> tuple[int, ...] | Unreadable:
        if len(answer) != len(self.places):
            return Unreadable(f"That is not one letter for each number: type {self.how}.")
        return answer

    def grade(self, answer: tuple[int, ...]) -> Grade:
        """The share of right pairs beyond the one that luck gives."""
        hits = [typed == right for typed, right in zip(answer, self.correct, strict=True)]
        if all(hits):
            return Grade(1.0, "right", self.why)
        score = max(0.0, (sum(hits) - 1) / (len(hits) - 1))
        wrong = [
            f"{place + 1} does not go with {self.options[answer[place]].label}. {self.whys[place]}".rstrip()
            for place, hit in enumerate(hits)
            if not hit
        ]
        return Grade(score, "partly" if score else "wrong", " ".join(wrong))

    def right_parts(self, answer: tuple[int, ...]) -> tuple[str, ...]:
        """The numbers whose letters are right."""
        pairs = zip(self.places, answer, self.correct, strict=True)
        return tuple(place.label for place, typed, right in pairs if typed == right)

    def lead(self, answer: tuple[int, ...]) -> str:
        """How many pairs are right, and which."""
        right = self.right_parts(answer)
        if not right:
            return f"None of the {len(self.places)} pairs is right."
        verb = "is" if len(right) == 1 else "are"
        return f"{len(right)} of the {len(self.places)} pairs {verb} right: {', '.join(right)}."

    def samples(self) -> tuple[Sample, ...]:
        """The right pairs in two manners of writing, all of them moved on by one, and rubbish."""
        moved = (*self.correct[1:], self.correct[0])
        return (
            Sample(self.solution, "right"),
            Sample(" ".join(self.options[index].label for index in self.correct), "right"),
            Sample(self._format_pairs(moved), "wrong", self.whys[0]),
            Sample("zz", "unreadable", "letter"),
            Sample("1", "unreadable", "letter"),
            Sample("", "unreadable", "letter"),
        )


class MatchQuestion(Question, frozen=True, kw_only=True):
    """Pairs to find; `extra` entries on the right belong to none."""

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
        rights = shuffle_entries([*(pair.right for pair in self.pairs), *self.extra], f"{self.id}:{seed}:right")
        with error_context("ask"):
            prompt = fill(self.ask, names)
        with error_context("extra"):
            filled = {text: fill(text, names) for text in self.extra}
        with error_context("pairs"):
            lefts = [fill(pair.left, names) for pair in pairs]
            filled |= {pair.right: fill(pair.right, names) for pair in pairs}
            whys = tuple(fill(pair.why, names) for pair in pairs)
        return MatchInstance(
            **common_fields(self, seed, names),
            prompt=prompt,
            options=label_options([filled[text] for text in rights]),
            places=tuple(Option(str(number), text) for number, text in enumerate(lefts, 1)),
            correct=tuple(rights.index(pair.right) for pair in pairs),
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
