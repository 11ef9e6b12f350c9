"""A month of learning, simulated: `python -m benchmarks.month` compares the forecast of recall with what happened.

Each learner has a memory of her own, of which the schedule knows nothing but her answers:

- `as FSRS`: forgets as FSRS-6 says with its published parameters;
- `weak as FSRS`: the same, but her memories last 0.6 times as long;
- `exponential`: recall is 2^(−t/h) after t days; h begins at 3 days, doubles with each right answer, and halves, not
  below half a day, with each wrong one (after Settles and Meeder, "A Trainable Spaced Repetition Model", 2016);
- `careless`: as FSRS, but one answer in ten is a slip, wrong though known.

Each studies ten new questions a day for 30 days and reviews once a day all that is due. Before each review the schedule
says how likely a right answer is; the reviews are put into bins by that forecast. The observed share of right answers
stands beside it, with the bounds within which it lies in 99 of 100 cases when the forecast is true (a normal
approximation to the sum of independent answers, each with its own chance: variance Σ p(1 − p)).

A second table has the days after a fit: each learner goes on for a month with the published parameters, and with those
that were fitted to her answers so far, where they were kept (extra `fit`).
"""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import sqrt

from tutor.progress.review.fitting import FitOutcome, fit
from tutor.progress.review.schedule import AGAIN, GOOD, PUBLISHED, RatedAnswer, recall_probability, replay, review_card

START = datetime(2026, 3, 1, 18, tzinfo=UTC)
DAYS = 30
NEW = 10
FIT_ON = 45
"""The day on which the schedule is fitted: each learner has a thousand reviews by then."""
EDGES = (0.0, 0.8, 0.85, 0.9, 0.95, 1.0)
WITHIN = 2.576
"""Standard deviations that hold 99 of 100 cases."""


@dataclass
class Memory:
    """What a learner remembers of one question."""

    state: str | None = None
    """FSRS's state, for a memory of that kind."""
    half_life: float = 3.0
    """Days, for a memory that fades exponentially."""
    last: datetime = START


Recall = Callable[[Memory, datetime], float]
Learn = Callable[[Memory, bool, datetime], None]


@dataclass(frozen=True)
class Learner:
    """A learner of stated memory."""

    name: str
    recall: Recall
    learn: Learn
    slip: float = 0.0
    """How often she answers wrongly what she knows."""


def as_fsrs(strength: float) -> Recall:
    """Recall by FSRS's forgetting curve, with memories that last `strength` times as long."""

    def found(memory: Memory, now: datetime) -> float:
        assert memory.state is not None
        return recall_probability(memory.state, memory.last + (now - memory.last) / strength)

    return found


def learn_as_fsrs(memory: Memory, right: bool, now: datetime) -> None:
    """Strengthen or weaken a memory as FSRS says."""
    memory.state, _ = review_card(memory.state, GOOD if right else AGAIN, now)
    memory.last = now


def recall_fading(memory: Memory, now: datetime) -> float:
    """2^(−t/h)."""
    return float(2 ** (-((now - memory.last).total_seconds() / 86400) / memory.half_life))


def learn_fading(memory: Memory, right: bool, now: datetime) -> None:
    """Double the half-life, or halve it."""
    memory.half_life = memory.half_life * 2 if right else max(0.5, memory.half_life / 2)
    memory.last = now


LEARNERS = (
    Learner("as FSRS", as_fsrs(1.0), learn_as_fsrs),
    Learner("weak as FSRS", as_fsrs(0.6), learn_as_fsrs),
    Learner("exponential", recall_fading, learn_fading),
    Learner("careless", as_fsrs(1.0), learn_as_fsrs, slip=0.1),
)


@dataclass
class Month:
    """The reviews of one learner: the forecast of each, and whether it was right."""

    learner: Learner
    reviews: list[tuple[float, bool]] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    """The day of each review."""
    outcome: FitOutcome | None = None
    """What became of a fit."""

    def after(self, day: int) -> list[tuple[float, bool]]:
        """The reviews from a day on."""
        return [each for each, on in zip(self.reviews, self.days, strict=True) if on >= day]

    def before(self, day: int) -> list[tuple[float, bool]]:
        """The reviews until a day."""
        return [each for each, on in zip(self.reviews, self.days, strict=True) if on < day]


@dataclass(frozen=True)
class Bin:
    """Reviews whose forecasts lie close together."""

    low: float
    high: float
    count: int
    forecast: float
    """The mean forecast."""
    observed: float
    """The share that was right."""
    bound: float
    """How far the two lie apart at most, in 99 of 100 cases."""

    @property
    def holds(self) -> bool:
        """Whether the observed share lies within the bounds of the forecast."""
        return abs(self.observed - self.forecast) <= self.bound


