"""Handwriting is drawn in the colour of text, and the counts of a confusion matrix are all light or all dark."""

import numpy as np
import pytest
from textual.theme import Theme

from tests.widgets.drawn import cells, palette
from tutor.screens.themes import THEMES
from tutor.sims.datasets.digit_pictures import draw_confusion, draw_digit, draw_sheet
from tutor.widgets.plots.plot import picture_strips


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_ink_has_the_colour_of_text_and_weights_have_not(theme: Theme) -> None:
    colours, image = palette(theme), np.arange(64.0)
    pictures = (draw_digit("one", image, ""), draw_sheet("sheet", [image], ["7"], ""))
    for picture in pictures:
        drawn = {cell.colour for cell in cells(picture_strips(picture, colours, 60, 24)) if cell.sign == "▀"}
        assert colours.text in drawn and colours.sequential[-1] not in drawn
    weights = draw_sheet("weights", [image - 32], ["unit 1"], "", diverging=True)
    drawn = {cell.colour for cell in cells(picture_strips(weights, colours, 60, 24)) if cell.sign == "▀"}
    assert colours.diverging[-1] in drawn and colours.text not in drawn


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_counts_on_the_diagonal_of_a_confusion_matrix_are_alike(theme: Theme) -> None:
    counts = np.diag([26, 15, 17, 13, 24, 25, 19, 16, 20, 22])
    strips = picture_strips(draw_confusion(counts, "test"), palette(theme), 60, 24)
    digits = [cell for cell in cells(strips) if cell.sign.isdigit() and cell.behind is not None]
    light = {sum(cell.colour or ()) > sum(cell.behind or ()) for cell in digits}
    assert len(digits) == 20 and len(light) == 1
