"""`order`: put the items in an order; any that keeps to what needs what is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from tutor.errors import ChainruleError
from tutor.questions.answers.labels import MOST, offered, read_letters, shuffled
from tutor.questions.base import Grade, Instance, Option, Picks, Question, Sample, Unreadable
from tutor.questions.kinds import ordering
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill
from tutor.questions.templates.variants import draw
from tutor.text.sentences import join_words


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item, and the ids of the items that come before it."""

    id: str
    text: str
    after: tuple[str, ...] = ()
    why: str = ""


class Distractor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What does not belong into the order, and why."""

    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class OrderInstance(Instance):
    """An `order` question with its items in the order of this seed."""

    kind: ClassVar[str] = "order"
    picks: ClassVar[Picks] = "order"

    order: ordering.Order
    """Over the letters of the items."""
    whys: tuple[str, ...]
    """For each option why it stands where it does, or does not belong."""

    @property
    def how(self) -> str:
        """How to answer: letters in a row."""
        few = "" if len(self.order.before) == len(self.options) else ", leaving out what does not belong"
        return f"the letters in order, for example {' '.join(option.label for option in self.options[:3])} …{few}"

    @property
    def solution(self) -> str:
        """One right order."""
        return " ".join(sorted(self.order.before, key=lambda item: (len(self.order.before[item]), item)))

    def read(self, raw: str) -> tuple[str, ...] | Unreadable:
        """The letters that were typed, in their order."""
        found = read_letters(raw, self.options, self.how)
        if isinstance(found, Unreadable):
            return found
        letters = tuple(self.options[index].label for index in found)
        twice = next((letter for letter in letters if letters.count(letter) > 1), None)
        return Unreadable(f"'{twice}' is there twice: type each letter once.") if twice else letters

    def grade(self, answer: tuple[str, ...]) -> Grade:
        """One part in n less for each letter to put in or take out."""
        score = self.order.score(answer)
        if score == 1.0:
            return Grade(1.0, "right", self.why)
        return Grade(score, "partly" if score else "wrong", self._said_to(answer))

    def _said_to(self, answer: Sequence[str]) -> str:
        """What is wrong first, with its reason."""
        whys = dict(zip((option.label for option in self.options), self.whys, strict=True))
        done: set[str] = set()
        for letter in answer:
            if letter not in self.order.before:
                return f"{letter}) does not belong: {whys[letter]}"
            early = self.order.before[letter] & set(answer) - done
            if early:
                return f"{letter}) comes too early: {min(early)}) has to come before it. {whys[letter]}".rstrip()
            done.add(letter)
        left = sorted(self.order.before.keys() - done)
        missing = join_words(left)
        return f"What you gave is in order, but {missing} {'is' if len(left) == 1 else 'are'} missing."

    def samples(self) -> tuple[Sample, ...]:
        """A right order, the same backwards, each distractor, and rubbish."""
        letters = self.solution.split()
        strangers = (
            Sample(f"{option.label} {self.solution}", "partly", self.whys[index])
            for index, option in enumerate(self.options)
            if option.label not in self.order.before
        )
        return (
            Sample(self.solution, "right"),
            Sample("".join(letters), "right"),
            Sample(next(option.label for option in self.options if self._worthless(option)), "wrong")
            if any(map(self._worthless, self.options))
            else Sample(" ".join(reversed(letters)), "partly"),
            *strangers,
            Sample("zz", "unreadable", "letters"),
            Sample("", "unreadable", "letters"),
        )

    def _worthless(self, option: Option) -> bool:
        return self.order.score([option.label]) == 0


class Order(Question, frozen=True, kw_only=True):
    """Items to put in order: each says which others come before it."""

    kind: ClassVar[str] = "order"
    picks: ClassVar[Picks] = "order"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"items": Item, "distractors": Distractor}

    ask: str
    items: tuple[Item, ...]
    distractors: tuple[Distractor, ...] = ()

    def instance(self, seed: int) -> OrderInstance:
        """This question with its numbers drawn and its items shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute, or its items wait for each other.
        """
        names = draw(self, seed)
        entries: list[Item | Distractor] = shuffled([*self.items, *self.distractors], f"{self.id}:{seed}:order")
        with at("ask"):
            prompt = fill(self.ask, names)
        with at("items"):
            options = offered([fill(item.text, names) for item in entries])
            whys = tuple(fill(item.why, names) for item in entries)
        letters = {
            item.id: option.label for item, option in zip(entries, options, strict=True) if isinstance(item, Item)
        }
        with at("items"):
            depends = {letters[item.id]: [_letter(need, letters) for need in item.after] for item in self.items}
            order = ordering.Order.of(depends)
        return OrderInstance(**shared(self, seed, names), prompt=prompt, options=options, order=order, whys=whys)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = []
        count = len(self.items) + len(self.distractors)
        if len(self.items) < 3 or count > MOST:
            faults.append(f"give 3 items at least, and {MOST} with their distractors at most")
        ids = [item.id for item in self.items]
        faults += [f"two items have the id '{name}'" for name in dict.fromkeys(ids) if ids.count(name) > 1]
        if not any(item.after for item in self.items):
            faults.append("no item says what it comes `after`: any order would be right")
        return faults or faults_of(self, self.instance, _twins)


def _twins(instance: OrderInstance) -> list[str]:
    texts = [option.text for option in instance.options]
    return [f"two entries read the same: {text}" for text in dict.fromkeys(texts) if texts.count(text) > 1]


def _letter(need: str, letters: dict[str, str]) -> str:
    if need not in letters:
        raise ChainruleError(f"there is no item '{need}' to come after; known: {', '.join(letters)}")
    return letters[need]
