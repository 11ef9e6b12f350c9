"""Fits the schedule of a record to its learner, and can return to the published parameters."""

from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.progress.review.cards import rated_reviews, reschedule_all
from tutor.progress.review.fitted import FITTED_NAME, Fitted, parameters_in_use, parse_fitted
from tutor.progress.review.fitting import MIN_REVIEWS, FitOutcome, fit, too_few_reviews
from tutor.progress.tables.attempt import RETRY

LAST_FIT_NAME = "schedule:tried"
"""The name of the stored text with the number of reviews at the last fit, whether or not that fit was kept."""
GROWTH_BEFORE_NEXT_FIT = 1.5
"""A fit is offered again when the number of reviews has grown by this factor since the last fit."""
MAX_COUNT_DIGITS = 9
"""The most digits of a stored count; the text of an imported record may say anything."""
SELECT_REPEATED = f"""
    SELECT COUNT(*) - COUNT(DISTINCT question) FROM standing WHERE verdict <> 'left out' AND mode <> '{RETRY}'
"""
"""How many answers were not the first to their question: all answers minus one for each question."""


def fitted_schedule(store: Store) -> Fitted | None:
    """The parameters that were fitted to the learner; `None` while the published are in use."""
    return parse_fitted(store.stored(FITTED_NAME))


def fit_schedule(store: Store) -> FitOutcome:
    """Fit the schedule to the answers on record; if the fit is better, use it from now on and recompute every card.

    Raises:
        ChainruleError: there is too little to learn from, the optimiser is not installed, or the fit cannot be kept.
    """
    repeated_count = _count_repeated(store)
    if repeated_count < MIN_REVIEWS:  # asked first, since the transaction below would create a missing record
        raise too_few_reviews(repeated_count)
    now = store.clock()
    with store.transaction("the fitted schedule") as database:
        rows = database.execute("SELECT DISTINCT question FROM standing ORDER BY question").fetchall()
        questions = [str(question) for (question,) in rows]
        histories = [history for _, history in rated_reviews(database, questions, now) if history]
        in_use = parameters_in_use(database)
    outcome = fit(histories, in_use, now)
    if outcome.is_better:
        _store_fit(store, outcome.fitted.as_text())
    store.save_stored(LAST_FIT_NAME, str(_count_repeated(store)), "the size of the fit")
    return outcome


def _store_fit(store: Store, text: str) -> None:
    """Store the text of the fit that is used from now on, "" for none, and recompute every card by it."""
    with store.transaction("the schedule") as database:
        database.execute("INSERT OR REPLACE INTO flags VALUES (?, ?)", (FITTED_NAME, text))
        reschedule_all(database, store.clock())


def use_published_schedule(store: Store) -> None:
    """Discard the fitted parameters: use FSRS's published ones again, and recompute every card.

    Raises:
        ChainruleError: they are in use already, or the change cannot be kept.
    """
    if fitted_schedule(store) is None:
        raise ChainruleError("the schedule has FSRS’s published parameters already; nothing was changed")
    _store_fit(store, "")


def is_fit_worthwhile(store: Store) -> bool:
    """Whether there are enough reviews for a fit, and enough new ones since the last one."""
    stored_count = store.stored(LAST_FIT_NAME) or ""
    is_count = stored_count.isdecimal() and len(stored_count) <= MAX_COUNT_DIGITS
    count_at_last_fit = int(stored_count) if is_count else 0
    return _count_repeated(store) >= max(MIN_REVIEWS, GROWTH_BEFORE_NEXT_FIT * count_at_last_fit)


def _count_repeated(store: Store) -> int:
    """How many answers were not the first to their question: at least as many as there are reviews."""
    rows = store.rows(SELECT_REPEATED)
    return int(rows[0][0]) if rows else 0  # no row while there is no record
