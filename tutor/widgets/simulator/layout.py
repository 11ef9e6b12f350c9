"""Places the parts of the simulator for each size; where space is short, numbers are dropped first."""

from dataclasses import dataclass, replace

from textual.geometry import Region, Size, Spacing

from tutor.widgets.plots.room import PictureRoom
from tutor.widgets.plots.strips import COLUMN_GAP

WIDE_COLUMNS = 100
"""Columns from which parameters and readings have a column of their own."""
SLIM_COLUMNS = 72
"""Columns below which everything is stacked."""
TALL_ROWS = 32
"""Rows from which the numbers get more room."""
SIDE_COLUMNS = 38
"""Columns of the parameters at the side, without the line beside them."""
HELP_ROWS, TIGHT_HELP_ROWS = 8, 6
"""Rows of the text below the parameters, and those that are enough for it where readings need the others."""
SHORT_HELP_ROWS = 3
"""Rows of it on a slim screen, and in a form of two columns."""
WORDS_ROWS, SHORT_WORDS_ROWS, MAX_WORDS_ROWS = 3, 2, 7
"""Rows of the text about the step: usually, on a very low screen, and for a long message."""
VERY_LOW_ROWS = 16
"""Rows below which a screen is very low."""
MIN_ROWS, TALL_NUMBER_ROWS = 6, 12
"""Rows of the numbers below a picture, and those on a tall screen."""
SLIM_NUMBER_ROWS, SLIM_READING_ROWS = 14, 5
"""Rows of the numbers on a slim screen, and those of them that the readings have."""
FRACTION_ROWS, WORKED_LINE_ROWS = 3, 4
"""Rows of a worked line with a fraction, and with the blank one after it: beyond these, rows are free for readings."""
MIN_WORKED_LINES_ROWS = 7
"""Rows of the numbers below which a slim screen has no worked lines."""
MIN_PICTURE_ROWS = 10
"""Rows that a picture has before the numbers have any."""
PICTURE_ROWS_BEFORE_WORDS = 5
"""Rows that a picture has before words have any."""
EDITING_ROWS = 8
"""Rows of the parameters below a picture while they are edited."""
NETWORK_ROWS, LEAST_NUMBER_ROWS = 13, 4
"""Rows of a small network whose fields have two rows each, before the numbers have more than the least."""
OTHER_PICTURE_ROWS = 13
"""Rows from which there is room for another picture below boxes."""
EDGE_COLUMNS = 1
"""Columns that stay free at the edges, so that all lines begin in one column."""
GAP_COLUMNS = 2
"""Columns between readings and worked lines."""
USUAL_SHARE, MAX_SHARE = 2 / 5, 3 / 5
"""The part of the width that readings have beside worked lines, and the most, where two columns of them need more."""
SIGN_COLUMNS = 2
"""Columns of the sign before a line to type in."""


