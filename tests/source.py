"""The Python files of the project, and the names of its modules."""

from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "tutor").rglob("*.py"))
FILES = sorted(chain.from_iterable((ROOT / part).rglob("*.py") for part in ("tutor", "tests", "benchmarks", "docs")))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {module_name(path): path for path in MODULES}
