"""The entries of the palette: the descriptions of one kind begin in one column, and no words are lost."""

import pytest
from textual.content import Content
from textual.css.styles import RulesMap
from textual.style import Style
from textual.visual import RenderOptions

from tutor.screens.palette_entry import make_entries

NAMED = [
    ("", "Course map", "All lessons, and where you are"),
    ("", "Common slips (errata)", "What fails and why, with proofs"),
    ("", "Quit", ""),
    ("Lesson", "Lesson 7, Pointwise: one entry at a time", "20 minutes"),
    ("Lesson", "Lesson 2, Folding: how layers reshape the space of the data", "50 minutes"),
    ("Lesson", "Lesson 21, Depthwise separable convolution: what it saves, what it gives up", "40 minutes"),
    ("Word", "Word activation", "The function a node applies to its weighted sum, such as the sigmoid, tanh or ReLU."),
]


@pytest.mark.parametrize("width", [40, 72, 76, 120])
def test_the_descriptions_of_one_kind_begin_in_one_column_and_all_words_are_seen(width: int) -> None:
    entries = make_entries([(kind, Content(name), Content(help)) for kind, name, help in NAMED])
    rules = RulesMap()
    columns: dict[str, set[int]] = {}
    for (kind, name, help), entry in zip(NAMED, entries, strict=True):
        strips = entry.render_strips(width, None, Style(), RenderOptions(lambda name: Style(), rules))
        lines = [strip.text for strip in strips]
        assert len(lines) == entry.get_height(rules, width)
        assert all(strip.cell_length <= width for strip in strips)
        assert " ".join(" ".join(lines).split()) == f"{name} {help}".strip()
        if help and name in lines[0] and help in lines[0]:
            columns.setdefault(kind, set()).add(lines[0].index(help))
    assert all(len(found) == 1 for found in columns.values()), columns
    if width >= 72:
        assert columns[""] == {23}
        assert "Lesson" in columns
