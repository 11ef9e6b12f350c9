"""The base classes of all kinds of question: a template makes instances, and an instance grades answers.

A lesson holds templates (`Question`, one msgspec struct for each kind, whose fields are the YAML keys).
`draw_instance(seed)` draws fresh numbers and gives an `Instance`, which reads what a learner typed and grades
it. An answer that cannot be read is not wrong: it costs nothing and gets advice.

Whatever the rest of the program has to know about a kind is on its template as a class variable or a
method: how an answer is given, how long one takes, whether a simulation is needed. Nothing outside
`questions/kinds` asks for a kind by its name.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import msgspec

from tutor.questions.marking import Marking
from tutor.reading.outcome import Unreadable
from tutor.text.concepts import concept_name
from tutor.text.giveaways import NOT_IT, contains_words, cut_before_answer

__all__ = ["AnswerFormat", "Grade", "Instance", "Option", "Question", "Sample", "Scene", "Unreadable", "Verdict"]

Verdict = Literal["right", "partly", "wrong"]
AnswerFormat = Literal["line", "single choice", "multiple choice", "order", "pairs"]
"""How an answer is given: typed on a line, or chosen from the options with keys.

The formats after `line` are: one option; any number of options; some options in an order; an option for each place.
"""

USUAL_QUESTION_SECONDS = 45.0
"""The seconds for an answer that are assumed if neither the kind nor the learner's own times tell more."""
REVISION_DIGITS = 12
"""The hexadecimal digits of a revision: two versions of a question have the same by chance once in 10¹⁴."""


class Grade(msgspec.Struct, frozen=True):
    """The result of grading an answer: score, verdict and feedback."""

    score: float
    """0 … 1."""
    verdict: Verdict
    feedback: str
    """Markdown: why it is right, or what went wrong. Never empty."""


class Sample(msgspec.Struct, frozen=True):
    """An input whose outcome a question promises; contract tests run them all."""

    text: str
    expect: Literal["right", "partly", "wrong", "unreadable"]
    says: str = ""
    """A text that the feedback or advice must contain."""


class Option(msgspec.Struct, frozen=True):
    """One option as it is offered."""

    label: str
    """What to type for it: a, b, c …"""
    text: str
    """Markdown."""


