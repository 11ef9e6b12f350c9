"""`text`: type a term; case, spacing and hyphens are forgiven, a misspelling is advised on."""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from tutor.budget import spend
from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.base import Grade, Instance, Question, Sample, Unreadable
from tutor.questions.marking import ByTerm, MarkedTerm
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names
from tutor.reading.outcome import refuse_unprintable
from tutor.text.giveaways import contains_words

_VOWEL = compile_lazily("[aeiouy]|[^a-z0-9]")
_ENDING = compile_lazily(r"(?:ing|ed|er|es|s|e)$")
_BETWEEN_WORDS = compile_lazily(r"[^\w]+|_")

COMPARISON_COST = 25
"""What it costs to compare an answer with one of the terms, in units of work."""
MAX_TERM_TEXT = 100
"""The most characters of a typed term."""

_TERM = compile_lazily(r"[^\W_](?:[^\W_]|[ \-‐–'’.,])*")
_FIELD_WORDS = (
    "test train validate data set point sample hold keep see unseen out aside loss cost error weight bias layer unit"
    " node network neuron gradient descent step rate learn batch epoch noise filter kernel line path curve distance"
    " way short straight text neutral natural state form norm normal random drop open close large small high low"
)
"""Words of the field that are spelt well, whatever is asked for."""
_REFUSALS = frozenset(
    {
        "i do not know",
        "i dont know",
        "do not know",
        "dont know",
        "no idea",
        "idk",
        "none",
        "none of them",
        "none of these",
    }
    | {"nan", "nothing", "null", "skip", "pass", "help", "hint"}
)


class MistakenTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms that are often taken for the right one, and what to say to them."""

    value: tuple[str, ...]
    say: str


@dataclass(frozen=True, kw_only=True)
class TextInstance(Instance):
    """A `text` question."""

    answers: tuple[str, ...]
    known: tuple[tuple[str, str], ...] = ()
    """Wrong terms with their feedback."""

    @property
    def how(self) -> str:
        """How to answer, with the number of words."""
        words = len(_normalise_words(self.answers[0]).split())
        return "a word" if words == 1 else "a few words"

    @property
    def solution(self) -> str:
        """The first of the right terms."""
        return self.answers[0]

    @property
    def marking(self) -> ByTerm:
        """The right terms, then those that are often taken for them."""
        right = (MarkedTerm(True, term, self.why) for term in self.answers)
        return ByTerm((*right, *(MarkedTerm(False, term, say) for term, say in self.known)))

    def read(self, raw: str) -> str | Unreadable:
        """The term without its outward form; a misspelt one is not taken for another."""
        raw = plain_characters(join_lines(raw)).strip("\"'“”„«»` ")
        refused = refuse_unprintable(raw, MAX_TERM_TEXT)
        if refused is not None:
            return refused
        spend(COMPARISON_COST * len(self._all_terms))
        term, listed = (
            _normalise_words(raw),
            {_normalise_term(name): _normalise_words(name) for name in reversed(self._all_terms)},
        )
        if _normalise_term(raw) in listed:
            return listed[_normalise_term(raw)]
        if term in _REFUSALS:
            return Unreadable("Take a hint, or leave the question out.")
        if not _TERM.fullmatch(raw.strip()) or not any(map(_is_word, term.split())):
            return Unreadable(f"Type {self.how}: letters, spaces and hyphens.")
        is_sentence = len(term) > 2 * max(map(len, self._all_terms)) + 20
        if is_sentence:
            return Unreadable(f"Type {self.how}, not a sentence.")
        if any(_is_misspelling(term, _normalise_words(right)) for right in self.answers):
            advice = "try another form of it" if self._is_well_spelt(term) else "check its spelling"
            return Unreadable(f"That is close to the term: {advice}.")
        if any(f" {_normalise_words(right)} " in f" {term} " for right in self.answers):
            return Unreadable(f"Type {self.how}: the term alone, with nothing around it.")
        if any(_normalise_words(right).startswith(f"{term} ") for right in self.answers):
            return Unreadable("That is only a part of the term: type all of it.")
        return term

    def _is_well_spelt(self, term: str) -> bool:
        """True when every word of `term` is one of the question's own, or of the field's: no slip of the fingers."""
        texts = (self.prompt, self.why, *self.hints, *self._all_terms, *(say for _, say in self.known), _FIELD_WORDS)
        words = {_stem(word) for text in texts for word in _normalise_words(text).split()}
        return all(_stem(word) in words or _is_compound(word, words) for word in term.split())

    @property
    def _all_terms(self) -> tuple[str, ...]:
        return (*self.answers, *(wrong for wrong, _ in self.known))

    def grade(self, answer: str) -> Grade:
        """Right when it is one of the answers; a known wrong term is explained."""
        if _normalise_term(answer) in map(_normalise_term, self.answers):
            return Grade(1.0, "right", self.why)
        feedback = next((say for wrong, say in self.known if _normalise_term(wrong) == _normalise_term(answer)), "")
        return Grade(0.0, "wrong", feedback or "That is another term.")

    def gives_away(self, text: str) -> bool:
        """Whether `text` contains one of the right terms."""
        return any(contains_words(_normalise_words(text), _normalise_words(answer)) for answer in self.answers)

    def samples(self) -> tuple[Sample, ...]:
        """Every right term, shouted as well; every known wrong one; another; rubbish."""
        return (
            *(Sample(right, "right") for right in self.answers),
            Sample(f"  {self.answers[0].upper()} ", "right"),
            *(Sample(wrong, "wrong", say) for wrong, say in self.known),
            Sample("quite another thing", "wrong"),
            Sample("", "unreadable"),
            Sample("?", "unreadable"),
        )


class TextQuestion(Question, frozen=True, kw_only=True):
    """A term to name: any of `answers` is right."""

    kind: ClassVar[str] = "text"
    usual_seconds: ClassVar[float] = 30.0
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": MistakenTerm}

    ask: str
    answers: tuple[str, ...]
    mistakes: tuple[MistakenTerm, ...] = ()

    def draw_instance(self, seed: int) -> TextInstance:
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression in it does not compute.
        """
        names = draw_names(self, seed)
        with error_context("ask"):
            prompt = fill(self.ask, names)
        with error_context("answers"):
            answers = tuple(fill(item, names) for item in self.answers)
        with error_context("mistakes"):
            known = tuple((wrong, fill(mistake.say, names)) for mistake in self.mistakes for wrong in mistake.value)
        return TextInstance(**common_fields(self, seed, names), prompt=prompt, answers=answers, known=known)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        if not self.answers or not all(_normalise_words(item) for item in self.answers):
            return ["answers: give one term at least"]
        both = {_normalise_words(item) for item in self.answers} & {
            _normalise_words(wrong) for mistake in self.mistakes for wrong in mistake.value
        }
        if both:
            return [f"'{min(both)}' is both an answer and a mistake"]
        return find_faults(self, self.draw_instance)


