"""Rows of a list: cells beside each other, each wrapped in its own column, and paragraphs with a hanging indent."""

from collections.abc import Sequence
from math import ceil

from textual.content import Content

from tutor.widgets.markdown.mathtext import unglue_content

GAP = 2
"""Columns between two cells."""
MAX_RAGGED_CELLS = 16
"""By how much the longest of balanced lines may exceed their mean."""


def cells_row(cells: Sequence[Content], widths: Sequence[int]) -> Content:
    """Set `cells` beside each other, each wrapped to its own width; the row is as high as the cell with most lines."""
    columns = [balanced_lines(cell, width) for cell, width in zip(cells, widths, strict=True)]  # the lines of each cell
    height = max(len(lines) for lines in columns)
    row_lines = []
    for index in range(height):
        row_line = Content("")
        column_start = 0
        for lines, width in zip(columns, widths, strict=True):
            if index < len(lines) and lines[index].plain:  # an empty line needs no padding before it
                row_line = row_line.pad_right(column_start - row_line.cell_length) + lines[index]
            column_start += width + GAP
        row_lines.append(row_line)
    return Content("\n").join(row_lines)


def hanging_lines(lead: Content, text: Content, indent: int, width: int) -> list[Content]:
    """The lines of a paragraph that begins with `lead`; those after the first are indented by `indent` cells."""
    paragraph = Content.assemble(lead, text)
    first_line, *further_lines = wrapped_lines(paragraph, width)
    if not further_lines:
        return [first_line]
    # What does not fit on the first line is wrapped again, since the lines below are shorter by the indent.
    remaining = paragraph[len(first_line.plain) :]
    blanks = len(remaining.plain) - len(remaining.plain.lstrip(" "))
    indented_lines = [line.pad_left(indent) for line in wrapped_lines(remaining[blanks:], width - indent)]
    return [first_line, *indented_lines]


def balanced_lines(content: Content, width: int) -> list[Content]:
    """Wrap `content` to `width` cells or fewer, so that its lines are about equally long: no word is alone in the last.

    There are no more lines than in the whole width.
    """
    lines = wrapped_lines(content, width)
    if len(lines) == 1 or "\n" in content.plain:
        return lines
    equal_cells = ceil(content.cell_length / len(lines))
    for narrower in range(equal_cells, min(width, equal_cells + MAX_RAGGED_CELLS), 4):
        balanced = wrapped_lines(content, narrower)
        if len(balanced) == len(lines):
            return balanced
    return lines


def wrapped_lines(content: Content, width: int) -> list[Content]:
    """Wrap `content` to `width` cells; formulas are not broken if there is room for them."""
    if content.cell_length <= width and "\n" not in content.plain:
        return [unglue_content(content)]  # a shortcut for most cells: wrapping takes much longer
    return [unglue_content(line.rstrip()) for line in content.wrap(max(1, width))] or [Content("")]