class Scene(msgspec.Struct, frozen=True):
    """A simulation at a step: what a card shows beside its question."""

    simulation: str
    values: dict[str, object]
    step: int
    allow: tuple[str, ...] = ()
    """For a challenge: the parameters that the learner may change."""


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its numbers drawn. `common_fields` fills what all kinds have in common."""

    id: str
    kind: str
    answer_format: AnswerFormat
    seed: int
    concepts: tuple[str, ...]
    prompt: str
    """Markdown with `$…$`, numbers filled in."""
    hints: tuple[str, ...]
    why: str
    """Why the right answer is right: shown after every verdict."""
    options: tuple[Option, ...] = ()
    places: tuple[Option, ...] = ()
    """In a question with two columns, the left one, labelled 1, 2, 3 …; each place needs an option."""
    whys: tuple[str, ...] = ()
    """Why it is right or wrong, for each place; if there are no places, for each option."""
    scene: Scene | None = None
    names: dict[str, Any] = {}
    """The numbers that were drawn and computed, by name."""

    @property
    @abstractmethod
    def how(self) -> str:
        """One line that says how to answer: "a number, for example 0.25"."""

    @property
    def how_in_short(self) -> str:
        """A short form of `how`, for an input line in which `how` does not fit; "" if there is none."""
        return ""

    @property
    @abstractmethod
    def solution(self) -> str:
        """The right answer as a learner would type it."""

    @property
    def marking(self) -> Marking | None:
        """How another program can mark an answer; `None` if only the kind's own grader can do so."""
        return None

    @property
    def can_try_again(self) -> bool:
        """Whether a second try makes sense; not if there are only two options, so that one remains."""
        return True

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics in the heading: the first two concepts in words, without any that gives the answer away."""
        topics = [concept_name(concept) for concept in self.concepts[:2]]
        solution = self.solution.casefold()
        return tuple(topic for topic in topics if topic.casefold() not in solution and not self.gives_away(topic))

    def understood(self, raw: str) -> str:
        """How the typed text `raw` is read, in Markdown; "" if that cannot differ from what was meant."""
        return ""

    @abstractmethod
    def read(self, raw: str) -> Any | Unreadable:
        """Parse what was typed into the form that `grade` takes, or return advice on how to write it."""

    @abstractmethod
    def grade(self, answer: Any) -> Grade:
        """Grade an answer that `read` returned."""

    def first_try_feedback(self, answer: Any) -> str:
        """The feedback on a first try that is not right, shown before the second: it never gives the answer away."""
        return cut_before_answer(self.grade(answer).feedback, self.gives_away) or NOT_IT

    def gives_away(self, text: str) -> bool:
        """Whether `text`, in Markdown, says the right answer."""
        return contains_words(text, self.solution)

    def right_parts(self, answer: Any) -> tuple[str, ...]:
        """The labels of the parts of an answer that are right already."""
        return ()

    @abstractmethod
    def samples(self) -> tuple[Sample, ...]:
        """Right, wrong and unreadable inputs whose outcome this question promises."""

    def grade_text(self, raw: str) -> Grade | Unreadable:
        """Read and grade in one call."""
        answer = self.read(raw)
        return answer if isinstance(answer, Unreadable) else self.grade(answer)


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template: what a lesson's YAML says. A subclass adds its kind's own keys."""

    kind: ClassVar[str]
    answer_format: ClassVar[AnswerFormat] = "line"
    usual_seconds: ClassVar[float] = USUAL_QUESTION_SECONDS
    """The seconds that a right answer usually takes; used until a learner's own times are known."""
    needs_simulation: ClassVar[bool] = False
    """Whether answering needs a simulation, shown or run; the placement test prefers other questions."""
    is_in_every_lesson: ClassVar[bool] = False
    """Whether each lesson of the course must have a question of this kind."""
    names_answer: ClassVar[bool] = False
    """Whether `{answer}` is replaced by the right answer in the explanations."""
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {}
    """Key of a list → the type of its entries, so that a misspelt key in an entry can be reported."""

    id: str
    concepts: tuple[str, ...] = ()
    """Empty means the lesson's own concepts, filled in when the lesson is read."""
    given: dict[str, Any] = {}
    """name → list of choices, or `{low, high, step}`: fresh numbers, drawn by seed."""
    where: tuple[str, ...] = ()
    """Conditions on the drawn numbers, such as `a != b`; numbers are drawn until all hold."""
    let: dict[str, Any] = {}
    """name → an expression in the names before it, or a run `{simulation, set, steps, value}`."""
    hints: tuple[str, ...] = ()
    why: str

    @abstractmethod
    def draw_instance(self, seed: int) -> Instance:
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression or a run in it does not compute.
        """

    def check(self) -> list[str]:
        """Find faults that the types of the fields cannot exclude, each in one line; empty when there are none."""
        return []

    def texts_before(self) -> Iterator[str]:
        """Every text shown before an answer: prompt and hints; a kind adds its options."""
        yield getattr(self, "ask", None) or ""  # declared by each kind; optional in `predict`
        yield from self.hints

    def texts_after(self) -> Iterator[str]:
        """Every text shown after an answer: explanation and feedback; a kind adds the reasons for its options."""
        yield self.why
        for mistake in getattr(self, "mistakes", ()):
            yield mistake.say

    def revision(self) -> str:
        """A short hash of the question as its lesson writes it: of its kind and its keys, whatever their layout.

        A record keeps it with each answer, so it must change only when the lesson's text does.
        """
        return revision_of(self.kind, self)


def revision_of(kind: str, template: msgspec.Struct) -> str:
    """A short hash of what a lesson writes for a question or an exercise.

    Keys with their default value are left out, so that a key that is added to the program later changes no hash. The
    kind is capitalised, as in `Number`, since it was so in the first records.
    """
    import hashlib
    import json

    text = json.dumps([kind.capitalize(), _non_default_keys(template)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:REVISION_DIGITS]


def _non_default_keys(value: Any) -> Any:
    """Convert `value` for JSON; at all depths, keys with their default value are left out."""
    if isinstance(value, msgspec.Struct):
        keys = {}
        for field in msgspec.structs.fields(value):
            item = getattr(value, field.name)
            if item != _default_of(field):
                keys[field.name] = _non_default_keys(item)
        return keys
    if isinstance(value, dict):
        return {str(name): _non_default_keys(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_non_default_keys(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)


def _default_of(field: msgspec.structs.FieldInfo) -> Any:
    """The default of a field; if it has none, `msgspec.NODEFAULT`, which equals no value."""
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default