@dataclass(frozen=True)
class Contents:
    """The contents that need a place."""

    picture: PictureRoom
    """What the chosen picture wants."""
    parameters: int = 0
    readings: int = 0
    worked_lines: int = 0
    words: int = 0
    """Rows that the text needs."""
    reading_widths: tuple[int, ...] = ()
    """The columns of each reading's label and of its value, as far as they are known."""
    has_heading: bool = True
    is_asking: bool = False
    """Whether a line to type in is open."""
    is_editing: bool = False
    """Whether the parameters are shown in place of something else."""
    is_presenting: bool = False
    """Whether all but the picture, its sentence and the step is hidden."""
    is_heading_short: bool = False
    """Whether one row is enough for the heading."""

    def reading_rows(self, width: int) -> int:
        """Rows that the readings need in one column: two where a label takes two."""
        return self.readings + sum(columns > width for columns in self.reading_widths)

    def several_lists_width(self, width: int, height: int) -> int:
        """The columns of as many lists as readings need in `height` rows and `width` has room for; 0 for one list."""
        one = max(self.reading_widths, default=0) + 1
        most = max(1, (width + COLUMN_GAP) // (one + COLUMN_GAP))
        lists = min(most, -(-self.readings // max(1, height)))
        return lists * (one + COLUMN_GAP) - COLUMN_GAP if lists > 1 else 0


Places = dict[str, Region]
"""The places of the parts that are shown, by their ids."""


def place_parts(size: Size, has: Contents) -> Places:
    """Place the parts in a simulator of that size; parts without a place are not shown."""
    width, height = size
    words = _words_rows(size, has)
    heading = 0
    if has.has_heading and not has.is_presenting:
        heading = 1 if width >= SLIM_COLUMNS or height < VERY_LOW_ROWS or has.is_heading_short else 2
    places = {"heading": Region(0, 0, width, heading)} if heading else {}
    room = Region(0, heading, width, max(0, height - heading))
    if has.is_presenting:
        return places | _stack(room, words, has, 0)
    if width < SLIM_COLUMNS:
        return places | _place_slim(room, words, has)
    if width >= WIDE_COLUMNS and width - SIDE_COLUMNS - 2 * EDGE_COLUMNS >= has.picture.columns:
        return places | _place_wide(room, words, has)
    return places | (_place_below(room, words, has) if has.picture.is_wide else _place_beside(room, words, has))


def words_width(size: Size, has: Contents) -> int:
    """The width of the text."""
    return max(1, place_parts(size, has)["narration"].width - 2 * EDGE_COLUMNS)


def _words_rows(size: Size, has: Contents) -> int:
    """Rows of the text, and of the line to type in where they are not enough for both."""
    usual = SHORT_WORDS_ROWS if size.height < VERY_LOW_ROWS else WORDS_ROWS
    return max(usual, min(has.words, MAX_WORDS_ROWS)) + (has.is_asking and has.words >= usual)


def _stack(room: Region, words: int, has: Contents, below: int) -> Places:
    """Stack pictures, timeline and text, leaving that many rows free below."""
    below = max(0, min(below, room.height - 1 - words - MIN_PICTURE_ROWS))
    words = max(0, min(words, room.height - 1 - below - PICTURE_ROWS_BEFORE_WORDS))
    pictures = max(0, room.height - 1 - words - below)
    timeline = Region(room.x + EDGE_COLUMNS, room.y + pictures, max(0, room.width - 2 * EDGE_COLUMNS), 1)
    places = {"pictures": Region(timeline.x, room.y, timeline.width, pictures), "timeline": timeline}
    narration = Region(room.x, timeline.bottom, room.width, words)
    if has.is_asking and words:
        narration, line = narration.split_horizontal(words - 1)
        if has.words < narration.height:  # a blank row between what is typed and the numbers
            places["blank"] = line
            narration, line = narration.split_horizontal(narration.height - 1)
        places["entry-sign"], line = line.shrink(Spacing(0, EDGE_COLUMNS, 0, EDGE_COLUMNS)).split_vertical(SIGN_COLUMNS)
        places["entry"] = places["by-hand"] = line
    return places | {"narration": narration}


def _room_below(room: Region, places: Places) -> Region:
    """The rest of `room` below the text, with a margin."""
    top = max(places[name].bottom for name in ("narration", "entry", "blank") if name in places)
    return Region(room.x + EDGE_COLUMNS, top, max(0, room.width - 2 * EDGE_COLUMNS), max(0, room.bottom - top))


def _place_wide(room: Region, words: int, has: Contents) -> Places:
    """Put parameters and readings in a column at the right, the worked lines below the pictures."""
    side = Region(room.right - SIDE_COLUMNS, room.y, SIDE_COLUMNS, room.height)
    left = Region(room.x, room.y, room.width - SIDE_COLUMNS, room.height)
    most_worked = TALL_NUMBER_ROWS if room.height >= TALL_ROWS else MIN_ROWS
    worked = min(max(LEAST_NUMBER_ROWS, has.worked_lines + 2), most_worked) if has.worked_lines else 0
    if has.picture.kind == "network":  # a field of two rows shows little
        worked = min(worked, max(LEAST_NUMBER_ROWS, room.height - 1 - words - has.picture.rows))
    places = _stack(left, words, has, worked)
    wanted = has.reading_rows(side.width - GAP_COLUMNS - EDGE_COLUMNS)
    free = side.height - has.parameters - 2
    help_rows = HELP_ROWS if wanted <= free - HELP_ROWS else TIGHT_HELP_ROWS
    readings = min(wanted, max(side.height // 3, free - help_rows))
    controls = min(has.parameters + help_rows + 1, side.height - readings - bool(readings))
    if readings:
        readings = side.height - controls - 1
    return places | {
        "worked": _room_below(left, places),
        "controls": Region(side.x, side.y, side.width, controls),
        "readings": Region(
            side.x + GAP_COLUMNS, side.y + controls + bool(readings), side.width - GAP_COLUMNS - EDGE_COLUMNS, readings
        ),
    }


def _place_beside(room: Region, words: int, has: Contents) -> Places:
    """Put the numbers to the right of a square picture, with timeline and text below both."""
    places = _stack(room, words, has, 0)
    pictures = places["pictures"]
    wide = max(SIDE_COLUMNS, room.width - 2 * pictures.height - 8)
    side = Region(room.right - wide, room.y, wide, pictures.height)
    places["pictures"] = Region(pictures.x, room.y, room.width - wide - EDGE_COLUMNS, pictures.height)
    if has.is_editing:
        return places | {"controls": side}
    side = Region(side.x + GAP_COLUMNS, side.y, side.width - GAP_COLUMNS - EDGE_COLUMNS, side.height)
    half = side.height if not has.worked_lines else side.height // 2
    readings = min(has.reading_rows(side.width), max(half, side.height - 1 - WORKED_LINE_ROWS * has.worked_lines))
    return places | {
        "readings": Region(side.x, side.y, side.width, readings),
        "worked": Region(side.x, side.y + readings + 1, side.width, max(0, side.height - readings - 1)),
    }


def _place_below(room: Region, words: int, has: Contents) -> Places:
    """Give the picture the whole width, below it readings beside worked lines, and the parameters where they fit."""
    if has.is_editing and "controls" in (usual := _place_below(room, words, replace(has, is_editing=False))):
        return usual
    tall = room.height >= TALL_ROWS
    wanted = max(has.readings, 3 * has.worked_lines) + 1
    rows = min(wanted, TALL_NUMBER_ROWS) if tall else min(wanted, MIN_ROWS)
    if has.is_editing:
        rows = wanted = max(rows, EDITING_ROWS, -(-has.parameters // 2) + SHORT_HELP_ROWS)
        blank = 0 if has.is_asking else words - max(SHORT_WORDS_ROWS, has.words)
        words -= max(0, min(blank, rows - EDITING_ROWS))
    if (
        has.picture.kind == "boxes"
    ):  # which do not grow: what they leave is for the numbers and below them, or for another picture
        left = room.height - 1 - words - has.picture.full_rows
        if room.width >= WIDE_COLUMNS and not has.is_editing:  # in two lists, where they are tall
            wanted = max(-(-has.readings // 2), 3 * has.worked_lines) + 1
        rows = max(min(rows, wanted), left if left < rows + OTHER_PICTURE_ROWS else 0)
    if has.picture.kind == "network" and not has.is_editing:  # a field of one row shows little
        left = room.height - 1 - words - min(has.picture.rows, NETWORK_ROWS)
        rows = max(LEAST_NUMBER_ROWS, min(rows, left))
    places = _stack(room, words, has, rows)
    rest = _room_below(room, places)
    if has.is_editing:
        return places | {"controls": rest}
    formula_rows = max(FRACTION_ROWS, min(FRACTION_ROWS * has.worked_lines, rest.height - EDITING_ROWS - 1))
    above = formula_rows + (rest.height - formula_rows > has.parameters + SHORT_HELP_ROWS)
    is_broad = room.width >= WIDE_COLUMNS and has.readings > 0 and rest.height > LEAST_NUMBER_ROWS + EDITING_ROWS
    has_controls = is_broad and rest.height - above > has.parameters + SHORT_HELP_ROWS  # all, or a form by themselves
    share, list_rows = rest.width, rest.height
    if has.worked_lines:
        if is_broad and not has_controls:  # one long list would stand beside an empty half
            list_rows = max(LEAST_NUMBER_ROWS, -(-has.readings // 2))
        several = has.several_lists_width(int(MAX_SHARE * rest.width), list_rows)
        list_rows = list_rows if several else rest.height
        share = max(int(USUAL_SHARE * rest.width), several)
    if not has.readings:
        share = -GAP_COLUMNS
    left = max(0, rest.width - share - GAP_COLUMNS)
    worked = Region(rest.right - left, rest.y, left, rest.height)
    places["readings"] = Region(rest.x, rest.y, max(0, share), min(list_rows, rest.height))
    if has_controls:
        places["controls"] = Region(worked.x, worked.y + above, left, rest.height - above)
        worked = Region(worked.x, worked.y, left, formula_rows)
    return places | {"worked": worked}


def _place_slim(room: Region, words: int, has: Contents) -> Places:
    """Stack everything."""
    rows = EDITING_ROWS + SHORT_HELP_ROWS if has.is_editing else SLIM_NUMBER_ROWS
    if has.is_editing and room.height >= TALL_ROWS:
        rows = max(rows, has.parameters + SHORT_HELP_ROWS + 1)
    places = _stack(room, words, has, rows)
    rest = _room_below(room, places)
    if has.is_editing:
        return places | {"controls": rest}
    readings = rest.height
    if rest.height >= MIN_WORKED_LINES_ROWS and has.worked_lines:
        free = rest.height - 1 - WORKED_LINE_ROWS * has.worked_lines
        readings = min(has.reading_rows(rest.width), max(SLIM_READING_ROWS, free, rest.height // 2))
    return places | {
        "readings": Region(rest.x, rest.y, rest.width, readings),
        "worked": Region(rest.x, rest.y + readings + 1, rest.width, max(0, rest.height - readings - 1)),
    }


STYLE = """
SimulatorDisplay {
    height: 1fr;
    & > #heading { color: $text-muted; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    & > #entry-sign { color: $text-accent; }
    & > #narration { padding: 0 1; color: $text-accent; }
    &.-slim > #heading { text-wrap: wrap; }
    &:focus > #heading { color: $text-primary; text-style: bold; }
}
"""
