"""Proving a question before a learner meets it: over many seeds it computes, and its samples come out."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tutor.budget import spend
from tutor.errors import ChainruleError, clip, nearest
from tutor.patterns import late
from tutor.questions.base import Grade, Instance, Question, Sample
from tutor.questions.templates.filling import texts_after, texts_before
from tutor.questions.templates.readable_numbers import long_numbers
from tutor.questions.templates.templates import strangers
from tutor.questions.templates.variants import drawn

SEEDS = range(200)
"""The seeds that a question with fresh numbers is proved for."""
THOROUGH = 20
"""For so many of them the samples are graded too; after them only numbers that did not come up before count."""

GRADING = 300
"""What it costs to grade a sample, in units of work."""

Made = TypeVar("Made", bound=Instance)

_ID = late("[a-z0-9]+(-[a-z0-9]+)*")


def faults_of(
    question: Question, instance: Callable[[int], Made], own: Callable[[Made], Iterable[str]] = lambda _: ()
) -> list[str]:
    """What is wrong with `question`; `own` finds the faults that only its kind can have."""
    faults = _plain_faults(question)
    seen: set[str] = set()
    for seed in SEEDS if question.given else SEEDS[:1]:
        thorough = seed < THOROUGH
        if thorough or not _known(question, seed, seen):
            found = _faults_at(seed, instance, own, thorough)
            if found:
                note = f" (with the numbers of seed {seed})" if question.given else ""
                return [*faults, *(f"{fault}{note}" for fault in found)]
    return [*faults, *_misspelt(question, instance(0))]


def _known(question: Question, seed: int, seen: set[str]) -> bool:
    """Whether the numbers of `seed` are among those in `seen`, to which they are added."""
    numbers = repr(drawn(question, seed))
    new = numbers not in seen
    seen.add(numbers)
    return not new


def _plain_faults(question: Question) -> list[str]:
    faults = []
    if not _ID.fullmatch(question.id):
        faults.append(f"id '{clip(question.id, 40)}' must be small letters and digits joined by hyphens")
    if not [hint for hint in question.hints if hint.strip()]:
        faults.append("hints are missing: give at least one")
    return faults


def _faults_at(
    seed: int, instance: Callable[[int], Made], own: Callable[[Made], Iterable[str]], thorough: bool
) -> list[str]:
    try:
        made = instance(seed)
        faults = [*own(made), *long_numbers(made)]
        if not made.why.strip():
            faults.append("why is missing: say why the right answer is right")
        if faults or not thorough:
            return faults
        return [fault for sample in made.samples() if (fault := _broken(made, sample))]
    except ChainruleError as error:
        return [str(error)]


def _broken(instance: Instance, sample: Sample) -> str:
    spend(GRADING)
    outcome = instance.answer(sample.text)
    verdict, said = (
        (outcome.verdict, outcome.feedback) if isinstance(outcome, Grade) else ("unreadable", outcome.advice)
    )
    quoted = clip(sample.text, 30)
    if verdict != sample.expect:
        return f"the answer '{quoted}' should be {sample.expect} but comes out {verdict}"
    return "" if sample.says in said else f"the answer '{quoted}' does not get its own message"


def _misspelt(question: Question, instance: Instance) -> list[str]:
    """Names in braces that stay as they are: outside a formula nobody means that."""
    known = dict(instance.names)
    found = [name for text in texts_before(question) for name in strangers(text, known)]
    if hasattr(instance, "expected"):
        known["answer"] = None
    found += [name for text in texts_after(question) for name in strangers(text, known)]
    return [_advice(name, list(known)) for name in dict.fromkeys(found)]


def _advice(name: str, known: list[str]) -> str:
    if "." in name or "[" in name:
        return f"{{{name}}} is left as it is: write {{= {name}}}"
    near = nearest(name, known)
    advice = f"did you mean {{{near}}}?" if near else "known: " + (", ".join(known) or "none")
    itself = ", or take the braces off a letter that stands for itself" if len(name) == 1 else ""
    return f"{{{name}}} stands for no number here; {advice}{itself}"
