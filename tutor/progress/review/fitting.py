"""Fits FSRS's parameters to a learner's own reviews, and judges them by the later ones, which it did not see.

The earlier four fifths of the reviews are learnt from (by FSRS's own optimiser, `fsrs-rs-python`), the last fifth is
held out. For each held-out review the schedule says from what came before how likely a right answer is; the mean of
−ln(chance of what happened) is the log loss. Fitted parameters are kept only where theirs is below that of the
parameters in use and below that of the published ones. Chance alone may bring a small gain; parameters that win by it
say nearly what the others said, so it does no harm.

A review is an answer to a question that was answered before, at least a day earlier; shorter times FSRS leaves to its
steps of minutes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import log
from typing import TYPE_CHECKING, NamedTuple

from tutor.errors import ChainruleError
from tutor.progress.review.fitted import Fitted
from tutor.progress.review.schedule import AGAIN, PUBLISHED, Parameters, RatedAnswer, forecasts
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from types import ModuleType

    from fsrs_rs_python import FSRSItem

MIN_REVIEWS = 1000
"""The fewest reviews for a fit: fewer say too little about one learner's memory."""
LEARNT_SHARE = 0.8
"""The share of the reviews that is learnt from: the earliest reviews."""
MIN_LEARNT_SHARE = 0.5
"""If many reviews have the same time, at least this share of all reviews must be before it."""
MAX_REVIEWS_LEARNT = 20_000
"""With more reviews, only every second (or third, …) question is learnt from: faster, with hardly another result."""
MAX_REVIEWS_PER_QUESTION = 64
"""Further reviews of one question are not learnt from; FSRS's optimiser does the same."""
BATCH_SIZE = 64
"""Reviews per step of the optimiser: its own 512 would leave ten steps to a thousand reviews."""
RELEARNING_STEPS = 1
"""How many short intervals, of minutes, FSRS has for a question that was forgotten."""
MIN_CHANCE = 1e-4
"""The smallest chance that a forecast counts with, so that one wrong answer cannot outweigh all others."""

History = Sequence[RatedAnswer]
"""The reviews of one question, the first answer included, the oldest first."""


class FitOutcome(NamedTuple):
    """A fit, and whether it is to be kept."""

    fitted: Fitted
    is_better: bool


def fit(histories: Sequence[History], in_use: Parameters, now: datetime) -> FitOutcome:
    """Fit the schedule to a learner's earlier answers, and judge the fit by the later ones, which it has not seen.

    Raises:
        ChainruleError: the optimiser is not installed, or there is too little to learn from.
    """
    held_out_from = find_held_out_start(histories)
    training_items = list(_training_items(histories, held_out_from))
    parameters = _optimise(training_items)
    histories_held_out = [history for history in histories if _time_at(history, -1) >= held_out_from]
    losses = _held_out_losses(histories_held_out, parameters, held_out_from)
    losses_before = _held_out_losses(histories_held_out, in_use, held_out_from)
    losses_published = _held_out_losses(histories_held_out, PUBLISHED, held_out_from)
    fitted = Fitted(
        parameters,
        at=now,
        learnt_from=len(training_items),
        held_out=len(losses),
        log_loss=_mean(losses),
        log_loss_before=_mean(losses_before),
    )
    is_better = fitted.log_loss < min(fitted.log_loss_before, _mean(losses_published))
    return FitOutcome(fitted, is_better)


def learn_parameters(histories: Sequence[History], until: datetime) -> Parameters:
    """The parameters that fit the reviews before `until` best.

    Raises:
        ChainruleError: the optimiser is not installed, or there is too little to learn from.
    """
    return _optimise(list(_training_items(histories, until)))


def too_few_reviews(count: int) -> ChainruleError:
    """The error for a record with only `count` reviews, which says how many a fit needs."""
    return ChainruleError(
        f"the schedule can be fitted from {MIN_REVIEWS:,} reviews onwards, each a day or more after the last answer to "
        f"its question; {counted(count, 'review', none='no')} {'is' if count == 1 else 'are'} on record so far, and "
        "until then FSRS’s published parameters do well"
    )


def _review_indices(history: History) -> Iterator[int]:
    """The indices of the reviews in a history: answers given at least a day after the one before."""
    return (index for index in range(1, len(history)) if _days_since_previous(history, index) > 0)


