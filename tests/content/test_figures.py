"""Figures, pictures, tasks, links and terms: what is written, what is shown, and what is a fault."""

from pathlib import Path

import pytest
import yaml

from tests.content.lessons import RICH, folder, said
from tutor.content import values as values_module
from tutor.content.course import Course
from tutor.content.links import read_show, spell_address
from tutor.content.model import Glossary, Lesson, PictureBlock, Prose, SimulationBlock, TextTemplate
from tutor.content.plain import block_lines, markdown_lines
from tutor.content.runs import is_goal_met, picture_of
from tutor.content.values import Values, fill_template
from tutor.errors import ChainruleError, UsageError
from tutor.questions.templates.runs import SimulationRun
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

FAULTS: list[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("rich.yaml").read_text("utf-8"))


def rich(tmp_path: Path) -> Lesson:
    return Course(folder(tmp_path, toy=RICH)).lesson("toy")


def test_a_lesson_with_every_block_has_no_faults(tmp_path: Path) -> None:
    assert said(tmp_path, RICH) == []


@pytest.mark.parametrize("row", FAULTS, ids=[row["says"] for row in FAULTS])
def test_a_fault_is_said_with_its_line_and_nothing_else(tmp_path: Path, row: dict[str, str]) -> None:
    assert row["old"] in RICH
    assert "\n".join(said(tmp_path, RICH.replace(row["old"], row["new"], 1))) == row["says"]


def test_figures_of_a_run_stand_in_the_text_and_in_formulas(tmp_path: Path) -> None:
    prose = rich(tmp_path).sections[0].blocks[1]
    assert isinstance(prose, Prose)
    # 5·5·3·8·8·125 = 600,000; (4,800 + 24,000) / 600,000 = 0.048
    assert prose.text == (
        "The standard bank takes 600,000 products, the pair 0.048 of that:\n\n"
        r"$$\frac{28,800}{600,000} = {0.048}$$ (saving)"
    )


def test_no_run_is_made_before_a_text_with_its_figure_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counting(run: SimulationRun, names: object) -> object:
        made.append(run.value)
        return 1

    monkeypatch.setattr(values_module, "compute_run", counting)
    lesson = rich(tmp_path)
    assert made == []
    _, see, _ = lesson.sections
    block = see.blocks[1]
    assert isinstance(block, SimulationBlock)
    written = block.tasks[1].template
    assert not written.is_ready
    assert block.tasks[0].template.is_ready
    assert written.text == "Go on until 1 is there."
    assert made == ["standard.multiplications"]
    assert written.is_ready


def test_a_value_is_computed_once_however_often_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    original = values_module.compute_value

    def counting(given: object, names: object) -> object:
        made.append(given)
        return original(given, names)  # type: ignore[arg-type]  # a mapping of names

    monkeypatch.setattr(values_module, "compute_value", counting)
    first = Values({"aa": 2, "bb": "aa + 1"}, {})
    second = Values({"cc": "bb * aa"}, first)
    assert fill_template("{cc} {bb} {aa} {= cc + 1}", second) == "6 3 2 7"
    assert fill_template("{bb}", first) == "3"
    assert made == [2, "aa + 1", "bb * aa"]


def test_a_long_chain_of_values_does_not_reach_the_end_of_the_stack() -> None:
    chain = {"a0": "1", **{f"a{index}": f"a{index - 1} + 1" for index in range(1, 200)}}
    assert Values(chain, {})["a199"] == 200


def test_braces_that_name_no_value_survive() -> None:
    names = Values({"rate": 0.5}, {})
    assert fill_template(r"$\frac{a}{b}$ and {other}, {rate}", names) == r"$\frac{a}{b}$ and {other}, 0.5"


def test_a_lone_dollar_in_code_reaches_no_further_than_its_paragraph() -> None:
    names = Values({"rate": 0.5}, {})
    assert fill_template("`$`\n\n{rate} here", names) == "`$`\n\n0.5 here"


def test_labels_are_not_shown_and_nothing_else_goes() -> None:
    text = "$$a = b$$ (rule)\n\n$$\nc\n$$  (long-name) \n\nd (x)\n\n```\n$$ (rule)\n```"
    assert markdown_lines(text) == ["    a = b", "", "    c", "", "d (x)", "", "    $$ (rule)"]


def test_a_text_whose_value_does_not_compute_says_so() -> None:
    written = TextTemplate("{bad}", Values({"bad": "1 / 0"}, {}))
    with pytest.raises(ChainruleError, match="zero"):
        _ = written.text


def test_a_picture_is_that_of_the_simulation_at_the_stated_state(tmp_path: Path) -> None:
    block = rich(tmp_path).sections[0].blocks[0]
    assert isinstance(block, PictureBlock)
    player = Player(find_simulation("conv-cost").build(kernels=125))
    player.jump(2)
    assert picture_of(block) == player.view().pictures[0]
    lines = block_lines(block)
    assert lines[0] == "Picture: chainrule sim conv-cost --set kernels=125 --step 2"
    assert lines[1] == "  Two ways to count 125 kernels."
    assert picture_of(block).description.split()[0] in lines[2]


def test_terms_are_listed_with_their_meanings(tmp_path: Path) -> None:
    block = rich(tmp_path).sections[2].blocks[-1]
    assert isinstance(block, Glossary)
    assert block_lines(block) == [
        "Words of this lesson:",
        "- kernel: A small grid of numbers; here there are 125.",
        "- ratio: How a compares with b.",
    ]


def test_a_goal_is_reached_where_it_holds_and_not_while_it_is_not_computed(tmp_path: Path) -> None:
    block = rich(tmp_path).sections[1].blocks[1]
    assert isinstance(block, SimulationBlock)
    player = Player(find_simulation(block.name).build(**block.values))
    goal = block.tasks[1].goal
    seen = [is_goal_met(goal, player)]
    while player.step():
        seen.append(is_goal_met(goal, player))
    assert seen[0] is False
    assert seen[-1] is True


def test_a_show_link_reads_as_the_command_that_opens_its_state() -> None:
    assert markdown_lines("See [this](show:adam?start=-2,1&optimizer=sgd&step=20).") == [
        "See this (chainrule sim adam --set start=-2,1 --set optimizer=sgd --step 20)."
    ]
    assert spell_address("show:adam?seed=3") == "chainrule sim adam --seed 3"
    assert spell_address("show:nothing") == "show:nothing"


@pytest.mark.parametrize(
    ("address", "values", "step"),
    [
        ("show:adam", {}, 0),
        ("show:adam?step=4", {}, 4),
        ("show:adam?learning_rate=1e+1", {"learning_rate": "1e+1"}, 0),
        ("show:adam?start=-2%2C1", {"start": "-2,1"}, 0),
    ],
)
def test_an_address_is_read_as_a_state(address: str, values: dict[str, object], step: int) -> None:
    show = read_show(address)
    assert (show.name, show.values, show.step) == ("adam", values, step)


@pytest.mark.parametrize("address", ["show:", "show:adam?a=1&a=2", "show:adam?step=-1", "show:adam?&", "show:adam?x"])
def test_an_address_that_names_no_state_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        read_show(address)
