"""The core stays free of the screen, no import goes round, and no file gets away."""

import ast
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import SUCCESS, lint_imports

from tests.source import FILES, MODULES, NAMES, ROOT

CORE = ("expressions", "reading", "sims", "questions", "content", "maths", "progress", "exercises", "sandbox")

MAX_DATACLASSES_OF_A_START = 13
"""A dataclass takes 0.6 ms to make, a struct of msgspec 0.02 ms.

What `chainrule due` needs stays dataclasses: it imports no msgspec, which would be most of its time.
"""


def core_modules() -> list[str]:
    return [name for name in NAMES if name.split(".")[1:2] and name.split(".")[1] in CORE]


def test_the_import_contracts_hold() -> None:
    configuration.configure()
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) is SUCCESS


def test_importing_the_whole_core_loads_no_screen_library() -> None:
    code = f"""
import importlib, sys
for name in {core_modules()!r}:
    importlib.import_module(name)
print(sorted({{"textual", "rich", "plotext"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_help_needs_neither_numpy_nor_textual_nor_plotext() -> None:
    code = """
import contextlib, io, sys
from tutor.cli import run
with contextlib.redirect_stdout(io.StringIO()):
    run(["--help"])
late = {"numpy", "textual", "plotext", "yaml", "latex2mathml", "fractions", "subprocess"}
print(sorted((late | {"tutor.budget", "tutor.files", "tutor.progress.tables.attempt"}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_first_screen_waits_for_no_parser_and_no_question() -> None:
    code = """
import sys
from tutor.commands.launcher import open_course_with_packs, open_record
from tutor.screens import app
from tutor.screens.course import welcome
open_course_with_packs(()).headings, open_record().count()
print(sorted({"click", "numpy", "yaml", "tutor.questions.base", "tutor.reading.numbers"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_lesson_opened_by_its_name_waits_for_no_parser_and_no_card() -> None:
    code = """
import sys
from tutor import __main__
from tutor.commands import launcher
from tutor.screens.app import ChainruleApp, Opening

def build(kind, course, **what):
    ChainruleApp(course, launcher.open_record(), Opening(kind, **what)).get_default_screen()
    late = {"click", "numpy", "tutor.widgets.answers.question_card", "tutor.widgets.simulator.simulator",
        "tutor.maths.tree", "tutor.quiz.selection", "tutor.sims.engine.parameters", "tutor.progress.safety.merge"}
    print(sorted(late & set(sys.modules)))
    return 0

launcher.open_screen = build
sys.argv = ["chainrule", "learn", "backprop"]
sys.exit(__main__.main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_start_defines_few_dataclasses_since_python_compiles_the_methods_of_each() -> None:
    code = """
import dataclasses
import sys

made = []
process = dataclasses._process_class

def count(cls, *options):
    made.append(cls.__module__)
    return process(cls, *options)

dataclasses._process_class = count
from tutor.content.course import open_course
from tutor.screens import app
from tutor.screens.course import home, lesson

open_course().lesson("backprop")
print(sum(name.startswith("tutor.") for name in made))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) <= MAX_DATACLASSES_OF_A_START


def test_only_one_module_imports_plotext() -> None:
    importers = [path.name for path in MODULES if "import plotext" in path.read_text("utf-8")]
    assert importers == ["plot.py"]


def imports_in(text: str) -> set[str]:
    """Every module of the program that a text imports: at its top, in functions, and for the type checker alone."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            imported |= {name if name in NAMES else node.module for name in names}
    return imported & NAMES.keys()


def test_no_module_imports_another_that_imports_it_however_far_round() -> None:
    graph = {name: imports_in(path.read_text("utf-8")) - {name} for name, path in NAMES.items()}
    assert sum(map(len, graph.values())) > 1000
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_an_import_is_seen_wherever_it_stands() -> None:
    text = """
import tutor.errors
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from tutor.quiz import session
def late():
    from tutor.files import create_private_folder
"""
    assert imports_in(text) == {"tutor.errors", "tutor.quiz.session", "tutor.files"}


CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
GROWING = {
    "tutor.commands",
    "tutor.questions.kinds",
    "tutor.screens.course",
    "tutor.screens.quiz",
    "tutor.screens.reference",
    "tutor.sims.engine",
    "tutor.sims.models",
}
"""Packages to which a recipe of CONTRIBUTING adds one file: their contracts do not list every module."""


def test_every_module_stands_in_the_layers() -> None:
    (layers,) = (contract["layers"] for contract in CONTRACTS if contract["name"] == "Arrows run one way")
    listed = {name for layer in layers for name in layer.split(" | ")}
    assert listed <= NAMES.keys()
    outside = [
        name for name in NAMES.keys() - {"tutor"} if not any(f"{name}.".startswith(f"{each}.") for each in listed)
    ]
    assert outside == []


def test_every_package_has_a_contract_about_its_inside() -> None:
    inside = {name: {other for other in NAMES if other.rpartition(".")[0] == name} for name in NAMES}
    packages = {name for name, modules in inside.items() if len(modules) > 1} - {"tutor"}
    contracts = [each for each in CONTRACTS if each["type"] == "layers" and "containers" in each]
    assert packages - {name for each in contracts for name in each["containers"]} == set()
    assert {name for each in contracts if not each.get("exhaustive") for name in each["containers"]} == GROWING


TABLES: dict[str, set[str]] = {
    "tutor.questions.kinds": {"tutor.questions.kinds.table"},
    "tutor.sims.models": set(),
    "tutor.sims.playground": {"tutor.sims.playground.library"},  # the doctor says whether its loop is compiled
    "tutor.sims.functions": set(),
    "tutor.sims.datasets": {"tutor.sims.datasets.handwriting", "tutor.sims.datasets.digit_pictures"},
    "tutor.screens.reference": set(),
}
"""Packages of which others know a table alone → the modules that they may import from them."""


def test_what_a_recipe_adds_is_found_by_its_table_and_never_imported_by_name() -> None:
    found = []
    for name, path in NAMES.items():
        for other in imports_in(path.read_text("utf-8")):
            home = other.rpartition(".")[0]
            inside = name.startswith(f"{home}.") or (home.startswith("tutor.sims.") and name.startswith("tutor.sims."))
            if home in TABLES and other not in TABLES[home] and not inside:
                found.append(f"{name} imports {other}")
    assert found == []


def import_faults(text: str) -> list[str]:
    """What is wrong with the imports at the top of a module: a second block, a name that comes twice.

    After the imports there may be one block for the type checker; ruff takes what stands behind it for a new block.
    """
    tree = ast.parse(text)
    blocks = [node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    faults = ["more than one block for the type checker"] if len(blocks) > 1 else []
    late = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    faults += [
        f"line {node.lineno}: an import after that block" for node in late if blocks and node.lineno > blocks[0].lineno
    ]
    nodes = [*late, *(node for block in blocks for node in block.body)]
    names = [alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    return faults + [f"{name} is imported twice" for name in sorted({name for name in names if names.count(name) > 1})]


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_imports_of_a_module_stand_together(file: Path) -> None:
    assert import_faults(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nfrom typing import TYPE_CHECKING",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nimport b",
        "if TYPE_CHECKING:\n    import a\nif TYPE_CHECKING:\n    import b",
        "from a import b\nif TYPE_CHECKING:\n    from c import b",
    ],
)
def test_imports_that_do_not_are_noticed(text: str) -> None:
    assert import_faults(text)


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_400_lines(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 400
