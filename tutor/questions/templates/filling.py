"""What every instance takes from its template, with the numbers filled in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tutor.errors import ChainruleError
from tutor.questions.base import Question
from tutor.questions.templates.templates import fill


@contextmanager
def at(place: str) -> Iterator[None]:
    """Say in an author's error which key it is about.

    Raises:
        ChainruleError: one was raised inside; its message now begins with `place`.
    """
    try:
        yield
    except ChainruleError as error:
        raise ChainruleError(f"{place}: {error}") from None


def shared(
    question: Question, seed: int, names: dict[str, Any], after: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """The fields that instances of all kinds have, except for the prompt.

    `after` adds names that only `why` may use, because they give the answer away.

    Raises:
        ChainruleError: a `{= expression}` in a text does not compute.
    """
    with at("hints"):
        hints = tuple(fill(hint, names) for hint in question.hints)
    with at("why"):
        why = fill(question.why, {**names, **(after or {})})
    return {
        "id": question.id,
        "seed": seed,
        "concepts": question.concepts,
        "hints": hints,
        "why": why,
        "names": names,
    }


_LISTS = ("options", "items", "distractors", "pairs")
"""The keys whose entries have texts of their own."""


def texts_before(question: Question) -> Iterator[str]:
    """Every template that is shown before an answer: what is asked, hinted and offered."""
    yield from (getattr(question, "ask", None) or "", *question.hints, *getattr(question, "extra", ()))
    for entry in _entries(question):
        texts = (getattr(entry, name, None) for name in ("text", "left", "right"))
        yield from (text for text in texts if isinstance(text, str))


def texts_after(question: Question) -> Iterator[str]:
    """Every template that explains."""
    yield question.why
    for entry in _entries(question):
        yield entry.why
    for slip in getattr(question, "mistakes", ()):
        yield slip.say


def _entries(question: Question) -> Iterator[Any]:
    for name in _LISTS:
        yield from getattr(question, name, ())
