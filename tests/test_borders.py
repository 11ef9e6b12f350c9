"""The core stays free of the screen, no import goes round, and no file gets away."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import SUCCESS, lint_imports

from tests.data import rows
from tutor.questions.kinds.table import KIND_TABLE
from tutor.sims.table import SIMULATIONS

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "tutor").rglob("*.py"))
FILES = sorted(chain.from_iterable((ROOT / part).rglob("*.py") for part in ("tutor", "tests", "benchmarks")))
CORE = ("expressions", "reading", "sims", "questions", "content", "maths", "progress", "exercises", "sandbox")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {module_name(path): path for path in MODULES}


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
    print(sorted({"click", "numpy", "tutor.widgets.answers.question_card", "tutor.widgets.simulator.simulator"}
        & set(sys.modules)))
    return 0

launcher.open_screen = build
sys.argv = ["chainrule", "learn", "backprop"]
sys.exit(__main__.main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


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
    from tutor.files import private_folder
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


OPENS_THE_PLAYGROUND = {"tutor.screens.base", "tutor.screens.course.welcome"}
"""A key of every screen opens it; the welcome screen shows it at work."""
ORDINARY_WORDS = {"digits", "penalty"}
"""Names of simulations that other modules use as words of their own: the digits of a number, the penalty of a try."""
OTHER_KINDS = (
    "tutor.questions.kinds.",
    "tutor.sims.",
    "tutor.expressions.",
    "tutor.maths.",
    "tutor.widgets.simulator.",
)
"""Where a kind is that of a parameter, a token or an atom; and the kinds themselves."""


def kinds_told_apart(text: str) -> set[object]:
    """The kinds of question with which a text compares something called `kind`."""
    found: set[object] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Compare(left=what):
                parts: list[ast.AST] = [node]
            case ast.Match(subject=what, cases=cases):
                parts = [case.pattern for case in cases]
            case _:
                continue
        if re.search(r"\bkind$", ast.unparse(what)):
            found |= {each.value for part in parts for each in ast.walk(part) if isinstance(each, ast.Constant)}
    return found & KIND_TABLE.keys()


def test_no_module_tells_kinds_of_question_apart() -> None:
    """What differs between kinds is asked of the kind: a new one is one file and one line."""
    telling = {
        name: found
        for name, path in NAMES.items()
        if not name.startswith(OTHER_KINDS) and (found := kinds_told_apart(path.read_text("utf-8")))
    }
    assert telling == {}


@pytest.mark.parametrize(
    "text",
    [
        "question.kind == 'order'",
        "if instance.kind in {'choice', 'choices'}: pass",
        "kind != 'match'",
        "match question.kind:\n    case 'text' | 'predict': pass",
    ],
)
def test_a_kind_told_by_its_name_is_noticed(text: str) -> None:
    assert kinds_told_apart(text)


def test_no_module_outside_names_a_simulation() -> None:
    naming, named = [], set(SIMULATIONS) - ORDINARY_WORDS
    for name, path in NAMES.items():
        if name.startswith("tutor.sims.") or name == "tutor.content.plan":  # lessons have some of the names too
            continue
        texts = [each.value for each in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(each, ast.Constant)]
        naming += [name for text in texts if isinstance(text, str) and text in named]
    assert set(naming) == OPENS_THE_PLAYGROUND


SQL = re.compile(
    r"\s*(SELECT|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|VIEW|INDEX|TRIGGER)|PRAGMA)\s"
)


def sql_in(text: str) -> list[int]:
    """The lines of a text that speak SQL: a statement, a call that runs one, the library itself."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Constant(value=str(value)) if SQL.match(value):
                lines.append(node.lineno)
            case ast.Attribute(attr="execute" | "executemany" | "executescript"):
                lines.append(node.lineno)
            case ast.Import(names=names) if any(alias.name == "sqlite3" for alias in names):
                lines.append(node.lineno)
            case ast.ImportFrom(module="sqlite3"):
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "text", ["import sqlite3", "database.execute(x)", "f'SELECT {name} FROM t'", "'DELETE FROM a'"]
)
def test_sql_is_noticed(text: str) -> None:
    assert sql_in(text)


