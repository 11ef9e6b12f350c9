"""The rule for mastery beside Elo and PFA: what docs/record.md says of them holds of a smaller run."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.mastery import (
    KINDS,
    Answer,
    auc,
    beta,
    elo,
    fit_pfa,
    learners,
    log_loss,
    logistic,
    pfa,
    read_series,
    scores,
    scores_of_real,
)
from tutor.progress.review.mastery import level

SERIES = [Answer(0, True), Answer(1, False), Answer(0, True), Answer(2, True)]


def test_each_rule_foretells_an_answer_from_those_before_it_alone() -> None:
    for rule in (beta, elo, pfa(np.array([0.1, 0.2, -0.3]))):
        said = list(rule(SERIES))
        assert len(said) == len(SERIES) - 1
        for place in range(1, len(SERIES)):
            turned = [*SERIES[:place], *(Answer(each.question, not each.right) for each in SERIES[place:])]
            assert list(rule(turned))[:place] == said[:place]


def test_the_rules_are_those_that_are_named() -> None:
    assert list(beta(SERIES)) == [level([1.0]), level([1.0, 0.0]), level([1.0, 0.0, 1.0])]
    assert list(pfa(np.array([0.1, 0.2, -0.3]))(SERIES))[2] == pytest.approx(logistic(0.1 + 2 * 0.2 - 0.3))
    first, second, _ = elo(SERIES)
    assert first == pytest.approx(logistic(0.5))  # the learner rose by 1 − 0.5, a new question stands at 0
    ability, difficulty = 0.5 - first / 1.05, -0.5
    assert second == pytest.approx(logistic(ability - difficulty))


def test_auc_is_counted_over_all_pairs_and_log_loss_is_the_mean() -> None:
    random = np.random.default_rng(3)
    said, right = random.integers(1, 9, 60) / 10, random.random(60) < 0.6
    pairs = [(a > b) + (a == b) / 2 for a in said[right] for b in said[~right]]
    assert auc(said, right) == pytest.approx(sum(pairs) / len(pairs))
    assert log_loss(np.array([0.5, 0.25]), np.array([True, False])) == pytest.approx(-np.log(0.5 * 0.75) / 2)


def test_pfa_is_fitted_where_the_likelihood_is_greatest() -> None:
    training = learners(KINDS[1], 60, 5)
    best = fit_pfa(training)
    right = np.array([answer.right for answers in training for answer in answers[1:]])

    def loss(coefficients: np.ndarray) -> float:
        return log_loss(np.array([chance for answers in training for chance in pfa(coefficients)(answers)]), right)

    for place in range(3):
        for step in (-0.01, 0.01):
            assert loss(best) < loss(best + step * np.eye(3)[place])


def test_real_answers_are_read_by_learner_and_skill(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("5\n7,3,7,7,9\n1,0,0,1,1\n\n2,\n3,3,\n0,1,\n", "utf-8")
    assert [[answer.right for answer in answers] for answers in read_series(path)] == [
        [True, False, True],
        [False, True],
    ]
    found = scores_of_real(path, path, 20)
    assert list(found) == ["answers (3 answers)"]
    assert set(found["answers (3 answers)"]) == {"Beta", "Elo", "PFA", "PFA elsewhere"}


def test_no_peer_beats_the_rule_on_all_kinds_of_learner() -> None:
    found = scores(150)
    assert found == scores(150)
    ours = found["all"]["Beta"]
    for name, peer in found["all"].items():
        assert ours.auc > peer.auc - 0.01, name
    assert abs(ours.log_loss - found["all"]["Elo"].log_loss) < 0.01
    assert found["steady"]["Beta"].log_loss < min(
        found["steady"][name].log_loss for name in ("Elo", "PFA", "PFA elsewhere")
    )
