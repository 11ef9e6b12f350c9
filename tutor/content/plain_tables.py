"""Tables of Markdown as lines of plain text."""

from itertools import zip_longest

from tutor.content.wrapping import NO_BREAK_SPACE, count_cells, pad, wrap


def plain_table_lines(rows: list[list[str]], width: int) -> list[str]:
    """A table with aligned columns, its heading first; if it is too wide, the texts in its cells are wrapped.

    If the longest words of the columns do not fit side by side, each row becomes a list of its cells instead.
    """
    widths = _find_widths(rows, width)
    if _table_width(widths) > width:
        return _rows_as_lists(rows, width)
    heading, *body = rows
    rule = ["-" * column_width for column_width in widths]
    lines = []
    for row in (heading, rule, *body):
        wrapped_cells = [_wrap_cell(text, column_width) for text, column_width in zip(row, widths, strict=True)]
        for texts in zip_longest(*wrapped_cells, fillvalue=""):  # the texts of all columns on one line
            padded = [pad(text, column_width) for text, column_width in zip(texts, widths, strict=True)]
            lines.append("  ".join(padded).rstrip())
    return lines


def _table_width(widths: list[int]) -> int:
    """The number of terminal cells that a table takes, with two blanks between its columns."""
    return sum(widths) + 2 * (len(widths) - 1)


def _rows_as_lists(rows: list[list[str]], width: int) -> list[str]:
    """A table row by row: what the first column says, and below it `heading: text` for each of the others."""
    (first_heading, *headings), *body = rows
    lines: list[str] = []
    for first, *others in body:
        lead = f"{first_heading}: {first}" if first_heading else first
        lines += wrap(lead, width, first_indent="", hanging_indent="  ") or ["-"]
        for heading, text in zip(headings, others, strict=True):
            if text:
                entry = f"{heading}: {text}" if heading else text
                lines += wrap(entry, width, first_indent="  ", hanging_indent="    ")
    return lines


def _find_widths(rows: list[list[str]], width: int) -> list[int]:
    """The width of each column in terminal cells: that of its longest text, if the whole table then fits in `width`.

    Otherwise the widest columns are narrowed, but none below its longest word, so the table may still be too wide.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(count_cells(text) for text in column) for column in columns]
    words_by_column = [[word for text in column for word in text.split(" ")] for column in columns]
    longest_word_widths = [max(map(count_cells, words)) for words in words_by_column]
    while _table_width(widths) > width:
        shrinkable = [column for column in range(len(widths)) if widths[column] > longest_word_widths[column]]
        if not shrinkable:
            break
        widest = max(shrinkable, key=lambda column: widths[column])
        widths[widest] -= 1
    return widths


def _wrap_cell(text: str, column_width: int) -> list[str]:
    """The lines of a text in a column that is `column_width` terminal cells wide."""
    if count_cells(text) <= column_width:
        return [text.replace(NO_BREAK_SPACE, " ")]
    return wrap(text, column_width, first_indent="", hanging_indent="", min_width=1)
