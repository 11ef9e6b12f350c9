"""Copies of a record among the temporary files go, also those that a killed program left."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tutor.files import copy_aside

pytestmark = pytest.mark.unix


def test_copies_go_and_so_do_those_of_a_program_that_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    record = tmp_path / "record"
    record.write_text("a")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left, living = tmp_path / f"chainrule-copy-{ended.pid}-x", tmp_path / f"chainrule-copy-{os.getppid()}-x"
    others = tmp_path / "chainrule-copy-notes"
    for folder in (left, living, others):
        folder.mkdir()
        (folder / "record").write_text("a")
    with copy_aside([record, tmp_path / "none"]) as (copy, none):
        assert copy.read_text() == "a" and not none.exists() and not left.exists()
    assert sorted(tmp_path.iterdir()) == sorted([living, others, record])
