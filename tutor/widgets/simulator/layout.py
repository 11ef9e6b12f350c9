"""Places the parts of the simulator for each size; if there is little room, numbers are left out first.

The *numbers* are the readings and the worked lines, the *words* the text about the step. The parts are named by the ids
of their widgets: the words by `narration`, the parameters with their help by `controls`.
"""

from dataclasses import replace
from math import ceil

from textual.geometry import Region, Size, Spacing

from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.contents import Contents

WIDE_COLUMNS = 100
"""The fewest columns in which parameters and readings may have a column of their own."""
ROOMY_COLUMNS = 120
"""From so many columns on they always have it; with fewer, only if it takes the place of no picture."""
SLIM_COLUMNS = 72
"""With fewer columns than this, everything is stacked."""
TALL_ROWS = 32
"""From so many rows on, the numbers get more room."""
SIDE_COLUMNS = 38
"""Columns of the parameters at the side, without the line to their left."""
HELP_ROWS, TIGHT_HELP_ROWS = 8, 6
"""Rows of the help below the parameters: usually, and if the readings need the rest."""
SHORT_HELP_ROWS = 3
"""Rows of the help on a slim screen, and below parameters in two columns."""
WORDS_ROWS, SHORT_WORDS_ROWS, MAX_WORDS_ROWS = 3, 2, 7
"""Rows of the words: usually, on a very low screen, and for a long message."""
VERY_LOW_ROWS = 16
"""A screen with fewer rows than this is very low."""
USUAL_NUMBER_ROWS, TALL_NUMBER_ROWS = 6, 12
"""The most rows of the numbers below a picture: usually, and on a tall screen. The picture gets the rest."""
SLIM_NUMBER_ROWS, SLIM_READING_ROWS = 14, 5
"""Rows of the numbers on a slim screen, and of the readings among them."""
BROKEN_LINE_ROWS, NARROW_LINE_ROWS = 2, 4
"""Rows of a worked line: broken once, as many are below a picture; and in a narrow column, with the blank row below."""
MIN_WORKED_ROWS = 5
"""The fewest rows for all worked lines of a wide screen."""
MIN_WORKED_LINES_ROWS = 7
"""With fewer rows than this for the numbers, a slim screen shows no worked lines."""
MIN_PICTURE_ROWS = 10
"""A picture gets so many rows before the numbers get any."""
PICTURE_ROWS_BEFORE_WORDS = 5
"""A picture gets so many rows before the words get any."""
EDITING_ROWS = 8
"""Rows of the parameters below a picture while they are edited."""
NETWORK_ROWS, LEAST_NUMBER_ROWS = 13, 4
"""A network gets so many rows (two for each field of a small one) before the numbers get more than the second value."""
OTHER_PICTURE_ROWS = 13
"""Rows that another picture needs below a diagram."""
TIMELINE_ROWS, AIRY_TIMELINE_ROWS = 1, 2
"""Rows of the timeline: usually, and where rows can be spared with the blank one above it.

Without that, its slider is right below the numbers of an axis, and looks like a part of the picture.
"""
EDGE_COLUMNS = 1
"""Columns that stay free at each side, so that all lines begin in the same column."""
AIRY_ROWS, TOP_ROWS = 30, 1
"""From so many rows on there is a blank row below the heading, or below the bar above, unless the screen is slim."""
GAP_COLUMNS = 2
"""Columns between readings and worked lines."""
USUAL_SHARE, MAX_SHARE = 2 / 5, 5 / 8
"""The share of the width that readings have beside worked lines: usually, and at most if they are in several lists."""
AXIS_COLUMNS = 8
"""Columns of the vertical axis of a square picture, with its numbers."""
SIGN_COLUMNS = 2
"""Columns of the sign before an input line."""


Places = dict[str, Region]
"""Id of a part that is shown → its region."""


def place_parts(size: Size, contents: Contents) -> Places:
    """Place the parts in a simulator of this size. Parts without a place are not shown."""
    width, height = size
    words_rows = _words_rows(size, contents)
    heading_rows = _heading_rows(size, contents)
    places = {"heading": Region(0, 0, width, heading_rows)} if heading_rows else {}
    is_airy = height >= AIRY_ROWS and width >= SLIM_COLUMNS
    rows_above = heading_rows + (TOP_ROWS if is_airy else 0)
    area = Region(0, rows_above, width, max(0, height - rows_above))  # the rest, for all other parts
    if contents.is_presenting:
        return places | _stack(area, words_rows, contents, rows_below=0)
    if width < SLIM_COLUMNS:
        return places | _place_slim(area, words_rows, contents)
    hides_a_picture = _hides_a_picture(area, contents)
    if width >= WIDE_COLUMNS and _columns_beside_side(area) >= contents.picture.min_columns and not hides_a_picture:
        return places | _place_wide(area, words_rows, contents)
    if contents.picture.is_wide or hides_a_picture:
        return places | _place_below(area, words_rows, contents)
    return places | _place_beside(area, words_rows, contents)


