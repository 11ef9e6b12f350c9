"""Values of readings end in one column, or have their decimal points in one."""

from tests.widgets.drawn import palette
from tutor.sims.engine.view import Reading
from tutor.widgets.simulator.readings import reading_lines


def test_whole_numbers_end_in_one_column_where_there_are_no_decimal_points_to_align() -> None:
    readings = [Reading("ratio", "x", 0.0439063), Reading("weights", "y", 19200), Reading("height", "z", 8)]
    lines = [line.text for line in reading_lines(readings, palette(), 40, 3)]
    assert len({len(line.rstrip()) for line in lines}) == 1
