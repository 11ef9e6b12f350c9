"""`choices`: every right option and no other; each says why it is or is not."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec

from tutor.questions.answers.labels import MOST, offered, read_letters, shuffled
from tutor.questions.base import Grade, Instance, Picks, Question, Sample, Unreadable
from tutor.questions.kinds.choice import Alternative
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill
from tutor.questions.templates.variants import draw

LEAST = 0.5
"""Less than this is worth nothing, so that ticking at random does not pay."""


@dataclass(frozen=True, kw_only=True)
class ChoicesInstance(Instance):
    """A `choices` question with its options in the order of this seed."""

    kind: ClassVar[str] = "choices"
    picks: ClassVar[Picks] = "several"

    right: frozenset[int]
    """Indices of the right options."""
    whys: tuple[str, ...]

    @property
    def how(self) -> str:
        """How to answer: letters."""
        return f"the letters of all that are right, for example a, {self.options[-1].label}"

    @property
    def solution(self) -> str:
        """The letters of the right options."""
        return self._letters(self.right)

    def _letters(self, indices: frozenset[int]) -> str:
        return ", ".join(self.options[index].label for index in sorted(indices))

    def read(self, raw: str) -> frozenset[int] | Unreadable:
        """The indices of the options that were typed."""
        found = read_letters(raw, self.options, self.how)
        return found if isinstance(found, Unreadable) else frozenset(found)

    def score(self, answer: frozenset[int]) -> float:
        """The share of the right ones found less the share of the wrong ones taken; under a half it is nothing.

        So ticking all, none, or at random gains nothing on average beyond luck.
        """
        wrong = len(self.options) - len(self.right)
        found = len(answer & self.right) / len(self.right)
        taken = len(answer - self.right) / wrong if wrong else 0.0
        return found - taken if found - taken >= LEAST else 0.0

    def grade(self, answer: frozenset[int]) -> Grade:
        """The worth of the letters, with the reason of each option that is wrong or missing."""
        score = self.score(answer)
        if score == 1.0:
            return Grade(1.0, "right", self.why)
        return Grade(score, "partly" if score else "wrong", self._said_to(answer))

    def _said_to(self, answer: frozenset[int]) -> str:
        said = [
            f"{self.options[index].label}) is not right: {self.whys[index]}" for index in sorted(answer - self.right)
        ]
        said += [
            f"{self.options[index].label}) belongs to it: {self.whys[index]}" for index in sorted(self.right - answer)
        ]
        return " ".join(said)

    def samples(self) -> tuple[Sample, ...]:
        """The right letters, each wrong option alone and added, all options, and rubbish."""
        every = frozenset(range(len(self.options)))
        wrong = sorted(every - self.right)
        alone = (Sample(self.options[index].label, "wrong", self.whys[index]) for index in wrong)
        all_ = (Sample(self._letters(every), "wrong"),) if wrong else ()
        return (
            Sample(self.solution, "right"),
            Sample(self.solution.replace(", ", ""), "right"),
            *alone,
            *all_,
            Sample("zz", "unreadable", "letters"),
            Sample("", "unreadable", "letters"),
        )


class Choices(Question, frozen=True, kw_only=True):
    """Several of several: one option at least is right, and one is wrong."""

    kind: ClassVar[str] = "choices"
    picks: ClassVar[Picks] = "several"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"options": Alternative}

    ask: str
    options: tuple[Alternative, ...]

    def instance(self, seed: int) -> ChoicesInstance:
        """This question with its numbers drawn and its options shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        names = draw(self, seed)
        order = shuffled(self.options, f"{self.id}:{seed}:order")
        with at("ask"):
            prompt = fill(self.ask, names)
        with at("options"):
            options = offered([fill(item.text, names) for item in order])
            whys = tuple(fill(item.why, names) for item in order)
        return ChoicesInstance(
            **shared(self, seed, names),
            prompt=prompt,
            options=options,
            right=frozenset(index for index, item in enumerate(order) if item.right),
            whys=whys,
        )

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = []
        if not 3 <= len(self.options) <= MOST:
            faults.append(f"options: give 3 to {MOST}, not {len(self.options)}")
        right = sum(option.right for option in self.options)
        if not 1 <= right < len(self.options):
            faults.append("one option at least must have `right: true`, and one not")
        if not all(option.why.strip() for option in self.options):
            faults.append("every option needs a why, the right ones too")
        return faults or faults_of(self, self.instance, _twins)


def _twins(instance: ChoicesInstance) -> list[str]:
    texts = [" ".join(option.text.casefold().split()) for option in instance.options]
    return [f"two options read the same: {text}" for text in dict.fromkeys(texts) if texts.count(text) > 1]