def words_width(size: Size, contents: Contents) -> int:
    """The width of the words in a simulator of this size."""
    return max(1, place_parts(size, contents)["narration"].width - 2 * EDGE_COLUMNS)


def wants_gap(size: Size, contents: Contents) -> bool:
    """Whether the worked lines need a blank row before them.

    They do if they begin right below the words, the words fill their rows, and the readings are not beside the worked
    lines. The answer stays the same while an input line is open, so that nothing moves then.
    """
    places = place_parts(size, replace(contents, is_asking=False))
    words, worked, readings = places["narration"], places.get("worked"), places.get("readings")
    if worked is None or (readings is not None and readings.y == worked.y):
        return False
    return worked.y == words.bottom and contents.needed_words_rows >= words.height


def _heading_rows(size: Size, contents: Contents) -> int:
    """Rows of the heading; 0 if there is none."""
    if not contents.has_heading or contents.is_presenting:
        return 0
    is_one_row_enough = size.width >= SLIM_COLUMNS or contents.is_heading_short
    return 1 if is_one_row_enough or size.height < VERY_LOW_ROWS else 2


def _words_rows(size: Size, contents: Contents) -> int:
    """Rows of the words. If the words fill the usual rows, an open input line adds one."""
    usual_rows = SHORT_WORDS_ROWS if size.height < VERY_LOW_ROWS else WORDS_ROWS
    extra_rows = 1 if contents.is_asking and contents.needed_words_rows >= usual_rows else 0
    return max(usual_rows, min(contents.needed_words_rows, MAX_WORDS_ROWS)) + extra_rows


def _timeline_rows(area: Region, contents: Contents) -> int:
    """The rows of the timeline in `area`, with the blank one above it if there is one; boxes have no axis above it."""
    has_blank_row = area.height >= AIRY_ROWS and contents.picture.kind != "boxes"
    return AIRY_TIMELINE_ROWS if has_blank_row else TIMELINE_ROWS


def _stack(area: Region, words_rows: int, contents: Contents, rows_below: int) -> Places:
    """Stack pictures, timeline and words in `area`, and leave `rows_below` free, or as many of them as possible.

    If an input line is open, it takes the last row of the words. If the words are short enough, it takes the row before
    the last, so that a blank row separates it from the numbers.
    """
    timeline_rows = _timeline_rows(area, contents)
    # Of the rows besides the timeline, a picture gets some first, then the numbers below, then the words.
    rows_below = max(0, min(rows_below, area.height - timeline_rows - words_rows - MIN_PICTURE_ROWS))
    words_rows = max(0, min(words_rows, area.height - timeline_rows - rows_below - PICTURE_ROWS_BEFORE_WORDS))
    picture_rows = max(0, area.height - timeline_rows - words_rows - rows_below)
    width = max(0, area.width - 2 * EDGE_COLUMNS)
    timeline_y = area.y + picture_rows + timeline_rows - TIMELINE_ROWS
    timeline = Region(area.x + EDGE_COLUMNS, timeline_y, width, TIMELINE_ROWS)
    places = {"pictures": Region(timeline.x, area.y, width, picture_rows), "timeline": timeline}
    words = Region(area.x, timeline.bottom, area.width, words_rows)
    if contents.is_asking and words_rows:
        words, last_row = words.split_horizontal(words_rows - 1)
        entry_row = last_row
        if contents.needed_words_rows < words.height:
            places["blank"] = last_row
            words, entry_row = words.split_horizontal(words.height - 1)
        without_edges = entry_row.shrink(Spacing(0, EDGE_COLUMNS, 0, EDGE_COLUMNS))
        places["entry-sign"], entry = without_edges.split_vertical(SIGN_COLUMNS)
        places["entry"] = places["by-hand"] = entry
    return places | {"narration": words}


