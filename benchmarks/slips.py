"""Would a schedule that knows of slips foretell better? `python -m benchmarks.slips 6` tries it, six learners a kind.

The learners are those of `benchmarks.month`. A slip is a wrong answer to what is known, and FSRS has no number for it.

- `slip`: beside FSRS's parameters a chance s that what is remembered is answered wrongly all the same; a right answer
  then has the chance (1 − s) × recall. s is that of the greatest likelihood on the reviews that are learnt from, for
  the published parameters and for the fitted ones.
- `lenient`: a wrong answer between two right ones, the later within three days, counts as Hard instead of Again as soon
  as that later one is known.

The first table is of one series of reviews, made with the published schedule: what each says of those from day 45 on,
beside what was right. In the second the learner goes on for a month with the one that foretold the held-out reviews
best, without slips and with them.
"""

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import log

from benchmarks.month import DAYS, FIT_ON, LEARNERS, NEW, START, Learner, Memory, summary
from tutor.progress.review.fitting import find_held_out_start, learn_parameters
from tutor.progress.review.schedule import (
    AGAIN,
    GOOD,
    HARD,
    PUBLISHED,
    Parameters,
    RatedAnswer,
    forecasts,
    recall_probability,
    replay,
    review_card,
)

Histories = list[list[RatedAnswer]]
Forecast = list[tuple[float, bool]]
"""What was said before each review, and whether it was right."""
SLIPS = tuple(step / 200 for step in range(61))
"""The chances of a slip that are tried: up to three in ten."""
LENIENT_DAYS = 3
MIN_CHANCE = 1e-4


class Study:
    """A learner who studies day after day; what was answered, and what was said before."""

    def __init__(self, learner: Learner, seed: int) -> None:
        self.learner = learner
        self.rng = random.Random(f"{learner.name} {seed}")
        self.histories: dict[int, list[RatedAnswer]] = {}
        self.memories: dict[int, Memory] = {}
        self.forecast: Forecast = []

    def go_on(self, days: range, parameters: Parameters = PUBLISHED, slip: float = 0.0) -> None:
        """Study on these days with a schedule of these parameters."""
        cards = {question: replay(history, parameters) for question, history in self.histories.items()}
        for day in days:
            now = START + timedelta(days=day)
            for question in [name for name, (_, due) in cards.items() if due <= now]:
                state = cards[question][0]
                known = self.rng.random() < self.learner.recall(self.memories[question], now)
                right = known and self.rng.random() >= self.learner.slip
                self.forecast.append(((1 - slip) * recall_probability(state, now, parameters), right))
                self.learner.learn(self.memories[question], known, now)
                rated = GOOD if right else AGAIN
                cards[question] = review_card(state, rated, now, parameters)
                self.histories[question].append((rated, now))
            for question in range(day * NEW, (day + 1) * NEW):
                self.memories[question] = Memory(last=now)
                self.learner.learn(self.memories[question], True, now)
                cards[question] = review_card(None, GOOD, now, parameters)
                self.histories[question] = [(GOOD, now)]


def lenient(history: list[RatedAnswer]) -> list[RatedAnswer]:
    """A history in which a wrong answer between two right ones is Hard."""
    softened = list(history)
    for place in range(1, len(history) - 1):
        (before, _), (rated, at), (after, later) = history[place - 1 : place + 2]
        if rated == AGAIN < min(before, after) and (later - at).days <= LENIENT_DAYS:
            softened[place] = (HARD, at)
    return softened


def forecasts_of(
    histories: Histories, parameters: Parameters, is_lenient: bool = False
) -> Iterator[tuple[datetime, float, bool]]:
    """The moment of each review, what was said before it, and whether it was right."""
    for history in histories:
        predicted = list(forecasts(history, parameters))
        for place in range(1, len(history)):
            rated, at = history[place]
            if is_lenient:
                predicted[place - 1] = list(forecasts([*lenient(history[:place]), history[place]], parameters))[-1]
            yield at, predicted[place - 1], rated > AGAIN


def with_slip(forecast: Forecast, slip: float) -> Forecast:
    """The chance of a right answer where one of so many that are remembered is a slip."""
    return [((1 - slip) * predicted, right) for predicted, right in forecast]


