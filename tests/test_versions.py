"""What is installed: declared, within its ranges, locked for the tests, by the commands that are shown."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
LOCKED = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.lstrip().startswith("#")
]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def asked_for(*lists: list[str]) -> list[Requirement]:
    found = [Requirement(line) for each in lists for line in each]
    return [requirement for requirement in found if requirement.name != PROJECT["name"]]


DECLARED = asked_for(PROJECT["dependencies"], *EXTRAS.values())


def command(sign: str) -> str:
    """The command of the README after a comment `sign`."""
    return (ROOT / "README.md").read_text("utf-8").partition(f"<!-- {sign} -->\n```sh\n")[2].partition("\n```")[0]


def imported(folder: str) -> Iterator[tuple[str, str]]:
    """Every module that a file of `folder` imports from elsewhere, with the file."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in names:
                yield name.partition(".")[0], path.name


@pytest.mark.parametrize(
    ("folder", "lists"),
    [
        ("tutor", [PROJECT["dependencies"], EXTRAS["anki"], EXTRAS["fit"], EXTRAS["web"], EXTRAS["pictures"]]),
        ("tests", [PROJECT["dependencies"], *EXTRAS.values()]),
        ("benchmarks", [PROJECT["dependencies"], *EXTRAS.values()]),
    ],
    ids=["tutor", "tests", "benchmarks"],
)
def test_every_library_that_is_imported_is_declared(folder: str, lists: list[list[str]]) -> None:
    declared = {canonicalize_name(requirement.name) for requirement in asked_for(*lists)}
    own = {"tutor", "tests", "benchmarks", "docs", "__future__", *sys.stdlib_module_names}
    makers = packages_distributions()
    missing = {
        (name, file)
        for name, file in imported(folder)
        if name not in own and declared.isdisjoint(map(canonicalize_name, makers.get(name, [])))
    }
    assert missing == set()


def test_the_lock_names_versions_alone_and_no_place_to_fetch_them_from() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-|--(extra-)?index|--find-links|@ ", text, re.MULTILINE)
    assert all([part.operator for part in locked.specifier] == ["=="] for locked in LOCKED)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_what_is_declared_is_locked_within_its_range_on_every_python(requirement: Requirement, python: str) -> None:
    where = {"python_version": python, "python_full_version": f"{python}.0"}
    versions = [
        str(next(iter(locked.specifier)).version)
        for locked in LOCKED
        if canonicalize_name(locked.name) == canonicalize_name(requirement.name)
        and (locked.marker is None or locked.marker.evaluate(where))
    ]
    assert len(versions) == 1
    assert requirement.specifier.contains(versions[0])


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_every_range_has_a_lower_end(requirement: Requirement) -> None:
    assert [part for part in requirement.specifier if part.operator in {">=", "~="}], requirement


def test_the_tests_are_run_with_the_lock_and_the_course_without_it() -> None:
    assert "pip install -q -c constraints.txt -e '.[test]' &&" in command("test")
    assert "constraints" not in command("start")


@pytest.mark.unix
def test_a_job_that_is_not_known_is_refused() -> None:
    done = subprocess.run(["bash", ROOT / ".ci" / "run", "newest"], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == ".ci/run: 'newest' is no job; give nothing, latest or lowest\n"


def test_the_hosted_jobs_run_the_same_commands_on_every_python_that_is_promised() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    promised = {found for line in PROJECT["classifiers"] for found in re.findall(r"Python :: (3\.\d+)$", line)}
    assert set(PYTHONS) == promised == set(jobs["locked"]["strategy"]["matrix"]["python"])
    assert [job["steps"][-1]["run"].split()[:2] for job in jobs.values()] == [["bash", ".ci/run"]] * 2
    assert set(jobs["ranges"]["strategy"]["matrix"]["job"]) == {"latest", "lowest"}