def _normalise_words(text: str) -> str:
    """`text` without case, accents, hyphens, punctuation, a leading article, and with single spaces."""
    plain = "".join(item for item in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(item))
    words = _BETWEEN_WORDS.sub(" ", plain.replace("'", "")).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in {"a", "an", "the"} else words)


def _normalise_term(text: str) -> str:
    """A term without blanks and plurals: `test-points`, `testpoints` and `test point` are one."""
    return "".join(word if len(word) < 4 or word.endswith("ss") else word.removesuffix("s") for word in _words(text))


def _words(text: str) -> list[str]:
    return _normalise_words(text).split()


def _stem(word: str) -> str:
    """`word` without its ending, roughly: held-out and hold-out, test and tested, are words of one stem."""
    stem = {"held": "hold", "kept": "keep", "seen": "see", "data": "datum"}.get(word, word)
    return _ENDING.sub("", stem) if len(stem) > 4 else stem.removesuffix("s")


def _is_compound(word: str, words: set[str]) -> bool:
    """Two known words written as one: `testpoints`."""
    return any(word[:cut] in words and _stem(word[cut:]) in words for cut in range(3, len(word) - 2))


def _is_word(word: str) -> bool:
    """True for what may be a word: three letters and more, with a vowel among them."""
    return len(word) > 2 and bool(_VOWEL.search(word))


def _is_misspelling(typed: str, right: str) -> bool:
    """True when so few letters differ that a slip of the fingers is likelier than another term."""
    allowed = min(2, len(right) // 4)
    return typed != right and abs(len(typed) - len(right)) <= allowed and _edit_distance(typed, right) <= allowed


def _edit_distance(left: str, right: str) -> int:
    """How many letters to put in, take out, change or swap with a neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other)))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
