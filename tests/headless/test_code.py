"""`chainrule code`: exercises listed, begun and checked."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.commands.code import wait_for_saves
from tutor.content.course import open_course
from tutor.content.model import CodeBlock
from tutor.content.plain import block_lines, keep_code_marks, markdown_lines
from tutor.content.stubs import write_stub

RIGHT = "import numpy as np\n\ndef neuron(x, w, b):\n    return 1 / (1 + np.exp(-(x @ w + b)))\n"
KEYS = {"id", "passed", "score", "cases", "failed", "mistake", "error", "printed", "seconds", "guards"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "code-neuron.py"
    path.write_text(RIGHT)
    return path


def test_the_list_names_every_exercise(command: Command) -> None:
    lines = command("code", "--list").out.splitlines()
    items = [json.loads(line) for line in command("code", "--list", "--json").out.splitlines()]
    assert [line.split()[0] for line in lines] == [item["id"] for item in items]
    assert {"code-sigmoid", "code-adam", "code-conv-cost"} <= {item["id"] for item in items}


def test_the_list_says_what_has_passed_and_to_which_lesson_it_belongs(command: Command, file: Path) -> None:
    assert not any(" passed " in line for line in command("code", "--list").out.splitlines())
    command("code", "code-neuron", "--check", str(file))
    file.write_text(RIGHT.replace("neuron(x, w, b)", "forward(x, weights, biases)"))
    command("code", "code-forward", "--check", str(file))
    rows = {line.split()[0]: line.split() for line in command("code", "--list").out.splitlines()}
    assert rows["code-neuron"][1:3] == ["passed", "node"] and rows["code-forward"][1:3] == ["begun", "layers"]
    assert rows["code-adam"][1] == "adam"
    items = [json.loads(line) for line in command("code", "--list", "--json").out.splitlines()]
    assert [item["id"] for item in items if item["passed"]] == ["code-neuron"] and items[1]["lesson"] == "node"
    told = command("progress").out
    assert "Written yourself: 1 exercise passed\n  A node, for many points at once: passed" in told
    assert "The forward pass: begun" in told and told.startswith("1 answer on record")


def test_a_right_solution_passes(command: Command, file: Path) -> None:
    done = command("code", "code-neuron", "--check", str(file))
    assert done.code == 0 and done.out.startswith("Passed: All 3 cases are right.")
    assert "\nOurs:\n  def neuron(x, w, b):\n      return " in done.out


def test_the_json_has_the_keys_of_the_contract(command: Command, file: Path) -> None:
    passed = json.loads(command("code", "code-neuron", "--check", str(file), "--json").out)
    assert set(passed) == KEYS and passed["passed"] and passed["score"] == 1 and passed["failed"] is None
    file.write_text(RIGHT.replace(" + b", ""))
    done = command("code", "code-neuron", "--check", str(file), "--json")
    failed = json.loads(done.out)
    assert done.code == 1 and set(failed) == KEYS
    assert set(failed["failed"]) == {"case", "inputs", "yours", "expected", "index", "why"}
    assert failed["failed"]["index"] == [0] and failed["failed"]["yours"][2] == 0.5
    assert failed["mistake"] == "The bias is missing: add b to every weighted sum."
    file.write_text("import numpy as np\n\ndef neuron(x, w, b):\n    return x @ v\n")
    error = json.loads(command("code", "code-neuron", "--check", str(file), "--json").out)["error"]
    assert error == {"type": "NameError", "message": "name 'v' is not defined", "line": 4}


def test_numbers_without_an_end_are_still_json(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "code-geodesics.py"
    file.write_text("def geodesics(distances):\n    return distances * 1\n")
    out = command("code", "code-geodesics", "--check", str(file), "--json").out

    def refuse(name: str) -> None:
        raise AssertionError(name)

    assert json.loads(out, parse_constant=refuse)["failed"]["yours"]


def test_a_stub_is_begun_and_never_written_over(command: Command, tmp_path: Path) -> None:
    done = command("code", "code-adam", "--folder", str(tmp_path / "mine"))
    path = tmp_path / "mine" / "code-adam.py"
    assert done.code == 0 and f"Begun: {path}" in done.out and "--check" in done.out
    assert "def adam_step(theta, m, v, g, t, rate, beta1, beta2, epsilon):" in path.read_text()
    path.write_text("# mine\n")
    again = command("code", "code-adam", "--folder", str(tmp_path / "mine"))
    assert f"Yours: {path}" in again.out and path.read_text() == "# mine\n"


@pytest.mark.parametrize("block", open_course().exercises(), ids=lambda block: block.id)
def test_the_stub_says_the_task_its_lesson_and_what_may_be_called(block: CodeBlock) -> None:
    course = open_course()
    stub = write_stub(course, block)
    function = ast.parse(stub).body[-1]
    assert isinstance(function, ast.FunctionDef)
    text = " ".join((ast.get_docstring(function) or "").split())
    assert " ".join(" ".join(markdown_lines(keep_code_marks(block.exercise.ask))).split()) in text
    place = re.search(r"\(chainrule learn (\S+) --section (\d+)\)", text)
    assert place is not None and block in course.lesson(place[1]).sections[int(place[2]) - 1].blocks
    assert all(f"({id}.py)" in text for id in block.exercise.uses)
    assert "$" not in text and all(f"{name}: " in text for name in block.exercise.parameters)


def test_without_a_folder_it_lies_beside_the_record(command: Command, home: Path) -> None:
    command("code", "code-adam")
    assert (home / "code" / "code-adam.py").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name an exercise; chainrule code --list shows all"),
        (("code-neurn",), "there is no exercise 'code-neurn'; did you mean 'code-neuron'?"),
        (("--list", "code-neuron"), "--list and EXERCISE cannot be given together"),
        (("code-neuron", "--json"), "--json means nothing alone"),
        (("code-neuron", "--check", "missing.py"), "missing.py: there is no such file"),
        (("code-neuron", "--check", "x.py", "--watch"), "--check and --watch cannot be given together"),
        (("code-neuron", "--hint", "4"), "code-neuron has 3 hints: give --hint a number from 1 to 3"),
        (("code-neuron", "--hint", "two"), "give a whole number"),
        (("code-neuron", "--hint", "1", "--check", "x.py"), "--hint and --check cannot be given together"),
    ],
)
def test_a_wrong_call_hears_what_to_do(command: Command, arguments: tuple[str, ...], said: str) -> None:
    done = command("code", *arguments)
    assert done.code == 2 and said in done.error_line


def test_a_file_that_is_none_gets_one_line(command: Command, tmp_path: Path) -> None:
    latin, large = tmp_path / "latin.py", tmp_path / "large.py"
    latin.write_bytes("# \n# Größe\n".encode("latin-1"))
    large.write_bytes(b"#" * 10_000_000)
    for path, said in (
        (tmp_path, "it is a folder, not a file"),
        (latin, "is not UTF-8 (line 2): save it as UTF-8"),
        (large, "is larger than 256 KB"),
    ):
        done = command("code", "code-neuron", "--check", str(path))
        assert done.code in {1, 2} and said in done.error_line


def test_a_folder_that_is_a_file_gets_one_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = command("code", "code-neuron", "--folder", str(tmp_path / "file"))
    assert done.code == 1 and "cannot be made" in done.error_line


def test_a_file_is_checked_when_it_has_been_saved(file: Path) -> None:
    seen = wait_for_saves(file)
    next(seen)
    file.write_text(RIGHT + "\n")
    next(seen)


def test_a_solution_may_call_an_earlier_one_in_the_same_folder(command: Command, tmp_path: Path) -> None:
    (tmp_path / "code-sigmoid.py").write_text("import numpy as np\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n")
    file = tmp_path / "code-neuron.py"
    file.write_text("def neuron(x, w, b):\n    return sigmoid(x @ w + b)\n")
    assert command("code", "code-neuron", "--check", str(file)).code == 0


@pytest.mark.parametrize("block", open_course().exercises(), ids=lambda block: block.id)
def test_the_hints_of_every_exercise_can_be_had_at_the_command_line(command: Command, block: CodeBlock) -> None:
    for number, hint in enumerate(block.exercise.hints, 1):
        told = command("code", block.id, "--hint", str(number)).out
        assert told.startswith(f"Hint {number} of 3: ") and (f"--hint {number + 1}" in told) == (number < 3)
        asked = json.loads(command("code", block.id, "--hint", str(number), "--json").out)
        assert asked == {"id": block.id, "number": number, "hints": 3, "hint": hint}
    assert command("code", block.id, "--hint").out == command("code", block.id, "--hint", "1").out
    assert f"chainrule code {block.id} --hint 1" in write_stub(open_course(), block)
    assert "(hints: --hint 1, 2, 3)" in " ".join(" ".join(block_lines(block)).split())


def test_hints_at_the_command_line_count_when_the_function_passes_and_only_once(
    command: Command, file: Path, tmp_path: Path
) -> None:
    def hints_on_record() -> list[int]:
        out = tmp_path / "record.jsonl"
        command("export", str(out), "--force")
        lines = map(json.loads, out.read_text("utf-8").splitlines())
        return [
            line["hints"] for line in lines if line.get("question") == "code-neuron" and line.get("mode") == "lesson"
        ]

    command("code", "code-neuron", "--hint", "2")
    command("code", "code-neuron", "--hint", "1", "--json")
    command("code", "code-neuron", "--check", str(file))
    assert hints_on_record() == [2]
    file.write_text(f"{RIGHT}# again\n")
    command("code", "code-neuron", "--check", str(file))
    assert hints_on_record() == [2, 0]
    command("code", "code-neuron", "--hint", "3")
    command("reset", "--lesson", "node", "--yes")
    command("code", "code-neuron", "--check", str(file))
    assert hints_on_record() == [0], "what was forgotten of the lesson includes the hints"


def test_whoever_does_not_pass_hears_where_hints_are(command: Command, file: Path) -> None:
    way = "A hint: chainrule code code-neuron --hint 1 (of 3)"
    assert way not in command("code", "code-neuron", "--check", str(file)).out
    file.write_text(RIGHT.replace(" + b", ""))
    assert command("code", "code-neuron", "--check", str(file)).out.endswith(f"{way}\n")
    assert way.removesuffix(" (of 3)") in command("code", "code-adam").out.replace("adam", "neuron")


def test_what_is_said_to_a_mistake_is_plain_text(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "code-sigmoid.py"
    file.write_text("import numpy as np\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n")
    out = command("code", "code-sigmoid", "--check", str(file)).out
    assert "overflows on the way" in out and "$" not in out
    assert "$" in json.loads(command("code", "code-sigmoid", "--check", str(file), "--json").out)["mistake"]
