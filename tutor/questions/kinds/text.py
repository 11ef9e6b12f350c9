"""`text`: type a term; case, spacing and hyphens are forgiven, a misspelling is advised on."""

import unicodedata
from typing import ClassVar, NamedTuple

import msgspec

from tutor.budget import spend
from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.base import Grade, Instance, Question, Sample, Unreadable
from tutor.questions.marking import ByTerm, MarkedTerm
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names
from tutor.reading.outcome import refuse_unusable
from tutor.text.giveaways import contains_words

_VOWEL = compile_lazily("[aeiouy]|[^a-z0-9]")
_INFLECTION = compile_lazily(r"(?:ing|ed|er|es|s|e)$")
_BETWEEN_WORDS = compile_lazily(r"[^\w]+|_")
_APOSTROPHES = compile_lazily("['’]")

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
"""Words of the field: a term made of them is taken to be spelt correctly, in every question."""
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


class KnownTerm(NamedTuple):
    """A term that is often taken for the right one, with the drawn numbers put in."""

    term: str
    feedback: str


class TextInstance(Instance, frozen=True, kw_only=True):
    """A `text` question."""

    answers: tuple[str, ...]
    known_mistakes: tuple[KnownTerm, ...] = ()

    @property
    def how(self) -> str:
        """How to answer, and whether the term has one word or more."""
        return "a word" if len(_words(self.answers[0])) == 1 else "a few words"

    @property
    def solution(self) -> str:
        """The first of the right terms."""
        return self.answers[0]

    @property
    def marking(self) -> ByTerm:
        """The right terms, then those that are often taken for them."""
        right = (MarkedTerm(True, term, self.why) for term in self.answers)
        wrong = (MarkedTerm(False, mistake.term, mistake.feedback) for mistake in self.known_mistakes)
        return ByTerm((*right, *wrong))

    def read(self, raw: str) -> str | Unreadable:
        """Read a term: the result is the listed term of which it is a form, or else the typed one, both normalised.

        A misspelt term gets advice: it is not taken for the term that it resembles.
        """
        typed = plain_characters(join_lines(raw)).strip("\"'“”„«»` ")
        refusal = refuse_unusable(typed, MAX_TERM_TEXT)
        if refusal is not None:
            return refusal
        spend(COMPARISON_COST * len(self._all_terms))
        typed_term = _normalise_term(typed)
        for listed in self._all_terms:
            if _normalise_term(listed) == typed_term:
                return _normalise_words(listed)
        typed_words = _normalise_words(typed)
        return self._advise_on_form(typed.strip(), typed_words) or typed_words

    def _advise_on_form(self, typed: str, typed_words: str) -> Unreadable | None:
        """Give advice on a text that is not a listed term, if it is no term at all or very similar to a right one.

        The result is `None` if it may be another term, which is then graded. `typed_words` is `typed`, normalised.
        """
        if typed_words in _REFUSALS:
            return Unreadable("Take a hint, or leave the question out.")
        has_a_word = any(_is_word(word) for word in typed_words.split())
        if not has_a_word or not _TERM.fullmatch(typed):
            return Unreadable(f"Type {self.how}: letters, spaces and hyphens.")
        longest_term = max(len(term) for term in self._all_terms)
        is_sentence = len(typed_words) > 2 * longest_term + 20
        if is_sentence:
            return Unreadable(f"Type {self.how}, not a sentence.")
        right_terms = [_normalise_words(right) for right in self.answers]
        if any(_is_misspelling(typed_words, right) for right in right_terms):
            advice = "try another form of it" if self._is_well_spelt(typed_words) else "check its spelling"
            return Unreadable(f"That is close to the term: {advice}.")
        if any(f" {right} " in f" {typed_words} " for right in right_terms):
            return Unreadable(f"Type {self.how}: the term alone, with nothing around it.")
        if any(right.startswith(f"{typed_words} ") for right in right_terms):
            return Unreadable("That is only a part of the term: type all of it.")
        return None

    def _is_well_spelt(self, term: str) -> bool:
        """Whether every word of `term` occurs in the question or belongs to the field: it is no typing error then."""
        feedback = [mistake.feedback for mistake in self.known_mistakes]
        texts = (self.prompt, self.why, *self.hints, *self._all_terms, *feedback, _FIELD_WORDS)
        known_stems = {_stem(word) for text in texts for word in _words(text)}
        return all(_stem(word) in known_stems or _is_compound(word, known_stems) for word in term.split())

    @property
    def _all_terms(self) -> tuple[str, ...]:
        """The right terms, then those of the known mistakes."""
        return (*self.answers, *(mistake.term for mistake in self.known_mistakes))

    def grade(self, answer: str) -> Grade:
        """Right when it is one of the answers; a known wrong term is explained."""
        term = _normalise_term(answer)
        if any(term == _normalise_term(right) for right in self.answers):
            return Grade(1.0, "right", self.why)
        for mistake in self.known_mistakes:
            if term == _normalise_term(mistake.term):
                return Grade(0.0, "wrong", mistake.feedback or "That is another term.")
        return Grade(0.0, "wrong", "That is another term.")

    def gives_away(self, text: str) -> bool:
        """Whether `text` contains one of the right terms."""
        return any(contains_words(_normalise_words(text), _normalise_words(answer)) for answer in self.answers)

    def samples(self) -> tuple[Sample, ...]:
        """Every right term, the first in capitals too; every known wrong one; another term; two unreadable texts."""
        return (
            *(Sample(right, "right") for right in self.answers),
            Sample(f"  {self.answers[0].upper()} ", "right"),
            *(Sample(mistake.term, "wrong", mistake.feedback) for mistake in self.known_mistakes),
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
            known_mistakes = tuple(
                KnownTerm(term, fill(mistake.say, names)) for mistake in self.mistakes for term in mistake.value
            )
        return TextInstance(
            **common_fields(self, seed, names), prompt=prompt, answers=answers, known_mistakes=known_mistakes
        )

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        if not self.answers or not all(_normalise_words(item) for item in self.answers):
            return ["answers: give one term at least"]
        right_terms = {_normalise_words(right) for right in self.answers}
        wrong_terms = {_normalise_words(wrong) for mistake in self.mistakes for wrong in mistake.value}
        in_both = right_terms & wrong_terms
        if in_both:
            return [f"'{min(in_both)}' is both an answer and a mistake"]
        return find_faults(self, self.draw_instance)


def _normalise_words(text: str) -> str:
    """`text` in small letters with single spaces, without accents, hyphens, punctuation or a leading article."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())  # an accent is a character of its own
    without_accents = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", without_accents)).split()
    has_article = len(words) > 1 and words[0] in {"a", "an", "the"}
    return " ".join(words[1:] if has_article else words)


def _normalise_term(text: str) -> str:
    """A term without blanks, hyphens and plurals: `test-points` and `test point` both become `testpoint`."""
    return "".join(_without_plural(word) for word in _words(text))


def _without_plural(word: str) -> str:
    """`word` without an s at its end, unless it is short or ends in ss.

    `bias` loses its s as well, which does no harm, since both sides of a comparison lose it.
    """
    return word if len(word) < 4 or word.endswith("ss") else word.removesuffix("s")


def _words(text: str) -> list[str]:
    """The words of `text` as `_normalise_words` gives them."""
    return _normalise_words(text).split()


def _stem(word: str) -> str:
    """`word` without its ending, roughly: held and hold have the same stem, and so have test and tested."""
    stem = {"held": "hold", "kept": "keep", "seen": "see", "data": "datum"}.get(word, word)
    return _INFLECTION.sub("", stem) if len(stem) > 4 else stem.removesuffix("s")


def _is_compound(word: str, known_stems: set[str]) -> bool:
    """Whether `word` consists of two known words, of three letters or more each, written as one: `testpoints`."""
    # Only the second word may have an ending.
    return any(word[:cut] in known_stems and _stem(word[cut:]) in known_stems for cut in range(3, len(word) - 2))


def _is_word(word: str) -> bool:
    """Whether `word` looks like one: it has at least three letters, one of them a vowel."""
    return len(word) > 2 and bool(_VOWEL.search(word))


def _is_misspelling(typed: str, right: str) -> bool:
    """Whether so few letters differ that a typing error is more likely than another term."""
    max_slips = min(2, len(right) // 4)
    if typed == right or abs(len(typed) - len(right)) > max_slips:  # saves the slow comparison
        return False
    return _edit_distance(typed, right) <= max_slips


def _edit_distance(left: str, right: str) -> int:
    """Count the letters to insert, delete, change or swap with a neighbour (optimal string alignment distance).

    Entry j of row i of the table is the distance between the first i letters of `left` and the first j of `right`.
    """
    row_before: list[int] = []
    row = list(range(len(right) + 1))
    for i, left_letter in enumerate(left, 1):
        row_two_before, row_before, row = row_before, row, [i]
        for j, right_letter in enumerate(right, 1):
            insertion, deletion = row[j - 1] + 1, row_before[j] + 1
            substitution = row_before[j - 1] + (left_letter != right_letter)
            row.append(min(insertion, deletion, substitution))
            if i > 1 and j > 1 and left_letter == right[j - 2] and left[i - 2] == right_letter:
                transposition = row_two_before[j - 2] + 1
                row[j] = min(row[j], transposition)
    return row[-1]
