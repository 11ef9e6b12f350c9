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
"""Fewer say too little about one learner's memory."""
LEARNT_SHARE = 0.8
"""The share of the reviews that is learnt from, the earliest."""
MIN_LEARNT_SHARE = 0.5
"""Where many reviews have one and the same time, at least this share must lie before it."""
MAX_REVIEWS_LEARNT = 20_000
"""Where there are more, every second question counts, or every third: it takes less long and changes little."""
MAX_REVIEWS_PER_QUESTION = 64
"""Further reviews of one question are not learnt from; FSRS's optimiser does the same."""
BATCH_SIZE = 64
"""Reviews per step of the optimiser: its own 512 would leave ten steps to a thousand reviews."""
RELEARNING_STEPS = 1
"""How many steps of minutes FSRS has for a question that was forgotten."""
MIN_CHANCE = 1e-4
"""No forecast counts as surer than this: one wrong answer must not outweigh all others."""

History = Sequence[RatedAnswer]
"""The reviews of one question, the first answer included, the oldest first."""


class FitOutcome(NamedTuple):
    """A fit, and whether it is to be kept."""

    fitted: Fitted
    is_better: bool


def fit(histories: Sequence[History], in_use: Parameters, now: datetime) -> FitOutcome:
    """Fit the schedule to a learner's answers, and judge it by those it has not seen.

    Raises:
        ChainruleError: the optimiser is not installed, or there is too little to learn from.
    """
    held_out_from = begin_of_held_out(histories)
    learnt = list(_training_items(histories, held_out_from))
    parameters = _optimise(learnt)
    judged = [history for history in histories if history[-1][1] >= held_out_from]
    losses, before, published = (_find_losses(judged, each, held_out_from) for each in (parameters, in_use, PUBLISHED))
    fitted = Fitted(parameters, now, len(learnt), len(losses), _mean(losses), _mean(before))
    return FitOutcome(fitted, fitted.log_loss < min(fitted.log_loss_before, _mean(published)))


def learn_parameters(histories: Sequence[History], until: datetime) -> Parameters:
    """The parameters that suit the reviews before `until` best.

    Raises:
        ChainruleError: the optimiser is not installed, or there is too little to learn from.
    """
    return _optimise(list(_training_items(histories, until)))


def too_few_reviews(count: int) -> ChainruleError:
    """The error that says from when on a fit is possible."""
    return ChainruleError(
        f"the schedule can be fitted from {MIN_REVIEWS:,} reviews onwards, each a day or more after the last answer to "
        f"its question; {counted(count, 'review', none='no')} {'is' if count == 1 else 'are'} on record so far, and "
        "until then FSRS's published parameters do well"
    )


def _review_indices(history: History) -> Iterator[int]:
    """The indices at which a history has a review: an answer at least a day after the one before."""
    return (place for place in range(1, len(history)) if _days_before(history, place) > 0)


def _days_before(history: History, place: int) -> int:
    """Whole days since the answer before, as FSRS counts them."""
    return max(0, (history[place][1] - history[place - 1][1]).days) if place else 0


def begin_of_held_out(histories: Sequence[History]) -> datetime:
    """The moment from which on reviews are held out.

    Raises:
        ChainruleError: there are too few reviews, or most have one and the same time.
    """
    times = sorted(history[place][1] for history in histories for place in _review_indices(history))
    if len(times) < MIN_REVIEWS:
        raise too_few_reviews(len(times))
    begins = times[int(LEARNT_SHARE * len(times))]
    if sum(time < begins for time in times) < MIN_LEARNT_SHARE * len(times):
        raise ChainruleError(
            f"most of the {counted(len(times), 'review')} on record have the same time, so none can be held out; "
            "nothing was changed"
        )
    return begins


def _training_items(histories: Sequence[History], until: datetime) -> "Iterator[FSRSItem]":
    """Each review before `until`, in the order of time, with all that came before it, as the optimiser takes them."""
    fsrs_rs = _import_optimiser()
    learnt = [_learnt_indices(history, until) for history in histories]
    stride = 1 + sum(map(len, learnt)) // MAX_REVIEWS_LEARNT
    chosen = range(0, len(histories), stride)
    in_order_of_time = sorted(
        (histories[number][place][1], number, place) for number in chosen for place in learnt[number]
    )
    for _, number, place in in_order_of_time:
        history = histories[number]
        yield fsrs_rs.FSRSItem(
            [fsrs_rs.FSRSReview(history[each][0], _days_before(history, each)) for each in range(place + 1)]
        )


def _learnt_indices(history: History, until: datetime) -> list[int]:
    """The reviews of one question that are learnt from."""
    places = (place for place in _review_indices(history) if place < MAX_REVIEWS_PER_QUESTION)
    return [place for place in places if history[place][1] < until]


def _optimise(items: "Sequence[FSRSItem]") -> Parameters:
    """The parameters that suit these reviews best, within the bounds that the scheduler asks for."""
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    fsrs_rs = _import_optimiser()
    try:
        found = fsrs_rs.FSRS(fsrs_rs.DEFAULT_PARAMETERS).compute_parameters(
            items,
            num_relearning_steps=RELEARNING_STEPS,
            training_config=fsrs_rs.TrainingConfig(batch_size=BATCH_SIZE),
        )
    except ValueError:
        raise ChainruleError(
            "FSRS's optimiser cannot learn from these reviews: too few questions were answered a second time; "
            "nothing was changed"
        ) from None
    bounds = zip(found, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(high, max(low, value)) for value, low, high in bounds)


def _import_optimiser() -> "ModuleType":
    try:
        import fsrs_rs_python
    except ImportError:
        raise ChainruleError(
            "to fit the schedule needs the package fsrs-rs-python, which is not here: "
            "pip install '.[fit]' in Chainrule's folder, or pip install 'chainrule[fit]'"
        ) from None
    return fsrs_rs_python


def _find_losses(histories: Sequence[History], parameters: Parameters, begins: datetime) -> list[float]:
    """−ln(chance of what happened) for each review from `begins` on."""
    losses = []
    for history in histories:
        recalls = [1.0, *forecasts(history, parameters)]
        for place in _review_indices(history):
            rated, at = history[place]
            if at >= begins:
                chance = recalls[place] if rated > AGAIN else 1 - recalls[place]
                losses.append(-log(max(MIN_CHANCE, chance)))
    return losses


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