def month(learner: Learner, seed: int = 1, days: int = DAYS, new: int = NEW, fit_on: int | None = None) -> Month:
    """What happens when `learner` studies `new` questions a day and reviews what is due, for `days` days.

    On the day `fit_on` the schedule is fitted to her answers so far, and goes on with that if it is better.
    """
    rng, found = random.Random(f"{learner.name} {seed}"), Month(learner)
    cards: dict[int, tuple[str, datetime]] = {}
    memories: dict[int, Memory] = {}
    histories: dict[int, list[RatedAnswer]] = {}
    parameters = PUBLISHED
    for day in range(days):
        now = START + timedelta(days=day)
        if day == fit_on:
            found.outcome = fit([*histories.values()], parameters, now)
            parameters = found.outcome.fitted.parameters if found.outcome.is_better else parameters
            cards = {question: replay(history, parameters) for question, history in histories.items()}
        for question in [name for name, (_, due) in cards.items() if due <= now]:
            state, memory = cards[question][0], memories[question]
            known = rng.random() < learner.recall(memory, now)
            right = known and rng.random() >= learner.slip
            found.reviews.append((recall_probability(state, now, parameters), right))
            found.days.append(day)
            learner.learn(memory, known, now)
            rated = GOOD if right else AGAIN
            cards[question] = review_card(state, rated, now, parameters)
            histories[question].append((rated, now))
        for question in range(day * new, (day + 1) * new):
            memories[question] = Memory(last=now)
            learner.learn(memories[question], True, now)
            cards[question] = review_card(None, GOOD, now, parameters)
            histories[question] = [(GOOD, now)]
    return found


def bins(reviews: list[tuple[float, bool]]) -> Iterator[Bin]:
    """The reviews by forecast; a bin without reviews is left out."""
    for low, high in pairwise(EDGES):
        inside = [(predicted, right) for predicted, right in reviews if low < predicted <= high]
        if inside:
            yield _make_bin(low, high, inside)


def _make_bin(low: float, high: float, reviews: list[tuple[float, bool]]) -> Bin:
    """The bin of these reviews, with the bound that the docstring of this module describes."""
    count = len(reviews)
    forecast, observed = (sum(column) / count for column in zip(*reviews, strict=True))
    bound = (WITHIN * sqrt(sum(said * (1 - said) for said, _ in reviews)) + 0.5) / count
    return Bin(low, high, count, forecast, observed, bound)


def summary(reviews: list[tuple[float, bool]]) -> Bin:
    """All reviews as one bin."""
    return _make_bin(0.0, 1.0, reviews)


def lines(learners: int) -> Iterator[str]:
    """The table, for `learners` of each kind together."""
    yield "learner         forecast     reviews  said   seen   bound  within"
    for learner in LEARNERS:
        reviews = [each for seed in range(learners) for each in month(learner, seed).reviews]
        for row, edges in [
            *((each, f"{each.low:.2f}–{each.high:.2f}") for each in bins(reviews)),
            (summary(reviews), "all"),
        ]:
            name = learner.name if edges == "all" else ""
            yield (
                f"{name:<15} {edges:<12} {row.count:>7}  {row.forecast:.3f}  {row.observed:.3f}  {row.bound:.3f}  "
                + ("yes" if row.holds else "no")
            )


def lines_after_fit(learners: int) -> Iterator[str]:
    """The second table: the days after `FIT_ON`, with the published parameters and with those of a fit."""
    yield f"learner         from day {FIT_ON} on  reviews  said   seen   bound  within   kept by  log loss held out"
    for learner in LEARNERS:
        for fit_on in (None, FIT_ON):
            months = [month(learner, seed, FIT_ON + DAYS, NEW, fit_on) for seed in range(learners)]
            outcomes = [one.outcome for one in months if one.outcome is not None]
            row = summary([seen for one in months for seen in one.after(FIT_ON)])
            holding = sum(summary(one.after(FIT_ON)).holds for one in months)
            kept = f"{sum(each.is_better for each in outcomes):>4} of {learners}" if outcomes else ""
            yield (
                f"{learner.name:<15} {'fitted' if outcomes else 'published':<14} {row.count:>7}  {row.forecast:.3f}  "
                f"{row.observed:.3f}  {row.bound:.3f}  {holding} of {learners}  {kept:<9}  {_loss_words(outcomes)}"
            ).rstrip()


def _loss_words(outcomes: list[FitOutcome]) -> str:
    """The mean log losses on what was held out, before the fits and after."""
    if not outcomes:
        return ""
    before, after = (
        sum(getattr(each.fitted, name) for each in outcomes) / len(outcomes) for name in ("log_loss_before", "log_loss")
    )
    return f"{before:.4f} → {after:.4f}"


def main() -> int:
    """Print the table; 1 when the forecast is off for the learner whose memory it describes."""
    learners = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for line in (*lines(learners), "", *lines_after_fit(learners)):
        print(line, flush=True)
    reviews = [each for seed in range(learners) for each in month(LEARNERS[0], seed).reviews]
    return not all(row.holds for row in [*bins(reviews), summary(reviews)])


if __name__ == "__main__":
    sys.exit(main())
