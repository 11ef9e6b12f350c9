"""The processes in which an author's code and a learner's run, for the tests of what is said to an answer."""

from collections.abc import Iterator

import pytest

from tutor.sandbox.sandbox import CodeProcess, code_process, make_launcher


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[CodeProcess, CodeProcess]]:
    launcher = make_launcher()
    with code_process(launcher, 20) as author, code_process(launcher, 20) as learner:
        yield author, learner
    launcher.close()
