"""Checks a question over many seeds: that it computes, is readable, and grades its samples as promised."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from tutor.budget import spend
from tutor.errors import ChainruleError, clip, nearest
from tutor.expressions.arithmetic import Tolerance
from tutor.patterns import compile_lazily
from tutor.questions.base import Grade, Instance, Question, Sample
from tutor.questions.templates.placeholders import unknown_names
from tutor.questions.templates.variants import draw_numbers, read_pools
from tutor.text.ids import ID

PROOF_SEEDS = range(200)
"""The seeds with which a question with fresh numbers is checked."""
GRADED_SEEDS = 20
"""With this many of the first seeds, the samples are graded as well."""
GRADING_COST = 300
"""What it costs to grade a sample, in units of work."""
MAX_FIGURES = 6
"""The most figures of a number that learners read or type; zeros at either end do not count."""

Draft = TypeVar("Draft", bound=Instance)

_NUMBER = compile_lazily(r"(?<![\w.,])[0-9][0-9,]*(?:\.[0-9]+)?")


def find_faults(
    question: Question,
    draw_instance: Callable[[int], Draft],
    own_faults: Callable[[Draft], Iterable[str]] = lambda _: (),
) -> list[str]:
    """Find the faults of `question` with many seeds, up to the first seed that has any.

    The `check` of each kind calls this with the question's `draw_instance`; `own_faults` finds faults that only this
    kind can have.
    """
    faults = _faults_of_keys(question)
    seen_numbers: set[str] = set()
    pools = _read_pools_or_none(question)
    # With a typed answer only the numbers matter, so numbers that were checked before are skipped. Options are
    # shuffled differently by each seed, so they are checked again.
    is_shuffled = question.answer_format != "line"
    for seed in PROOF_SEEDS if question.given else PROOF_SEEDS[:1]:
        is_graded = seed < GRADED_SEEDS
        has_new_numbers = _add_new_numbers(question, seed, pools, seen_numbers)
        if has_new_numbers or (is_graded and is_shuffled):
            seed_faults = _faults_at(seed, draw_instance, own_faults, is_graded)
            if seed_faults:
                note = f" (with the numbers of seed {seed})" if question.given else ""
                return [*faults, *(f"{fault}{note}" for fault in seed_faults)]
    return [*faults, *_misspelt_names(question, draw_instance(0))]


def _read_pools_or_none(question: Question) -> dict[str, list[Any]]:
    """The values that each number is drawn from; {} if they cannot be read: `draw_instance` reports that later."""
    try:
        return read_pools(question)
    except ChainruleError:
        return {}


def _add_new_numbers(question: Question, seed: int, pools: Mapping[str, list[Any]], seen_numbers: set[str]) -> bool:
    """Add the numbers of `seed`, as text, to `seen_numbers`; return whether they are new."""
    try:
        numbers = repr(draw_numbers(question, seed, pools))
    except ChainruleError as error:  # new the first time, so that `draw_instance` reports it
        numbers = str(error)
    is_new = numbers not in seen_numbers
    seen_numbers.add(numbers)
    return is_new


def _faults_of_keys(question: Question) -> list[str]:
    """Find faults that do not depend on the numbers."""
    faults = []
    if not ID.fullmatch(question.id):
        faults.append(f"id '{clip(question.id, 40)}' must be small letters and digits joined by hyphens")
    if not any(hint.strip() for hint in question.hints):
        faults.append("hints are missing: give at least one")
    return faults


def _faults_at(
    seed: int, draw_instance: Callable[[int], Draft], own_faults: Callable[[Draft], Iterable[str]], is_graded: bool
) -> list[str]:
    """The faults of the question with the numbers of `seed`; with `is_graded` also of its samples."""
    try:
        draft = draw_instance(seed)
        faults = [*own_faults(draft), *_overlong_numbers(draft)]
        if not draft.why.strip():
            faults.append("why is missing: say why the right answer is right")
        if faults or not is_graded:
            return faults
        sample_faults = (_sample_fault(draft, sample) for sample in draft.samples())
        return [fault for fault in sample_faults if fault]
    except ChainruleError as error:
        return [str(error)]


def _sample_fault(instance: Instance, sample: Sample) -> str:
    """Say how the outcome of `sample` differs from the one that it promises; "" if it does not."""
    spend(GRADING_COST)
    outcome = instance.grade_text(sample.text)
    verdict: str
    if isinstance(outcome, Grade):
        verdict, message = outcome.verdict, outcome.feedback
    else:
        verdict, message = "unreadable", outcome.advice
    quoted = clip(sample.text, 30)
    if verdict != sample.expect:
        return f"the answer '{quoted}' should be {sample.expect} but comes out {verdict}"
    if sample.says not in message:
        return f"the answer '{quoted}' does not get its own message"
    return ""


# -- numbers that a learner can take in


def _overlong_numbers(instance: Instance) -> Iterator[str]:
    """A fault for each number with too many figures in the prompt or an option."""
    texts = [("ask", instance.prompt), *(("options", option.text) for option in instance.options)]
    for key, text in texts:
        for match in _NUMBER.finditer(text):
            number = match[0].rstrip(",")
            figures = number.replace(",", "").replace(".", "").lstrip("0")
            if "." not in number:
                figures = figures.rstrip("0")
            if len(figures) > MAX_FIGURES:
                yield f"{key}: {number} has more than {MAX_FIGURES} figures; round it, or draw other numbers"


def overlong_answer(expected: Fraction, tolerance: Tolerance) -> list[str]:
    """A fault when an answer rounded to `MAX_FIGURES` figures would be wrong."""
    rounded = Fraction(f"{float(expected):.{MAX_FIGURES - 1}e}")
    if tolerance.covers(rounded, expected):
        return []
    return [f"answer: it needs more than {MAX_FIGURES} figures; ask for it rounded, with figures or places"]


# -- names in braces


def _misspelt_names(question: Question, instance: Instance) -> list[str]:
    """A fault for each name in braces that stands for no number, so that the braces would be shown as written."""
    known = list(instance.names)
    unknown = [name for text in question.texts_before() for name in unknown_names(text, known)]
    if question.names_answer:  # `{answer}` is filled in, but only after the answer, where it gives nothing away
        known.append("answer")
    unknown += [name for text in question.texts_after() for name in unknown_names(text, known)]
    return [_advise_on_name(name, known) for name in dict.fromkeys(unknown)]


def _advise_on_name(name: str, known: list[str]) -> str:
    """The fault for `name` in braces, which is none of the `known` names."""
    if "." in name or "[" in name:
        return f"{{{name}}} is left as it is: write {{= {name}}}"
    suggestion = nearest(name, known)
    advice = f"did you mean {{{suggestion}}}?" if suggestion else "known: " + (", ".join(known) or "none")
    itself = ", or take the braces off a letter that stands for itself" if len(name) == 1 else ""
    return f"{{{name}}} stands for no number here; {advice}{itself}"
