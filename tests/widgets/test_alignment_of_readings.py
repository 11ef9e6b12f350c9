"""Values of readings end in one column, or have their decimal points in one."""

from tests.widgets.drawn import palette
from tutor.sims.engine.view import Reading
from tutor.widgets.simulator.readings import reading_lines


def test_whole_numbers_end_in_one_column_where_there_are_no_decimal_points_to_align() -> None:
    readings = [Reading("ratio", "x", 0.0439063), Reading("weights", "y", 19200), Reading("height", "z", 8)]
    lines = [line.text for line in reading_lines(readings, palette(), 40, 3)]
    assert len({len(line.rstrip()) for line in lines}) == 1


def test_values_give_up_blanks_so_that_a_label_fits_into_one_line_if_the_list_is_too_high() -> None:
    readings = [
        Reading("ratio", "x", 0.0439063),
        Reading("separable, weights", "y", 843.0),
        Reading("height", "z", 8.5),
    ]
    lines = [line.text.rstrip() for line in reading_lines(readings, palette(), 28, 3)]
    assert lines == ["ratio              0.0439063", "separable, weights 843", "height               8.5"]
    roomy = [line.text.rstrip() for line in reading_lines(readings, palette(), 28, 4)]
    assert roomy == ["ratio              0.0439063", "separable,       843", " weights", "height             8.5"]


def test_counts_words_and_percentages_end_where_the_numbers_end() -> None:
    readings = [
        Reading("loss", "a", 0.0679429),
        Reading("updates", "b", 12),
        Reading("converged", "c", False),
        Reading("accuracy, trained half", "d", 1.0, is_share=True),
        Reading("accuracy, other half", "e", 0.2917, is_share=True),
        Reading("accuracy of the rest", "f", 0.3125, is_share=True),
        Reading("w", "g", -0.5),
    ]
    lines = [line.text.rstrip() for line in reading_lines(readings, palette(), 40, 7)]
    places = [(line.index("."), len(line)) for line in lines if "." in line and "%" not in line]
    assert len({point for point, _ in places}) == 1
    end = max(length for _, length in places)
    assert [len(line) for line in lines[1:3]] == [end, end]  # the count and the word
    assert [line.rindex("%") + 1 for line in lines[3:6]] == [end - 2, end, end]  # 100% and 29.2%


def test_a_remark_stands_beyond_the_column_in_which_the_numbers_end() -> None:
    readings = [Reading("rank", "a", 1), Reading("error", "b", 1e-31, is_residue=True)]
    lines = [line.text.rstrip() for line in reading_lines(readings, palette(), 30, 2)]
    assert [line.index(digit) for line, digit in zip(lines, "10", strict=True)] == [len(lines[0]) - 1] * 2
    assert lines[1].endswith("0 (rounding)")
