"""Rows of a list: cells beside each other, each wrapped in its own column, and paragraphs with hanging lines."""

from collections.abc import Sequence

from textual.content import Content

from tutor.widgets.markdown.mathtext import unglue_content

GAP = 2
"""Columns between two cells."""


def cells_row(cells: Sequence[Content], widths: Sequence[int]) -> Content:
    """The `cells` beside each other, each wrapped to its width: as high as the highest."""
    columns = [wrapped_lines(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    rows = []
    for index in range(height):
        row = Content("")
        left = 0
        for lines, width in zip(columns, widths, strict=True):
            if index < len(lines) and lines[index].plain:
                row = row.pad_right(left - row.cell_length) + lines[index]
            left += width + GAP
        rows.append(row)
    return Content("\n").join(rows)


def hanging_lines(lead: Content, text: Content, indent: int, width: int) -> list[Content]:
    """A paragraph that begins with `lead`, its lines after the first indented by `indent`."""
    first, *rest = wrapped_lines(Content.assemble(lead, text), width)
    if not rest:
        return [first]
    remaining = Content.assemble(lead, text)[len(first.plain) :]
    stripped = len(remaining.plain) - len(remaining.plain.lstrip(" "))
    return [first, *(line.pad_left(indent) for line in wrapped_lines(remaining[stripped:], width - indent))]


def wrapped_lines(content: Content, width: int) -> list[Content]:
    """The lines of `content` in `width` columns, formulas unbroken where there is room for them."""
    if content.cell_length <= width and "\n" not in content.plain:
        return [unglue_content(content)]  # most are short, and wrapping takes its time
    return [unglue_content(line.rstrip()) for line in content.wrap(max(1, width))] or [Content("")]
