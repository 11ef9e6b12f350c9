"""The dialogs of a simulator: what the source code and the presets look like in them."""

from inspect import getsource
from sys import modules

import pytest
from textual.widgets import OptionList

from tests.widgets.bench import bench
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.simulator.dialogs import FRAME_COLUMNS
from tutor.widgets.simulator.source_lines import wrap_source


async def test_the_key_bar_of_the_source_says_that_it_can_be_scrolled() -> None:
    async with bench(find_simulation("adam").build()) as (_, pilot):
        await pilot.press("S")
        assert "↑↓ Scroll" in pilot.app.screen.query_one(KeyBar).render().plain


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_first_sentence_of_a_source_leaves_no_single_word_for_a_second_row(name: str) -> None:
    source = getsource(modules[type(find_simulation(name).build()).step.__module__])
    first, second, *_ = wrap_source(source, 80 - FRAME_COLUMNS).splitlines()
    assert first.startswith('"""')
    assert len(second.replace('"""', "").split()) != 1, second


async def test_a_preset_is_good_or_bad_and_of_a_bad_one_it_is_said_if_it_diverges() -> None:
    rules = find_simulation("adam")
    async with bench(rules.build()) as (_, pilot):
        await pilot.press("o")
        options = pilot.app.screen.query_one(OptionList)
        words = [str(option.prompt).splitlines()[0] for option in options.options]
        tags = {line.rpartition("  ")[2].partition(",")[0] for line in words}
        assert tags == {"good", "bad"}
        kinds = [preset.kind for preset in rules.presets]
        assert [line.endswith("bad, diverges") for line in words] == [kind == "diverging" for kind in kinds]
