"""The rule for mastery beside its peers: `python -m benchmarks.mastery` replays simulated answers and foretells each.

Each simulated learner answers a series of questions on one concept, from a pool of twelve whose difficulties differ.
How likely a right answer is, comes from the kind of the learner:

- `steady`: always the same;
- `gradual`: rises a little with each answer (logistic);
- `sudden`: unknown at first, then known at once, with slips and guesses (as in knowledge tracing: Corbett and Anderson,
  1995);
- `forgetful`: as gradual, but there are pauses after which much is gone;
- `careless`: as gradual, with one slip in eight answers.

Before each answer but the first, each rule says how likely it is right, from what came before in this series alone, as
the program has one learner's record and no other:

- `Beta`: `known` of `tutor.progress.review.mastery`, the program's own rule;
- `Elo`: a rating of the learner, and one of each question, updated by (1 / (1 + 0.05 n)) times the surprise (Pelánek,
  "Applications of the Elo rating system in adaptive educational systems", 2016);
- `PFA`: a logistic model of the numbers of right and wrong answers so far (Pavlik, Cen and Koedinger, "Performance
  Factors Analysis", 2009), its three coefficients fitted to other learners of the very same kinds;
- `PFA elsewhere`: the same, fitted to learners of the other kinds: coefficients that a program brings along.

`python -m benchmarks.mastery --train TRAIN.csv --test TEST.csv` replays answers of real learners instead, from files
in the format in which the ASSISTments data are passed on (three lines a learner: how many answers; the skill of each; 1
or 0 for right or wrong). A series is what one learner answered on one skill; the files do not say which question it
was, so each is one of its own for Elo. PFA is fitted to the learners of the first file, `PFA elsewhere` to the
simulated ones.

AUC is the chance that a right answer was foretold as likelier than a wrong one, 0.5 for a blind guess; log loss is the
mean of −ln(chance given to what happened).
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from math import exp, log
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tutor.progress.review.mastery import level

QUESTIONS = 12
"""In the pool of a concept."""
SHORTEST, LONGEST = 6, 40
"""Answers of a series."""
PAUSE = 0.12
"""The share of answers before which a forgetful learner paused."""
ELO_SLOWING = 0.05
NEWTON_STEPS = 20


class Answer(NamedTuple):
    """One answer of a series."""

    question: int
    right: bool


Series = list[Answer]


class Kind(NamedTuple):
    """How a learner of some kind comes to answer rightly."""

    name: str
    gain: float = 0.0
    """How much each answer adds to her ability, in logits."""
    loss: float = 0.0
    """The share of what was gained that a pause takes."""
    slip: float = 0.0
    is_sudden: bool = False


KINDS = (
    Kind("steady"),
    Kind("gradual", gain=0.12),
    Kind("sudden", slip=0.1, is_sudden=True),
    Kind("forgetful", gain=0.2, loss=0.7),
    Kind("careless", gain=0.15, slip=0.125),
)


def draw_series(kind: Kind, random: np.random.Generator) -> Series:
    """One learner's answers on one concept."""
    difficulties = random.normal(0, 0.7, QUESTIONS)
    start, gained, knows = random.normal(0.2, 1.0), 0.0, False
    answers = []
    for _ in range(random.integers(SHORTEST, LONGEST + 1)):
        question = int(random.integers(QUESTIONS))
        if kind.loss and random.random() < PAUSE:
            gained *= 1 - kind.loss
        if kind.is_sudden:
            chance = 1 - kind.slip if knows else 0.2
            knows = knows or random.random() < 0.12
        else:
            chance = (1 - kind.slip) * logistic(start + gained - difficulties[question])
        answers.append(Answer(question, bool(random.random() < chance)))
        gained += kind.gain
    return answers


def learners(kind: Kind, count: int, seed: int) -> list[Series]:
    """The answers of so many learners of a kind."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    return [draw_series(kind, random) for _ in range(count)]


def logistic(value: float) -> float:
    """1 / (1 + e^(−value))."""
    return 1 / (1 + exp(-value))


Rule = Callable[[Series], Iterator[float]]
"""Foretells each answer of a series but the first, from those before."""


def beta(answers: Series) -> Iterator[float]:
    """The program's rule."""
    scores = [float(answer.right) for answer in answers]
    return (level(scores[:place]) for place in range(1, len(answers)))


def elo(answers: Series) -> Iterator[float]:
    """Ratings of the learner and of each question."""
    ability, difficulties, asked = 0.0, defaultdict[int, float](float), defaultdict[int, int](int)
    for place, answer in enumerate(answers):
        expected = logistic(ability - difficulties[answer.question])
        if place:
            yield expected
        surprise = answer.right - expected
        ability += surprise / (1 + ELO_SLOWING * place)
        difficulties[answer.question] -= surprise / (1 + ELO_SLOWING * asked[answer.question])
        asked[answer.question] += 1


def counts(answers: Series) -> Iterator[tuple[float, float, float]]:
    """1, the right and the wrong answers so far, before each answer but the first."""
    right = wrong = 0
    for place, answer in enumerate(answers):
        if place:
            yield (1.0, right, wrong)
        right, wrong = right + answer.right, wrong + (not answer.right)


