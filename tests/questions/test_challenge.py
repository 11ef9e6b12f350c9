from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.examples import CHALLENGE
from tutor.questions.answers.run_settings import RunSetting, read_run_setting
from tutor.questions.base import Grade, Scene, Unreadable
from tutor.questions.kinds.challenge import ChallengeInstance, _split_conditions
from tutor.questions.kinds.table import read_question
from tutor.sims.table import find_simulation

pytestmark = pytest.mark.usefixtures("walk")


def instance(**changed: object) -> ChallengeInstance:
    made = read_question("challenge", {**CHALLENGE, **changed}).draw_instance(0)
    assert isinstance(made, ChallengeInstance)
    return made


def graded(made: ChallengeInstance, raw: str) -> Grade:
    outcome = made.grade_text(raw)
    assert isinstance(outcome, Grade), outcome
    return outcome


def test_the_scene_says_what_may_be_changed() -> None:
    made = instance()
    assert made.scene == Scene("walk", {"learning_rate": 0.01}, 0, ("learning_rate",))
    assert made.how == "learning_rate=… steps=N (at most 200)"
    assert made.solution == "learning_rate=0.4 steps=10"


def test_a_goal_that_is_reached_is_right_and_says_after_how_many_steps() -> None:
    grade = graded(instance(), "learning_rate=0.5 steps=1")
    assert grade.verdict == "right"
    assert grade.feedback.startswith("The goal is reached after 1 step.")
    assert "Each step multiplies" in grade.feedback


def test_of_a_goal_in_parts_only_what_is_missing_is_said() -> None:
    grade = graded(instance(goal="step == 12 and w < 0.5 and w <= 9"), "steps=10")
    assert grade.feedback == "After 10 steps: `w = 3.26829`. Wanted: `step = 12` and `w < 0.5`."


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("w < 0.5 or step == 12 and w < 9", "`w < 0.5 or step = 12 and w < 9`"),
        ("not converged and (w < 0.5 or w > 9)", "`not converged and (w < 0.5 or w > 9)`"),
        ("sort == up and w > 1", "`sort = up`"),
    ],
)
def test_a_goal_with_alternatives_is_told_whole_and_a_word_is_no_quantity(goal: str, says: str) -> None:
    feedback = graded(instance(goal=goal, allow=["learning_rate"]), "steps=10").feedback
    assert feedback.endswith(f"Wanted: {says}.")
    assert "up =" not in feedback


def test_a_goal_that_is_missed_is_set_beside_what_came_out() -> None:
    grade = graded(instance(goal="w < 0.5 and step <= 20"), "steps=10")
    assert grade.verdict == "wrong"
    assert grade.feedback == "After 10 steps: `w = 3.26829`. Wanted: `w < 0.5`."


def test_a_pitfall_is_recognised_and_divergence_is_said() -> None:
    assert graded(instance(), "learning_rate=3 steps=20").feedback == "It runs away."
    diverged = graded(instance(mistakes=[], most=5000, allow=["learning_rate"]), "learning_rate=90 steps=5000")
    assert diverged.feedback.startswith("The run diverged at step ")
    told = [{"when": "diverged", "say": "It overflowed."}]
    assert graded(instance(mistakes=told, most=5000), "learning_rate=90 steps=5000").feedback == "It overflowed."


def test_a_goal_on_what_is_not_computed_or_not_finite_is_not_met() -> None:
    assert graded(instance(goal="late + 1 > 0"), "steps=0").verdict == "wrong"
    assert "`late = –`" in graded(instance(goal="late > 0"), "steps=0").feedback


def test_a_run_that_ends_early_is_judged_where_it_ended() -> None:
    made = instance(set={"last": 3, "learning_rate": 0.4}, goal="step == 3")
    assert "after 3 steps" in graded(made, "steps=50").feedback


def test_the_goal_may_use_parameters_drawn_numbers_and_words() -> None:
    made = instance(
        given={"limit": [0.5]},
        allow=["sort", "learning_rate"],
        goal="learning_rate <= limit and sort == down and phase == sort and converged",
    )
    assert graded(made, "learning_rate=0.5 steps=3 sort=down").verdict == "right"
    assert graded(made, "learning_rate=0.6 steps=9 sort=down").verdict == "wrong"


