"""No module imports another that imports it, also for type checking alone, or within a function."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("tutor",)


def modules(package: str) -> dict[str, Path]:
    """The modules of a package by their names."""
    folder = ROOT.joinpath(*package.split("."))
    names = {path: path.relative_to(ROOT).with_suffix("").parts for path in folder.rglob("*.py")}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for path, parts in names.items()}


def imported(path: Path) -> set[str]:
    """Every name that a module imports, as `package.module` and as `package.module.name`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            found |= {node.module or "", *(f"{node.module}.{item.name}" for item in node.names)}
        elif isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_run_one_way(package: str) -> None:
    known = modules(package)
    graph = {name: imported(path) & known.keys() for name, path in known.items()}
    assert sum(map(len, graph.values())) > len(known)
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
