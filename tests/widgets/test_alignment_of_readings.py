"""Values of readings end in one column, or have their decimal points in one."""

from tests.widgets.drawn import palette
from tutor.sims.engine.view import Reading
from tutor.widgets.simulator.readings import reading_lines


def test_whole_numbers_end_in_one_column_where_there_are_no_decimal_points_to_align() -> None:
    readings = [Reading("ratio", "x", 0.0439063), Reading("weights", "y", 19200), Reading("height", "z", 8)]
    lines = [line.text for line in reading_lines(readings, palette(), 40, 3)]
    assert len({len(line.rstrip()) for line in lines}) == 1


def test_values_give_up_blanks_so_that_a_label_fits_into_one_line_if_the_list_is_too_high() -> None:
    readings = [Reading("ratio", "x", 0.0439063), Reading("separable, weights", "y", 843), Reading("height", "z", 8.5)]
    lines = [line.text.rstrip() for line in reading_lines(readings, palette(), 28, 3)]
    assert lines == ["ratio              0.0439063", "separable, weights 843", "height               8.5"]
    roomy = [line.text.rstrip() for line in reading_lines(readings, palette(), 28, 4)]
    assert roomy == ["ratio              0.0439063", "separable,       843", " weights", "height             8.5"]