@pytest.mark.parametrize(
    "raw",
    [
        "learning_rate=0.3 steps=20",
        "learning_rate = 0.3, steps = 20",
        "  learning_rate=0.3,steps=20 ",
        "--set learning_rate=0.3 --steps 20",
        "--set learning_rate=0.3 --set steps=20",
        "learning_rate: 0.3; steps: 20",
        "learning_rate=3/10 steps 20",
        "learning_rate=0,3 step=20",
        "steps=20 learning_rate=.3",
        "learning_rate=30% steps=20",
        "learning_rate=3e−1 steps=2×10^1",
    ],
)
def test_a_setting_is_read_as_people_write_it(raw: str) -> None:
    made = instance()
    assert made.read(raw) == RunSetting(made.simulation.with_values(learning_rate=0.3), 20)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("", "Write it like this: learning_rate=0.01 steps=20"),
        ("make it faster", "Write it like this: learning_rate=0.01 steps=20"),
        ("try learning_rate=0.3 steps=20", "Write it like this"),
        ("learning_rate=0.3", "after how many steps"),
        ("steps=1 steps=2", "given twice"),
        ("step=1 steps=2", "given twice"),
        ("steps=-1", "from 0 to 200"),
        ("steps=201", "from 0 to 200"),
        ("steps=2.5", "from 0 to 200"),
        ("steps=many", "from 0 to 200"),
        ("start_at=1 steps=2", "start_at stays as it is here; you may change learning_rate and steps"),
        ("learningrate=1 steps=2", "there is no 'learningrate'; did you mean 'learning_rate'?"),
        ("colour=1 steps=2", "there is no 'colour'; you may change learning_rate and steps"),
        ("learning_rate=0 steps=2", "give a number above 0, at most 100"),
        ("learning_rate=101 steps=2", "give a number above 0, at most 100"),
        ("learning_rate=nan steps=2", "give a number above 0, at most 100"),
        ("learning_rate=fast steps=2", "give a number above 0, at most 100"),
        ("learning_rate= steps=2", "give a number above 0, at most 100"),
        ("__class__=1 steps=2", "there is no '__class__'"),
        ("learning_rate=0.3 steps=20\u202e", "invisible character"),
        ("x" * 501, "at most 500 characters"),
    ],
)
def test_what_may_not_be_typed_gets_advice(raw: str, says: str) -> None:
    outcome = instance().read(raw)
    assert isinstance(outcome, Unreadable)
    assert says.lower() in outcome.advice.lower()
    assert "\n" not in outcome.advice


def test_a_choice_is_read_whatever_its_capitals() -> None:
    made = instance(allow=["sort"])
    assert made.read("Sort=UP steps=3") == RunSetting(made.simulation.with_values(sort="up"), 3)


@pytest.mark.parametrize("raw", ["k=10 steps=2", "K = 10, steps = 2", "neighbours 10 steps 2"])
def test_a_parameter_may_be_called_by_the_letter_of_its_label(raw: str) -> None:
    rules = find_simulation("manifold").build()
    assert read_run_setting(raw, rules, ["neighbours"], 3) == RunSetting(rules.with_values(neighbours=10), 2)


def test_a_choice_of_words_names_what_may_be_chosen() -> None:
    outcome = instance(allow=["sort"]).read("sort=upp steps=3")
    assert isinstance(outcome, Unreadable)
    assert "one of down, up" in outcome.advice


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"allow": ["learning_rte"]}, "allow: there is no parameter 'learning_rte'; did you mean 'learning_rate'"),
        ({"set": {"learning_rate": -1}}, "set: Learning rate: give a number above 0, at most 100 (you gave −1)"),
        ({"solution": "learning_rate=0.4"}, "solution 'learning_rate=0.4' cannot be read"),
        ({"solution": "learning_rate=0.02 steps=2"}, "should be right but comes out wrong"),
        ({"goal": "convrged"}, "goal: there is no 'convrged'; did you mean 'converged'"),
        ({"goal": "w + 1"}, "goal: 'w + 1' is no condition"),
        ({"goal": "pair[2] > 1"}, "goal: an index here"),
        ({"goal": "step <= 20"}, "the goal is met after 10 steps without changing anything"),
        ({"goal": "w >", "solution": "steps=1"}, "is not complete"),
        ({"mistakes": [{"when": "ww > 1", "say": "x"}]}, "mistakes[0]: there is no 'ww'; did you mean 'w'"),
        (
            {"mistakes": [{"when": "w > 99 and ww > 1", "say": "x"}]},  # found though it is not evaluated
            "mistakes[0]: there is no 'ww'; did you mean 'w'",
        ),
        ({"mistakes": [{"when": "w > 99", "say": "x", "example": "steps=1"}]}, "does not get its own message"),
        ({"most": 0}, "most: give 1 to 100,000 steps, not 0"),
        ({"most": 10**9}, "most: give 1 to 100,000 steps"),
    ],
)
def test_what_is_wrong_with_a_challenge_is_found(changed: dict[str, Any], fault: str) -> None:
    found = read_question("challenge", {**CHALLENGE, **changed}).check()
    assert any(fault in item for item in found), found
    assert all("\n" not in item for item in found)


def test_no_typed_text_raises() -> None:
    made = instance(allow=["learning_rate", "sort", "last"])

    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(st.text(max_size=40) | st.text("learning_rate=steps 0123.,-;:[]", max_size=60))
    def read(raw: str) -> None:
        assert isinstance(made.read(raw), (RunSetting, Unreadable))

    read()


def test_a_list_is_set_with_its_own_commas() -> None:
    made = read_question(
        "challenge",
        {**CHALLENGE, "simulation": "adam", "set": {}, "allow": ["start"], "goal": "step > 0"},
    ).draw_instance(0)
    outcome = made.read("start=[1, -2] steps=3")
    assert isinstance(outcome, RunSetting)
    assert (outcome.simulation.values()["start"], outcome.steps) == ((1.0, -2.0), 3)


@pytest.mark.parametrize(
    ("goal", "conditions"),
    [
        ("loss < 1 and step > 2", ["loss < 1", "step > 2"]),
        ("max(a, b) < 1 and (c > 0 and d > 0)", ["max(a, b) < 1", "(c > 0 and d > 0)"]),
        ("abs(w[0]) < 1", ["abs(w[0]) < 1"]),
        ("a > 0 or b > 0 and c > 0", ["a > 0 or b > 0 and c > 0"]),
    ],
)
def test_a_goal_is_split_into_the_conditions_that_must_all_hold(goal: str, conditions: list[str]) -> None:
    assert _split_conditions(goal) == conditions
