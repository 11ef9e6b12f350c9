"""The process from which learners' processes are forked is replaced when it ends or does not answer."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from tutor.sandbox import sandbox
from tutor.sandbox.sandbox import CodeProcess, CodeStoppedError, Zygote, code_process

pytestmark = pytest.mark.unix


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    own = Zygote()
    yield own
    own.close()


def is_alive(process: CodeProcess) -> bool:
    return "error" not in process.ask({"source": "x = 1"}, 10)


def test_one_that_the_system_has_ended_is_replaced_without_a_word(zygote: Zygote) -> None:
    for _ in range(2):
        with code_process(zygote, 5) as process:
            assert is_alive(process)
        os.kill(zygote._process.pid, signal.SIGKILL)
        zygote._process.wait()
    with code_process(zygote, 5) as process:
        assert is_alive(process)


def test_what_it_had_forked_ends_with_it_and_that_is_said(zygote: Zygote) -> None:
    with code_process(zygote, 5) as process:
        assert is_alive(process)
        os.kill(zygote._process.pid, signal.SIGKILL)
        zygote._process.wait()  # the system ends what it had forked before this returns
        with pytest.raises(CodeStoppedError):
            is_alive(process)
    with code_process(zygote, 5) as process:
        assert is_alive(process)


def test_one_that_does_not_answer_is_replaced(zygote: Zygote) -> None:
    with code_process(zygote, 5) as process:
        assert is_alive(process)
    os.kill(zygote._process.pid, signal.SIGSTOP)
    zygote._channel.settimeout(0.2)
    with code_process(zygote, 5) as process:
        assert is_alive(process)


def test_a_learner_is_told_when_it_ends_again_and_again(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_python_command", lambda _: [sys.executable, "-c", "pass"])
    os.kill(zygote._process.pid, signal.SIGKILL)
    with pytest.raises(CodeStoppedError, match="has stopped; try again"), code_process(zygote, 5):
        pass
