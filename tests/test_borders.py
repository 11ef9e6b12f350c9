"""The core stays free of the screen, and no file gets away."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "tutor").rglob("*.py"))
CORE = ("sims", "questions", "content", "maths", "progress")


def core_modules() -> list[str]:
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in MODULES]
    return [".".join(part for part in found if part != "__init__") for found in parts if found[1] in CORE]


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
print(sorted({"numpy", "textual", "plotext", "yaml", "latex2mathml"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_only_one_module_imports_plotext() -> None:
    importers = [path.name for path in MODULES if "import plotext" in path.read_text("utf-8")]
    assert importers == ["plot.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
