"""A class on the roster of a server under test."""

from pathlib import Path

import pytest

from tutor.serving.roster import Roster


@pytest.fixture
def roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roster:
    monkeypatch.setattr("tutor.serving.roster.SCRYPT", {"n": 2, "r": 8, "p": 1})  # as dear as a token is in earnest
    return Roster(tmp_path / "class.json")
