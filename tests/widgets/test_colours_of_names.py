"""What has a name in a picture has a colour that nothing else there has."""

from itertools import combinations
from math import dist

import pytest
from textual.theme import Theme

from tests.widgets.drawn import palette
from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import Chart, Line, Points, Role
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

MIN_DISTANCE = 40
"""The least distance of two colours in red, green and blue, each from 0 to 255; 1 is none, 442 black and white."""
STEPS = (1, 12)
COLOURFUL = [theme for theme in THEMES if theme.name not in {"chainrule-safe", "chainrule-contrast-light"}]
"""The themes with a colour for each role: one has two colours only, for the colour-blind, and one is almost black."""


def named_roles(chart: Chart) -> dict[str, Role]:
    """Name → role of each line and set of points with a name."""
    return {mark.label: mark.role for mark in chart.marks if isinstance(mark, (Line, Points)) and mark.label}


@pytest.mark.parametrize("theme", COLOURFUL, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_two_names_of_one_picture_never_have_one_colour(name: str, theme: Theme) -> None:
    """In some themes the accent is the orange of class −1, and `primary` the blue of class +1."""
    roles, rules = palette(theme).roles, find_simulation(name)
    for values in ({}, *(preset.values for preset in rules.presets)):
        player = Player(rules.build(**values))
        for step in STEPS:
            player.jump(step)
            for chart in (picture for picture in player.view().pictures if isinstance(picture, Chart)):
                for (one, role), (other, other_role) in combinations(named_roles(chart).items(), 2):
                    assert dist(roles[role], roles[other_role]) >= MIN_DISTANCE, (chart.title, one, other)