def _area_below(area: Region, places: Places) -> Region:
    """The part of `area` below the words and the input line, without the columns at its edges."""
    top = max(places[name].bottom for name in ("narration", "entry", "blank") if name in places)
    return Region(area.x + EDGE_COLUMNS, top, max(0, area.width - 2 * EDGE_COLUMNS), max(0, area.bottom - top))


def _columns_beside_side(area: Region) -> int:
    """The columns of the pictures beside a column of parameters and readings."""
    return area.width - SIDE_COLUMNS - 2 * EDGE_COLUMNS


def _hides_a_picture(area: Region, contents: Contents) -> bool:
    """Whether a column of parameters and readings would take the place in which another picture can be shown.

    The answer depends neither on the chosen picture nor on the words of a step, so that no part moves with them.
    """
    if not WIDE_COLUMNS <= area.width < ROOMY_COLUMNS or len(contents.rooms) < 2:
        return False
    usual = replace(contents, picture=contents.rooms[0], is_asking=False, is_editing=False)
    beside, below = (place(area, WORDS_ROWS, usual)["pictures"].size for place in (_place_wide, _place_below))
    return len(arrange_pictures(contents.rooms, *below)) > len(arrange_pictures(contents.rooms, *beside))


def _place_wide(area: Region, words_rows: int, contents: Contents) -> Places:
    """Put parameters and readings into a column at the right, and the worked lines below the pictures."""
    side = Region(area.right - SIDE_COLUMNS, area.y, SIDE_COLUMNS, area.height)
    left = Region(area.x, area.y, area.width - SIDE_COLUMNS, area.height)
    places = _stack(left, words_rows, contents, _worked_line_rows(area, words_rows, contents))
    readings_width = side.width - GAP_COLUMNS - EDGE_COLUMNS  # a gap to their left, an edge to their right
    parameter_rows, readings_rows = _divide_side_rows(side.height, readings_width, contents)
    gap_rows = 1 if readings_rows else 0
    readings_y = side.y + parameter_rows + gap_rows
    controls, readings_x = Region(side.x, side.y, side.width, parameter_rows), side.x + GAP_COLUMNS
    return places | {
        "worked": _area_below(left, places),
        "controls": controls,
        "readings": Region(readings_x, readings_y, readings_width, readings_rows),
        "side-rule": Region(side.x, controls.bottom, 1, side.height - parameter_rows),  # goes on below the parameters
        "readings-rule": Region(readings_x, controls.bottom, readings_width, gap_rows),
    }


def _worked_line_rows(area: Region, words_rows: int, contents: Contents) -> int:
    """The rows of the worked lines below the pictures of a wide screen."""
    if not contents.worked_line_count:
        return 0
    max_rows = TALL_NUMBER_ROWS if area.height >= TALL_ROWS else USUAL_NUMBER_ROWS
    rows = min(max(MIN_WORKED_ROWS, contents.worked_line_count + 2), max_rows)
    if contents.picture.kind == "network":  # in two rows, a unit's field shows little
        rows_below_network = area.height - _timeline_rows(area, contents) - words_rows - contents.picture.min_rows
        rows = min(rows, max(LEAST_NUMBER_ROWS, rows_below_network))
    return rows


