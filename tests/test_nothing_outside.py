"""No file looks outside the repository, and a table of cases that is missing or empty fails."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data import rows
from tests.source import FILES, ROOT


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
        "from tests.source import ROOT\nROOT.parent",
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