def test_sql_stands_with_the_record_and_nowhere_else() -> None:
    record = ROOT / "tutor" / "progress"
    speaking = [module_name(path) for path in MODULES if sql_in(path.read_text("utf-8"))]
    assert "tutor.progress.record.queries" in speaking
    assert [name for name in speaking if not NAMES[name].is_relative_to(record)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def paths_made_from(node: ast.AST, known: dict[str, Path]) -> Path | None:
    """The path that an expression is, where it begins at `__file__` or at a name in `known`."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Call(func=ast.Name(id="Path" | "str"), args=[inner]):
            return paths_made_from(inner, known)
        case ast.Call(func=ast.Attribute(value=inner, attr="resolve" | "absolute")):
            return paths_made_from(inner, known)
        case ast.Call(func=ast.Attribute(value=inner, attr="joinpath"), args=[ast.Constant(value=str(name))]):
            before = paths_made_from(inner, known)
            return before / name if before else None
        case ast.Attribute(value=inner, attr="parent"):
            below = paths_made_from(inner, known)
            return below.parent if below else None
        case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(count))):
            below = paths_made_from(inner, known)
            return Path(*below.parts[: -count - 1]) if below else None
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=str(name))):
            before = paths_made_from(left, known)
            return before / name if before else None
    return None


def paths_in(file: Path, text: str) -> list[Path]:
    """Every path that a file makes from where it lies, its own names and those it imports followed."""
    tree = ast.parse(text)
    known = {"__file__": file}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.partition(".")[0] in {"tests", "benchmarks"}
        ):
            source = ROOT.joinpath(*node.module.split("."))
            source = source / "__init__.py" if source.is_dir() else source.with_suffix(".py")
            named = names_of_paths(source, ast.parse(source.read_text("utf-8"))) if source.exists() else {}
            known.update({alias.asname or alias.name: named[alias.name] for alias in node.names if alias.name in named})
    known.update(names_of_paths(file, tree, known))
    return [found.resolve() for node in ast.walk(tree) if (found := paths_made_from(node, known)) is not None]


def names_of_paths(file: Path, tree: ast.Module, known: dict[str, Path] | None = None) -> dict[str, Path]:
    names = {"__file__": file, **(known or {})}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found = paths_made_from(node.value, names)
            if found is not None:
                names[node.targets[0].id] = found
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_looks_outside_the_repository(file: Path) -> None:
    outside = [path for path in paths_in(file, file.read_text("utf-8")) if not path.is_relative_to(ROOT)]
    assert outside == []


@pytest.mark.parametrize(
    "text",
    [
        "Path(__file__).parents[3] / 'rows'",
        "Path(__file__).resolve().parent.parent.parent.parent / 'x'",
        "HERE = Path(__file__).parent\nTOP = HERE.parent.parent\nCASES = TOP.parent / 'rows'",
        "from tests.data import FOLDER\nFOLDER / '../../../rows'",
        "from tests.test_borders import ROOT\nROOT.parent",
        "ROWS = Path(__file__).joinpath('../../../../rows')",
    ],
)
def test_a_look_outside_is_noticed(text: str) -> None:
    found = paths_in(ROOT / "tests" / "questions" / "test_toy.py", text)
    assert any(not path.is_relative_to(ROOT) for path in found)


def test_a_table_of_cases_that_is_empty_fails(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.mark.parametrize('row', [])\ndef test_rows(row): pass\n"
    (tmp_path / "test_nothing.py").write_text(test, "utf-8")
    options = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(tmp_path),
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        str(tmp_path),
    ]
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert "Empty parameter set" in done.stdout


@pytest.mark.parametrize("left", [0, 3])
def test_rows_from_outside_that_are_missing_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    monkeypatch.setattr("tests.data.FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError):
        rows("numbers")
    (tmp_path / "peers").mkdir()
    whole = (ROOT / "tests" / "data" / "peers" / "numbers.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "peers" / "numbers.jsonl").write_text("\n".join(whole[: left + 1]), "utf-8")
    with pytest.raises(AssertionError, match=f"holds {left} rows"):
        rows("numbers")
