"""`order`: put the items in an order; any order that respects the prerequisites is right."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import ClassVar

import msgspec

from tutor.errors import ChainruleError
from tutor.questions.answers.labels import MAX_ENTRIES, duplicate_faults, label_options, read_letters, shuffle_entries
from tutor.questions.answers.partial_order import PartialOrder
from tutor.questions.base import AnswerFormat, Grade, Instance, Option, Question, Sample, Unreadable
from tutor.questions.marking import ByPairs
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names
from tutor.text.giveaways import contains_words
from tutor.text.sentences import join_sentences, join_words


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item, and the ids of the items that come before it."""

    id: str
    text: str
    after: tuple[str, ...] = ()
    why: str = ""


class Distractor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item that does not belong in the order, and why."""

    text: str
    why: str


class OrderInstance(Instance, frozen=True, kw_only=True):
    """An `order` question with its items in the order of this seed."""

    order: PartialOrder
    """Which letters must come before which others; it does not contain the distractors."""

    @property
    def how(self) -> str:
        """How to answer: letters in a row."""
        has_distractors = len(self.order.before) < len(self.options)
        leaving_out = ", leaving out what does not belong" if has_distractors else ""
        return f"the letters in order, for example {' '.join(self._wrong_example())} …{leaving_out}"

    def _wrong_example(self) -> tuple[str, ...]:
        """Three letters with which no right order begins, for an example that gives nothing away."""
        for letters in permutations([option.label for option in self.options], 3):
            if not self._may_begin(letters):
                return letters
        return "a", "b", "c"  # every order is right, or there are too few options: `check` reports both

    def _may_begin(self, letters: Sequence[str]) -> bool:
        """Whether a right order may begin with these letters."""
        before = self.order.before
        return all(
            letter in before and before[letter] <= set(letters[:index])  # all that must come before it do
            for index, letter in enumerate(letters)
        )

    @property
    def solution(self) -> str:
        """One right order: the items sorted by how many others must come before them.

        More items must come before an item than before any item that it depends on, so it comes after those.
        """
        before = self.order.before
        return " ".join(sorted(before, key=lambda item: (len(before[item]), item)))

    @property
    def marking(self) -> ByPairs | None:
        """Pairs of “Step 1”, “Step 2”, … and the item that belongs there; `None` if several orders are right."""
        before = self.order.before
        # Only one order is right exactly if the numbers of items before each item are 0, 1, 2 and so on.
        is_total = sorted(len(needs) for needs in before.values()) == list(range(len(before)))
        if not is_total:
            return None
        texts = {option.label: option.text for option in self.options}
        steps = tuple((f"Step {number}", texts[label]) for number, label in enumerate(self.solution.split(), 1))
        extra = tuple(text for label, text in texts.items() if label not in before)
        return ByPairs(steps, extra)

    def read(self, raw: str) -> tuple[str, ...] | Unreadable:
        """The letters that were typed, in their order."""
        indices = read_letters(raw, self.options, self.how)
        if isinstance(indices, Unreadable):
            return indices
        letters = tuple(self.options[index].label for index in indices)
        for letter in letters:
            if letters.count(letter) > 1:
                return Unreadable(f"'{letter}' is there twice: type each letter once.")
        return letters

    def grade(self, answer: tuple[str, ...]) -> Grade:
        """Score 1 less 1/n for each letter that must be inserted or deleted; n is the number of items."""
        score = self.order.score(answer)
        if score == 1.0:
            return Grade(1.0, "right", self.why)
        return Grade(score, "partly" if score else "wrong", self._feedback(answer))

    def _feedback(self, answer: Sequence[str]) -> str:
        """The first thing that is wrong with an answer, with its reason."""
        in_order = self._in_order_from_start(answer)
        if len(in_order) == len(answer):
            missing = sorted(self.order.before.keys() - set(answer))
            verb = "is" if len(missing) == 1 else "are"
            return f"What you gave is in order, but {join_words(missing)} {verb} missing."
        letter = answer[len(in_order)]
        whys = {option.label: why for option, why in zip(self.options, self.whys, strict=True)}
        if letter not in self.order.before:
            return f"{letter}) does not belong: {whys[letter]}"
        skipped = self._needed_later(letter, answer, in_order)
        return f"{letter}) comes too early: {min(skipped)}) has to come before it. {whys[letter]}".rstrip()

    def right_parts(self, answer: Sequence[str]) -> tuple[str, ...]:
        """The letters at the beginning that are in order; empty if these are all items: they would be the answer."""
        in_order = self._in_order_from_start(answer)
        return in_order if len(in_order) < len(self.order.before) else ()

    def _in_order_from_start(self, answer: Sequence[str]) -> tuple[str, ...]:
        """The letters before the first one that is a distractor, or that comes before a letter it depends on."""
        placed: list[str] = []
        for letter in answer:
            if letter not in self.order.before or self._needed_later(letter, answer, placed):
                break
            placed.append(letter)
        return tuple(placed)

    def _needed_later(self, letter: str, answer: Sequence[str], placed: Sequence[str]) -> frozenset[str]:
        """The letters of `answer` that must come before `letter` but are not among those `placed` so far."""
        return (self.order.before[letter] & set(answer)) - set(placed)

    def first_try_feedback(self, answer: Sequence[str]) -> str:
        """Say which letters of a wrong answer are in order from the start, and the fault of the next one.

        The reason of the fault is kept for the second try. If no letter is at fault, say how many are missing; if all
        items are in order, how many letters after them do not belong.
        """
        in_order = self._in_order_from_start(answer)
        if len(in_order) == len(self.order.before):  # with more letters after these, or the answer would be right
            more = len(answer) - len(in_order)
            return f"All is in order, but {more} of what you gave {'does' if more == 1 else 'do'} not belong to it."
        verb = "is" if len(in_order) == 1 else "are"
        praise = f"{' '.join(in_order)} {verb} in order" if in_order else ""
        if len(in_order) == len(answer):
            missing = len(self.order.before) - len(answer)
            return join_sentences(praise, f"{missing} more belong{'s' if missing == 1 else ''} to it")
        letter = answer[len(in_order)]
        reason = "comes too early" if letter in self.order.before else "does not belong to it"
        return join_sentences(praise, f"{letter}) {reason}")

    def gives_away(self, text: str) -> bool:
        """Whether `text` says a right order."""
        return contains_words(text, self.solution)

    def samples(self) -> tuple[Sample, ...]:
        """A right order; an option that earns nothing, or otherwise the order backwards; each distractor; rubbish."""
        letters = self.solution.split()
        backwards = letters[::-1]
        worthless = [option.label for option in self.options if self._earns_nothing(option)]
        if worthless:
            not_right = Sample(worthless[0], "wrong")
        else:
            not_right = Sample(" ".join(backwards), "partly" if self.order.score(backwards) else "wrong")
        distractors = (
            Sample(f"{option.label} {self.solution}", "partly", self.whys[index])
            for index, option in enumerate(self.options)
            if option.label not in self.order.before
        )
        return (
            Sample(self.solution, "right"),
            Sample("".join(letters), "right"),
            not_right,
            *distractors,
            Sample("zz", "unreadable", "letters"),
            Sample("", "unreadable", "letters"),
        )

    def _earns_nothing(self, option: Option) -> bool:
        """Whether the option alone, as an answer, scores 0."""
        return self.order.score([option.label]) == 0


class OrderQuestion(Question, frozen=True, kw_only=True):
    """Items to put in order: each says which others come before it."""

    kind: ClassVar[str] = "order"
    answer_format: ClassVar[AnswerFormat] = "order"
    usual_seconds: ClassVar[float] = 40.0
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"items": Item, "distractors": Distractor}

    ask: str
    items: tuple[Item, ...]
    distractors: tuple[Distractor, ...] = ()

    def draw_instance(self, seed: int) -> OrderInstance:
        """This question with its numbers drawn and its items shuffled by `seed`.

        Raises:
            ChainruleError: an expression in it does not compute, or its items wait for each other.
        """
        names = draw_names(self, seed)
        entries: list[Item | Distractor] = shuffle_entries([*self.items, *self.distractors], f"{self.id}:{seed}:order")
        with error_context("ask"):
            prompt = fill(self.ask, names)
        texts_and_whys = [_fill_entry(entry, names) for entry in entries]
        options = label_options([text for text, _ in texts_and_whys])
        whys = tuple(why for _, why in texts_and_whys)
        letters = {}  # id of an item → its letter
        for entry, option in zip(entries, options, strict=True):
            if isinstance(entry, Item):
                letters[entry.id] = option.label
        with error_context("items"):
            depends = {letters[item.id]: [_letter_of(need, letters) for need in item.after] for item in self.items}
            order = PartialOrder.from_dependencies(depends)
        return OrderInstance(**common_fields(self, seed, names), prompt=prompt, options=options, order=order, whys=whys)

    def texts_before(self) -> Iterator[str]:
        """What is asked, hinted and offered."""
        yield from super().texts_before()
        yield from (item.text for item in self.items)
        yield from (distractor.text for distractor in self.distractors)

    def texts_after(self) -> Iterator[str]:
        """Why the answer is right, and the reason of each entry."""
        yield from super().texts_after()
        yield from (item.why for item in self.items)
        yield from (distractor.why for distractor in self.distractors)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        faults = []
        count = len(self.items) + len(self.distractors)
        if len(self.items) < 3 or count > MAX_ENTRIES:
            faults.append(f"give 3 items at least, and {MAX_ENTRIES} with their distractors at most")
        ids = [item.id for item in self.items]
        faults += [f"two items have the id '{name}'" for name in dict.fromkeys(ids) if ids.count(name) > 1]
        if not any(item.after for item in self.items):
            faults.append("no item says what it comes `after`: any order would be right")
        return faults or find_faults(self, self.draw_instance, _duplicate_entries)


def _duplicate_entries(instance: OrderInstance) -> list[str]:
    return duplicate_faults((option.text for option in instance.options), "entries")


def _fill_entry(entry: "Item | Distractor", names: Mapping[str, object]) -> tuple[str, str]:
    """The text of an item or distractor and its why, with the numbers of `names`."""
    with error_context("items" if isinstance(entry, Item) else "distractors"):
        return fill(entry.text, names), fill(entry.why, names)


def _letter_of(item_id: str, letters: dict[str, str]) -> str:
    """The letter of an item that another comes after; `letters` is by id."""
    if item_id not in letters:
        raise ChainruleError(f"there is no item '{item_id}' to come after; known: {', '.join(letters)}")
    return letters[item_id]