def log_loss(forecast: Forecast) -> float:
    """The mean of −ln(chance of what happened)."""
    return -sum(log(max(MIN_CHANCE, chance if right else 1 - chance)) for chance, right in forecast) / len(forecast)


def likeliest_slip(forecast: Forecast) -> float:
    """The chance of a slip by which these reviews are likeliest."""
    return min(SLIPS, key=lambda slip: log_loss(with_slip(forecast, slip)))


def before_and_after(
    histories: Histories, begins: datetime, parameters: Parameters, is_lenient: bool = False
) -> tuple[Forecast, Forecast]:
    """What is said of the reviews before a moment, and of those from it on."""
    found = list(forecasts_of(histories, parameters, is_lenient))
    earlier = [(predicted, right) for at, predicted, right in found if at < begins]
    return earlier, [(predicted, right) for at, predicted, right in found if at >= begins]


def choose(histories: Histories, slips: bool) -> tuple[Parameters, float]:
    """The parameters, and the chance of a slip, that foretell the held-out reviews best."""
    begins = find_held_out_start(histories)
    found: list[tuple[float, Parameters, float]] = []
    for parameters in (PUBLISHED, learn_parameters(histories, begins)):
        learnt, held_out = before_and_after(histories, begins, parameters)
        for slip in {0.0, likeliest_slip(learnt)} if slips else {0.0}:
            found.append((log_loss(with_slip(held_out, slip)), parameters, slip))
    return min(found)[1:]


def rows_of_one_series(learner: Learner, count: int) -> Iterator[str]:
    """The first table."""
    found: dict[str, list[tuple[Forecast, float]]] = {}
    begins = START + timedelta(days=FIT_ON)
    for seed in range(count):
        study = Study(learner, seed)
        study.go_on(range(FIT_ON + DAYS))
        histories = list(study.histories.values())
        early = [past for history in histories if (past := [each for each in history if each[1] < begins])]
        fitted = learn_parameters(early, begins)
        for name, parameters, is_lenient in (
            ("published", PUBLISHED, False),
            ("fitted", fitted, False),
            ("lenient", PUBLISHED, True),
            ("lenient, fitted", learn_parameters([lenient(each) for each in early], begins), True),
        ):
            learnt, later = before_and_after(histories, begins, parameters, is_lenient)
            slip = likeliest_slip(learnt)
            found.setdefault(name, []).append((later, 0.0))
            found.setdefault(f"{name}, slip", []).append((with_slip(later, slip), slip))
    for name, each in found.items():
        yield format_row(learner.name, name, [forecast for forecast, _ in each], [slip for _, slip in each])


def rows_of_a_month(learner: Learner, count: int) -> Iterator[str]:
    """The second table."""
    for slips in (False, True):
        after, chosen = [], []
        for seed in range(count):
            study = Study(learner, seed)
            study.go_on(range(FIT_ON))
            study.forecast = []
            parameters, slip = choose(list(study.histories.values()), slips)
            study.go_on(range(FIT_ON, FIT_ON + DAYS), parameters, slip)
            after.append(study.forecast)
            chosen.append(slip)
        yield format_row(learner.name, "with slips" if slips else "without", after, chosen)


def format_row(learner: str, name: str, runs: list[Forecast], slips: list[float]) -> str:
    """One row of either table, of all learners of a kind."""
    whole = summary([each for one in runs for each in one])
    holding = sum(summary(one).holds for one in runs)
    loss, slip = sum(map(log_loss, runs)) / len(runs), sum(slips) / len(slips)
    return (
        f"{learner:<14} {name:<22} {whole.count:>7}  {whole.forecast:.3f}  {whole.observed:.3f}  "
        f"{holding} of {len(runs)}  {loss:.4f}  {slip:.3f}"
    )


def main() -> None:
    """Print both tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    for rows in (rows_of_one_series, rows_of_a_month):
        print(f"{'learner':<14} {'schedule':<22} reviews  said   seen   within  loss    slip")
        for learner in LEARNERS:
            for line in rows(learner, count):
                print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
