"""Own points: what people have is read and said in one line; what could mean two things is refused in one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Command
from tests.sims.tables import GOOD, POINTS, REFUSED, class_first, table
from tutor.errors import UsageError
from tutor.sims.datasets.point_file import read_points


def file(folder: Path, content: str | bytes, name: str = "points.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", GOOD)
def test_a_table_is_read_and_it_is_said_how(tmp_path: Path, name: str) -> None:
    content, told = GOOD[name]
    read = read_points(file(tmp_path, content))
    assert told in read.summary
    assert "\n" not in read.summary
    assert np.allclose(read.rows[:, :2], [point[:2] for point in POINTS])
    classes = np.array([point[2] for point in POINTS])
    # Which of two words is +1 is free, but the points are divided as the file divides them.
    assert abs(np.corrcoef(read.rows[:, 2], classes)[0, 1]) == pytest.approx(1)
    assert set(read.rows[:, 2]) == {-1.0, 1.0}
    assert len(read.classes) == 2


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_understood_is_refused_in_one_line_that_says_why(tmp_path: Path, name: str) -> None:
    content, said = REFUSED[name]
    path = file(tmp_path, content)
    with pytest.raises(UsageError) as caught:
        read_points(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path)[:40])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_the_classes_are_counted_and_named_in_their_colours(tmp_path: Path) -> None:
    lines = "".join(f"{k / 40};{(k * 7 % 11) / 3};{'a' if k < 54 else 'b'}\n" for k in range(100)).replace(".", ",")
    path = file(tmp_path, lines)
    assert read_points(path).summary == (
        "points.csv: semicolons, decimal commas, 100 points; classes a (54, orange) and b (46, blue)."
    )


def test_numbers_to_be_learned_are_said_to_be_such(tmp_path: Path) -> None:
    path = file(tmp_path, table(header="x1,x2,label\n", line=lambda k, cells: [*cells[:2], str(k / 20 - 0.5)]))
    assert "the label is a number to be learned, from −0.5 to 0.45 (regression)" in read_points(path).summary


@pytest.mark.parametrize("columns", ["height,weight,sick", "2,3,4", " Height , WEIGHT,4"])
def test_columns_are_chosen_by_name_or_by_number(tmp_path: Path, columns: str) -> None:
    path = file(tmp_path, table(",", "age,height,weight,sick\n", lambda k, cells: [str(k % 5), *cells]))
    read = read_points(path, columns=columns)
    assert np.allclose(read.rows[:, :2], [point[:2] for point in POINTS])
    assert "left out: age" in read.summary


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("height,weight", "give three"),
        ("height,weight,sik", "did you mean 'sick'?"),
        ("1,2,5", "no column '5'"),
        ("1,1,2", "names a column twice"),
        ("0,1,2", "no column '0'"),
        (",,", "no column ''"),
    ],
)
def test_columns_that_are_not_there_are_refused(tmp_path: Path, columns: str, said: str) -> None:
    path = file(tmp_path, table(",", "age,height,weight,sick\n", lambda k, cells: [str(k % 5), *cells]))
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        read_points(path, columns=columns)


def test_each_coordinate_is_stretched_over_the_plane_when_asked(tmp_path: Path) -> None:
    path = file(
        tmp_path, "height,weight,sick\n" + "".join(f"{150 + 2 * k},{50 + k * k / 9},{k % 2}\n" for k in range(20))
    )
    read = read_points(path, scale=True)
    assert read.rows[:, :2].min(axis=0).tolist() == [-5, -5]
    assert read.rows[:, :2].max(axis=0).tolist() == [5, 5]
    assert "stretched" in read.summary


@pytest.mark.unix
def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    wrong = {
        tmp_path: "is a folder",
        tmp_path / "pipe": "is not a regular file",
        Path("/dev/null"): "is not a regular file",
        tmp_path / "none": "cannot be read",
        tmp_path / ("n" * 300): "cannot be read",
        tmp_path / "n\0": "cannot be the name of a file",
    }
    for path, said in wrong.items():
        with pytest.raises(UsageError, match=said) as caught:
            read_points(path)
        assert "\n" not in str(caught.value)


ENDLESS = """
import sys
from pathlib import Path
from tutor.errors import UsageError
from tutor.sims.datasets.point_file import read_points
try:
    read_points(Path(sys.argv[1]))
except UsageError as error:
    print(error)
"""


@pytest.mark.unix
@pytest.mark.parametrize("kind", ["zeros", "many rows", "one line", "one cell of many lines", "standard input"])
def test_a_file_without_end_costs_no_more_than_its_limit(tmp_path: Path, kind: str) -> None:
    content = {
        "many rows": b"1.5,2.5,1\n" * 3_300_000,
        "one line": b"1," * 10_000_000,
        "one cell of many lines": b'1,2,"' + b"a\n" * 2_400_000,
    }
    path = "/dev/zero" if kind == "zeros" else "-"
    if kind in content:
        path = str(file(tmp_path, content[kind]))

    import resource  # Unix has it

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (900_000_000, 900_000_000))

    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run(
            [sys.executable, "-c", ENDLESS, path],
            stdin=zeros,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=bound,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    assert done.stdout.strip()


def test_points_come_from_a_pipe_too(command: Command) -> None:
    done = command("sim", "playground", "--data", "-", "--steps", "1", "--json", "--last", typed=table())
    assert done.code == 0
    assert done.error_line.startswith("standard input: commas, 20 points; classes 0 (")
    assert '"dataset": "own"' in done.out


def test_what_was_read_is_told_in_two_lines_of_a_small_screen_wherever_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
    folder.mkdir(parents=True)
    path = folder / ("a-name-without-an-end" * 8 + ".csv")
    path.write_text(table(header="class,height,weight\n", line=class_first), "utf-8")
    assert len(read_points(path).summary) < 160