def _time_at(history: History, index: int) -> datetime:
    """When the answer with this index was given."""
    _, at = history[index]
    return at


def _days_since_previous(history: History, index: int) -> int:
    """The whole days between an answer and the one before it, as FSRS counts them; 0 for the first."""
    if index == 0:
        return 0
    return max(0, (_time_at(history, index) - _time_at(history, index - 1)).days)


def find_held_out_start(histories: Sequence[History]) -> datetime:
    """The moment from which on reviews are held out: after the first `LEARNT_SHARE` of all reviews.

    Raises:
        ChainruleError: there are too few reviews, or most have one and the same time.
    """
    times = sorted(_time_at(history, index) for history in histories for index in _review_indices(history))
    if len(times) < MIN_REVIEWS:
        raise too_few_reviews(len(times))
    held_out_from = times[int(LEARNT_SHARE * len(times))]
    learnt_count = sum(time < held_out_from for time in times)
    if learnt_count < MIN_LEARNT_SHARE * len(times):
        raise ChainruleError(
            f"most of the {counted(len(times), 'review')} on record have the same time, so none can be held out; "
            "nothing was changed"
        )
    return held_out_from


def _training_items(histories: Sequence[History], until: datetime) -> "Iterator[FSRSItem]":
    """Yield the optimiser's item for each review before `until`, in the order of time.

    An item holds the review and all earlier answers to its question.
    """
    fsrs_rs = _import_optimiser()
    indices_by_question = [_learnt_indices(history, until) for history in histories]
    review_count = sum(map(len, indices_by_question))
    stride = 1 + review_count // MAX_REVIEWS_LEARNT  # every question, every second, …
    in_order_of_time = sorted(
        (_time_at(histories[question], index), question, index)
        for question in range(0, len(histories), stride)
        for index in indices_by_question[question]
    )
    for _, question, index in in_order_of_time:
        history = histories[question]
        answers = []
        for earlier_index in range(index + 1):
            rating, _ = history[earlier_index]
            answers.append(fsrs_rs.FSRSReview(rating, _days_since_previous(history, earlier_index)))
        yield fsrs_rs.FSRSItem(answers)


def _learnt_indices(history: History, until: datetime) -> list[int]:
    """The indices of the reviews of one question that are learnt from."""
    indices = (index for index in _review_indices(history) if index < MAX_REVIEWS_PER_QUESTION)
    return [index for index in indices if _time_at(history, index) < until]


def _optimise(items: "Sequence[FSRSItem]") -> Parameters:
    """The parameters that fit these reviews best, clamped to the bounds that the scheduler accepts.

    Raises:
        ChainruleError: there is too little to learn from.
    """
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    fsrs_rs = _import_optimiser()
    try:
        optimum = fsrs_rs.FSRS(fsrs_rs.DEFAULT_PARAMETERS).compute_parameters(
            items,
            num_relearning_steps=RELEARNING_STEPS,
            training_config=fsrs_rs.TrainingConfig(batch_size=BATCH_SIZE),
        )
    except ValueError:
        raise ChainruleError(
            "FSRS’s optimiser cannot learn from these reviews: too few questions were answered a second time; "
            "nothing was changed"
        ) from None
    with_bounds = zip(optimum, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(high, max(low, value)) for value, low, high in with_bounds)


def _import_optimiser() -> "ModuleType":
    """The package fsrs-rs-python, which is an optional dependency.

    Raises:
        ChainruleError: it is not installed.
    """
    try:
        import fsrs_rs_python
    except ImportError:
        raise ChainruleError(
            "to fit the schedule needs the package fsrs-rs-python, which is not here: "
            "pip install '.[fit]' in Chainrule’s folder, or pip install 'chainrule[fit]'"
        ) from None
    return fsrs_rs_python


def _held_out_losses(histories: Sequence[History], parameters: Parameters, held_out_from: datetime) -> list[float]:
    """−ln(forecast chance of what happened) for each review from `held_out_from` on."""
    losses = []
    for history in histories:
        recalls = [1.0, *forecasts(history, parameters)]  # one for each answer; the first has no forecast
        for index in _review_indices(history):
            rating, at = history[index]
            if at >= held_out_from:
                was_remembered = rating > AGAIN
                chance = recalls[index] if was_remembered else 1 - recalls[index]
                losses.append(-log(max(MIN_CHANCE, chance)))
    return losses


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