def _divide_side_rows(height: int, readings_width: int, contents: Contents) -> tuple[int, int]:
    """Divide a column of this height: rows of the parameters with their help, and rows of the readings below them.

    If there is too little room, the help loses rows to the readings. The readings lose rows to the parameters, but keep
    at least a third of the column.
    """
    wanted_rows = contents.reading_rows(readings_width)
    spare_rows = height - contents.parameter_count - 2  # the rows for readings and help, each with a line above it
    help_rows = HELP_ROWS if wanted_rows <= spare_rows - HELP_ROWS else TIGHT_HELP_ROWS
    readings_rows = min(wanted_rows, max(height // 3, spare_rows - help_rows))
    wanted_parameter_rows = contents.parameter_count + help_rows + 1
    if not readings_rows:
        return min(wanted_parameter_rows, height), 0
    parameter_rows = min(wanted_parameter_rows, height - readings_rows - 1)
    return parameter_rows, height - parameter_rows - 1  # 1 row is the gap; the readings get the rest


def _place_beside(area: Region, words_rows: int, contents: Contents) -> Places:
    """Put the numbers to the right of a square picture, with timeline and words below both."""
    places = _stack(area, words_rows, contents, rows_below=0)
    pictures = places["pictures"]
    square_columns = 2 * pictures.height + AXIS_COLUMNS  # a row is as high as two columns are wide
    side_width = max(SIDE_COLUMNS, area.width - square_columns)
    side = Region(area.right - side_width, area.y, side_width, pictures.height)
    places["pictures"] = Region(pictures.x, area.y, area.width - side_width - EDGE_COLUMNS, pictures.height)
    if contents.is_editing:
        return places | {"controls": side}
    numbers = Region(side.x + GAP_COLUMNS, side.y, side.width - GAP_COLUMNS - EDGE_COLUMNS, side.height)
    return places | _divide_numbers(numbers, contents, min_reading_rows=numbers.height // 2)


def _divide_numbers(region: Region, contents: Contents, min_reading_rows: int) -> Places:
    """Put the readings above the worked lines, if there are any.

    The readings get the rows that the worked lines leave, or `min_reading_rows` if that is more, but no more than they
    need.
    """
    reading_rows = region.height
    if contents.worked_line_count:
        spare_rows = region.height - 1 - NARROW_LINE_ROWS * contents.worked_line_count
        reading_rows = max(min_reading_rows, spare_rows)
    reading_rows = min(contents.reading_rows(region.width), reading_rows)
    worked_rows = max(0, region.height - reading_rows - 1)
    return {
        "readings": Region(region.x, region.y, region.width, reading_rows),
        "worked": Region(region.x, region.y + reading_rows + 1, region.width, worked_rows),
    }


def _place_below(area: Region, words_rows: int, contents: Contents) -> Places:
    """Give the picture the whole width, and put readings beside worked lines below it.

    The parameters are below the worked lines if they fit there. Otherwise they replace both while they are edited.
    """
    if not contents.is_editing:
        rows_below = _number_rows(area, words_rows, contents)
        places = _stack(area, words_rows, contents, rows_below)
        return places | _place_numbers(area, _area_below(area, places), contents)
    usual_places = _place_below(area, words_rows, replace(contents, is_editing=False))
    if "controls" in usual_places:
        return usual_places
    number_rows = _wanted_number_rows(area, contents)
    parameter_rows = max(number_rows, EDITING_ROWS, ceil(contents.parameter_count / 2) + SHORT_HELP_ROWS)
    # Blank rows of the words go to the parameters, if these want more than `EDITING_ROWS`.
    blank_words_rows = 0 if contents.is_asking else words_rows - max(SHORT_WORDS_ROWS, contents.needed_words_rows)
    words_rows -= max(0, min(blank_words_rows, parameter_rows - EDITING_ROWS))
    if contents.picture.kind == "boxes":
        parameter_rows = max(parameter_rows, _rows_below_boxes(area, words_rows, contents, parameter_rows))
    places = _stack(area, words_rows, contents, parameter_rows)
    return places | {"controls": _area_below(area, places)}


def _wanted_number_rows(area: Region, contents: Contents) -> int:
    """The rows that the numbers want below a picture, up to the usual number."""
    wanted_rows = max(contents.reading_count, BROKEN_LINE_ROWS * contents.worked_line_count) + 1
    return min(wanted_rows, TALL_NUMBER_ROWS if area.height >= TALL_ROWS else USUAL_NUMBER_ROWS)


def _number_rows(area: Region, words_rows: int, contents: Contents) -> int:
    """The rows that the numbers get below a picture."""
    rows = _wanted_number_rows(area, contents)
    if contents.picture.kind == "boxes":
        spare_rows = _rows_below_boxes(area, words_rows, contents, rows)
        if area.width >= WIDE_COLUMNS:  # wide enough for two lists of readings
            rows = min(rows, max(ceil(contents.reading_count / 2), BROKEN_LINE_ROWS * contents.worked_line_count) + 1)
        rows = max(rows, spare_rows)
    if contents.picture.kind == "bars":  # bars can spare rows for numbers that would otherwise be cut off
        spare_rows = area.height - _timeline_rows(area, contents) - words_rows - contents.picture.full_rows
        reading_rows = contents.reading_rows(int(USUAL_SHARE * area.width))
        wanted_rows = max(reading_rows, BROKEN_LINE_ROWS * contents.worked_line_count)
        rows = max(rows, min(wanted_rows, spare_rows))
    if contents.picture.kind == "network":  # in one row, a unit's field shows little
        rows_below_network = (
            area.height - _timeline_rows(area, contents) - words_rows - min(contents.picture.min_rows, NETWORK_ROWS)
        )
        rows = max(LEAST_NUMBER_ROWS, min(rows, rows_below_network))
    return rows


def _rows_below_boxes(area: Region, words_rows: int, contents: Contents, number_rows: int) -> int:
    """The rows that stay free below a diagram, since a diagram does not grow.

    0 if another picture fits into them, with `number_rows` below it.
    """
    spare_rows = area.height - _timeline_rows(area, contents) - words_rows - contents.picture.full_rows
    return spare_rows if spare_rows < number_rows + OTHER_PICTURE_ROWS else 0


def _place_numbers(area: Region, below: Region, contents: Contents) -> Places:
    """Put readings beside worked lines into the region `below`, and parameters under the worked lines if they fit."""
    worked_rows = max(
        BROKEN_LINE_ROWS, min(BROKEN_LINE_ROWS * contents.worked_line_count, below.height - EDITING_ROWS - 1)
    )
    parameter_rows = contents.parameter_count + SHORT_HELP_ROWS  # the parameters and their help
    blank_rows = 1 if below.height - worked_rows > parameter_rows else 0
    rows_above_parameters = worked_rows + blank_rows
    has_room_for_parameters = below.height > LEAST_NUMBER_ROWS + EDITING_ROWS
    is_broad = area.width >= WIDE_COLUMNS and contents.reading_count > 0 and has_room_for_parameters
    has_parameters = is_broad and below.height - rows_above_parameters > parameter_rows
    readings_width, list_rows = below.width, below.height
    if contents.worked_line_count:
        if is_broad and not has_parameters:  # beside a single long list, the other half would be empty
            list_rows = max(LEAST_NUMBER_ROWS, ceil(contents.reading_count / 2))
        several_lists_width = contents.several_lists_width(int(MAX_SHARE * below.width), list_rows)
        if not several_lists_width:  # a single list may use all rows
            list_rows = below.height
        readings_width = max(int(USUAL_SHARE * below.width), several_lists_width)
    if not contents.reading_count:
        readings_width = -GAP_COLUMNS  # makes `worked_width` the whole width
    worked_width = max(0, below.width - readings_width - GAP_COLUMNS)
    worked = Region(below.right - worked_width, below.y, worked_width, below.height)
    places = {"readings": Region(below.x, below.y, max(0, readings_width), min(list_rows, below.height))}
    if has_parameters:
        rows_left = below.height - rows_above_parameters
        places["controls"] = Region(worked.x, worked.y + rows_above_parameters, worked_width, rows_left)
        worked = Region(worked.x, worked.y, worked_width, worked_rows)
        return places | {"worked": worked}
    # In two columns, the parameters may fit below both.
    broad_rows = ceil(contents.parameter_count / 2) + SHORT_HELP_ROWS
    if is_broad and below.height - broad_rows >= max(
        LEAST_NUMBER_ROWS, contents.reading_count, contents.worked_line_count
    ):
        numbers, controls = below.split_horizontal(below.height - broad_rows)
        return places | {
            "readings": places["readings"].intersection(numbers),
            "worked": worked.intersection(numbers),
            "controls": controls,
        }
    return places | {"worked": worked}


def _place_slim(area: Region, words_rows: int, contents: Contents) -> Places:
    """Stack everything: below the words come the readings and the worked lines, or the parameters while editing."""
    rows_below = EDITING_ROWS + SHORT_HELP_ROWS if contents.is_editing else SLIM_NUMBER_ROWS
    if contents.is_editing and area.height >= TALL_ROWS:
        rows_below = max(rows_below, contents.parameter_count + SHORT_HELP_ROWS + 1)
    places = _stack(area, words_rows, contents, rows_below)
    below = _area_below(area, places)
    if contents.is_editing:
        return places | {"controls": below}
    if below.height >= MIN_WORKED_LINES_ROWS and contents.worked_line_count:
        return places | _divide_numbers(below, contents, min_reading_rows=max(SLIM_READING_ROWS, below.height // 2))
    return places | {"readings": below, "worked": Region(below.x, below.bottom + 1, below.width, 0)}


STYLE = """
SimulatorDisplay {
    height: 1fr;
    & > #heading { color: $text-muted; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    & > #side-rule { border-left: solid $panel; }
    & > #readings-rule { border-top: solid $panel; }
    & > #entry-sign { color: $text-accent; }
    & > #narration { padding: 0 1; color: $text-accent; }
    &.-slim > #heading { text-wrap: wrap; }
    &:focus > #heading { color: $text-primary; text-style: bold; }
}
"""