def pfa(coefficients: np.ndarray) -> Rule:
    """The logistic model with these coefficients."""
    return lambda answers: (logistic(float(np.dot(coefficients, row))) for row in counts(answers))


def fit_pfa(training: list[Series]) -> np.ndarray:
    """The coefficients of greatest likelihood, by Newton's method."""
    rows = np.array([row for answers in training for row in counts(answers)])
    right = np.array([answer.right for answers in training for answer in answers[1:]], float)
    coefficients = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-rows @ coefficients))
        hessian = rows.T @ (rows * (chance * (1 - chance))[:, None])
        coefficients = coefficients + np.linalg.solve(hessian, rows.T @ (right - chance))
    return coefficients


def auc(predicted: np.ndarray, right: np.ndarray) -> float:
    """The chance that a right answer was foretold as likelier than a wrong one; a tie counts half."""
    order = np.sort(predicted[~right])
    below, upto = (np.searchsorted(order, predicted[right], side) for side in ("left", "right"))
    return float((below + upto).mean() / (2 * len(order)))


def log_loss(predicted: np.ndarray, right: np.ndarray) -> float:
    """The mean of −ln(chance given to what happened)."""
    return float(np.mean([-log(chance if hit else 1 - chance) for chance, hit in zip(predicted, right, strict=True)]))


class Score(NamedTuple):
    """How well a rule foretells."""

    auc: float
    log_loss: float


def score(predicted: list[float], right: list[bool]) -> Score:
    """Judge what was foretold by what happened."""
    return Score(auc(np.array(predicted), np.array(right)), log_loss(np.array(predicted), np.array(right)))


def scores(count: int, seed: int = 1) -> dict[str, dict[str, Score]]:
    """Kind of learner, and `all` → rule → its score on `count` learners of each kind."""
    training = {kind.name: learners(kind, count, seed + 1) for kind in KINDS}
    everybody = pfa(fit_pfa([each for one in training.values() for each in one]))
    found: dict[str, dict[str, Score]] = {}
    all_said: dict[str, list[float]] = {}
    all_right: list[bool] = []
    for kind in KINDS:
        others = [each for name, one in training.items() if name != kind.name for each in one]
        rules: dict[str, Rule] = {"Beta": beta, "Elo": elo, "PFA": everybody, "PFA elsewhere": pfa(fit_pfa(others))}
        answered = learners(kind, count, seed)
        right = [answer.right for answers in answered for answer in answers[1:]]
        predicted = {name: [chance for answers in answered for chance in rule(answers)] for name, rule in rules.items()}
        found[kind.name] = {name: score(these, right) for name, these in predicted.items()}
        all_right += right
        for name, these in predicted.items():
            all_said.setdefault(name, []).extend(these)
    return found | {"all": {name: score(these, all_right) for name, these in all_said.items()}}


def read_series(path: Path) -> list[Series]:
    """What each learner of a file answered on each skill, where that is more than one answer."""
    lines = [line.strip(" ,") for line in path.read_text("utf-8").split("\n") if line.strip(" ,\r")]
    found = []
    for skills, marks in zip(lines[1::3], lines[2::3], strict=True):
        by_skill: dict[str, Series] = {}
        for number, (skill, mark) in enumerate(zip(skills.split(","), marks.split(","), strict=True)):
            by_skill.setdefault(skill, []).append(Answer(number, mark.strip() == "1"))
        found += [answers for answers in by_skill.values() if len(answers) > 1]
    return found


def scores_of_real(train: Path, test: Path, count: int) -> dict[str, dict[str, Score]]:
    """The file's name → rule → its score on the answers of real learners."""
    simulated = [each for kind in KINDS for each in learners(kind, count, 2)]
    rules: dict[str, Rule] = {
        "Beta": beta,
        "Elo": elo,
        "PFA": pfa(fit_pfa(read_series(train))),
        "PFA elsewhere": pfa(fit_pfa(simulated)),
    }
    answered = read_series(test)
    right = [answer.right for answers in answered for answer in answers[1:]]
    predicted = {name: [chance for answers in answered for chance in rule(answers)] for name, rule in rules.items()}
    return {f"{test.stem} ({len(right):,} answers)": {name: score(these, right) for name, these in predicted.items()}}


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(prog="benchmarks.mastery")
    parser.add_argument("learners", nargs="?", type=int, default=500, help="simulated learners of each kind")
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    asked = parser.parse_args()
    found = scores_of_real(asked.train, asked.test, asked.learners) if asked.test else scores(asked.learners)
    rules = list(next(iter(found.values())))
    print("| learners | " + " | ".join(f"{rule}: AUC, log loss" for rule in rules) + " |")
    print("|" + " --- |" * (len(rules) + 1))
    for name, row in found.items():
        print(f"| {name} | " + " | ".join(f"{row[rule].auc:.3f}, {row[rule].log_loss:.4f}" for rule in rules) + " |")


if __name__ == "__main__":
    main()
