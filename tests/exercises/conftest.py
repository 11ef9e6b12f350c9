"""The processes in which an author's code and a learner's run, for the tests of what is said to an answer."""

from collections.abc import Iterator

import pytest

from tutor.sandbox.sandbox import CodeProcess, make_launcher, session


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[CodeProcess, CodeProcess]]:
    launcher = make_launcher()
    with session(launcher, 20) as author, session(launcher, 20) as learner:
        yield author, learner
    launcher.close()
