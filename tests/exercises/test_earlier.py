"""Whoever tries to import an earlier function hears how it is called, in every exercise that may use one."""

import pytest

from tutor.content.course import open_course
from tutor.exercises.cases import Case
from tutor.exercises.check import check_in_processes
from tutor.exercises.report import Report
from tutor.sandbox.sandbox import CodeProcess

COURSE = open_course()
USERS = [block for block in COURSE.exercises() if block.exercise.uses]
PAIRS = [(block.id, id) for block in USERS for id in block.exercise.uses]


def verdict(processes: tuple[CodeProcess, CodeProcess], id: str, source: str) -> Report:
    exercise = COURSE.exercise(id).exercise
    never_called = Case("", (), None, None, is_hard=False)
    return check_in_processes(id, exercise, source, processes, cases=[never_called], data={})


@pytest.mark.parametrize(("id", "earlier"), PAIRS)
def test_an_import_of_an_earlier_function_is_answered_by_how_to_call_it(
    processes: tuple[CodeProcess, CodeProcess], id: str, earlier: str
) -> None:
    name = COURSE.exercise(earlier).exercise.name
    module = earlier.replace("-", "_")
    lines = {
        f"from {earlier} import {name}": f"Call {name}(…) without an import",
        f"from {module} import {name}": f"Call {name}(…) without an import",
        f"from {name} import {name}": f"Call {name}(…) without an import",
        f"import {module}": "Call the function by its name, without an import",
        f"import {earlier} as it": "Call the function by its name, without an import",
    }
    for line, way in lines.items():
        report = verdict(processes, id, f"import numpy as np\n{line}\n")
        assert report.error is not None and report.message.startswith("Line 2: ")
        for said in (report.message, report.as_json()["error"]["message"]):
            assert way in said and f"it is read from {earlier}.py, in the same folder" in said
    missing = verdict(processes, id, f"import numpy as np\n{name}(1)\n")
    assert f"Your earlier {name} is read from {earlier}.py" in missing.message
    assert missing.message.endswith(f"chainrule code {earlier} begins it.")
    assert f"`{earlier}.py`" in COURSE.exercise(id).exercise.earlier_note


def test_other_files_are_not_promised(processes: tuple[CodeProcess, CodeProcess]) -> None:
    said = verdict(processes, "code-sigmoid", "from code_fit import fit\n").message
    assert said == (
        "Line 1: ImportError: An exercise imports no other file of yours: copy what you need of it into this file."
    )
    said = verdict(processes, "code-cross-validation", "import code_pca\n").message
    assert said.endswith("The functions that can be called here, without an import, are those of code-fit.py.")
    assert "what can be: abc" in verdict(processes, "code-cross-validation", "import os\n").message
