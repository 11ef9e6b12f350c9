"""Exercises in code: from saving a file to its verdict, what the sandbox adds, and a run driven by a learner's code.

Each figure stands twice: on the clock, which a busy machine makes longer, and in processor time of all processes.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from threading import Timer
from time import perf_counter

import numpy as np

from benchmarks.table import Row, middle
from tutor.content.course import open_course
from tutor.content.model import CodeBlock
from tutor.exercises.checker import Checker
from tutor.exercises.driven_run import begin_driven_run
from tutor.sandbox.sandbox import code_process, make_launcher

CHECKED = ("code-sigmoid", "code-backward", "code-adam", "code-conv2d")
"""Exercises whose verdicts are timed: small and large ones."""
TIMES = 5
PATIENCE_SECONDS = 60.0
"""For all verdicts of a file that is watched: one that never comes must not hold up the rest."""
STEPS = 2000
COLD_GOAL, WARM_GOAL, SANDBOX_GOAL, STEPS_GOAL = 500.0, 150.0, 20.0, 1000.0


def rows() -> Iterator[Row]:
    """The rows of this family."""
    print(f"    load of the machine: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    with TemporaryDirectory() as folder:
        yield from _cold_rows(Path(folder))
        yield from _watched_rows(Path(folder))
    yield from _warm_rows()
    yield from _sandbox_rows()
    yield from _driven_rows()


def _write_solution(block: CodeBlock, wrong: bool = False) -> str:
    exercise = block.exercise
    return f"import numpy as np\n{exercise.mistakes[0].source(exercise.reference) if wrong else exercise.reference}"


def _measure(times: int, work: Callable[[], object]) -> tuple[float, float]:
    """The median of the clock and of the processor time of all processes that have ended, in milliseconds."""
    clock, processor = [], []
    for _ in range(times):
        before, started = _processor_seconds(), perf_counter()
        work()
        clock.append(1000 * (perf_counter() - started))
        processor.append(1000 * (_processor_seconds() - before))
    return middle(clock), middle(processor)


def _processor_seconds() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def _cold_rows(folder: Path) -> Iterator[Row]:
    """A whole `chainrule code --check`: start, course, record, verdict."""
    block = open_course().exercise("code-backward")
    file = folder / "code-backward.py"
    file.write_text(_write_solution(block))
    command = [sys.executable, "-m", "tutor", "code", block.id, "--check", str(file)]
    environment = {**os.environ, "CHAINRULE_HOME": str(folder / "home")}

    def check() -> None:
        subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, check=True)

    check()
    clock, processor = _measure(TIMES, check)
    yield Row("code --check, start and all", clock, "ms", goal=COLD_GOAL)
    yield Row("  in processor time", processor, "ms", goal=COLD_GOAL)


def _watched_rows(folder: Path) -> Iterator[Row]:
    """From saving to the verdict that `chainrule code --watch` prints."""
    block = open_course().exercise("code-backward")
    file = folder / "code-backward.py"
    sources = [_write_solution(block), _write_solution(block, wrong=True)]
    file.write_text(sources[0])
    command = [sys.executable, "-m", "tutor", "code", block.id, "--watch", "--folder", str(folder)]
    environment = {**os.environ, "CHAINRULE_HOME": str(folder / "home")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as watch:
        assert watch.stdout is not None
        guard = Timer(PATIENCE_SECONDS, watch.kill)
        guard.daemon = True
        guard.start()
        _read_verdict(watch.stdout)
        taken = []
        for turn in range(TIMES):
            file.write_text(sources[turn % 2 - 1] + f"# {turn}\n")
            started = perf_counter()
            _read_verdict(watch.stdout)
            taken.append(1000 * (perf_counter() - started))
        guard.cancel()
        watch.terminate()  # a program started in the background may not hear SIGINT
    yield Row("save to verdict, code --watch", middle(taken), "ms", goal=WARM_GOAL)


def _read_verdict(lines: Iterator[str]) -> None:
    read = []
    for line in lines:
        if line.startswith(("Passed", "Not yet")):
            return
        read.append(line)
    raise AssertionError(f"no verdict, but: {''.join(read)}")


def _warm_rows() -> Iterator[Row]:
    """A check on the screen, which has the reference's answers already."""
    launcher = make_launcher()
    for id in CHECKED:
        block = open_course().exercise(id)
        checker = Checker(id, block.exercise, launcher)
        checker.prepare()
        for wrong in (False, True):
            source = _write_solution(block, wrong)
            clock, _ = _measure(TIMES, lambda checker=checker, source=source: checker.check(source))  # type: ignore[misc]
            name = f"verdict on a {'wrong' if wrong else 'right'} {id.removeprefix('code-')}, warm"
            yield Row(name, clock, "ms", goal=WARM_GOAL)
        checker.close()
    launcher.close()


def _sandbox_rows() -> Iterator[Row]:
    """A process behind walls, loaded and called once, beside the same call in this process."""
    source = _write_solution(open_course().exercise("code-softmax"))
    launcher = make_launcher()

    def in_the_sandbox() -> None:
        with code_process(launcher, 20) as process:
            process.ask({"source": source}, 10)
            process.ask({"function": "softmax", "arguments": "np.ones((2, 3))"}, 10)

    def here() -> None:
        names: dict[str, object] = {}
        exec(compile(source, "here", "exec"), names)
        function = names["softmax"]
        assert callable(function)
        function(np.ones((2, 3)))

    in_the_sandbox()
    bare = _measure(TIMES, here)[0]
    clock, _ = _measure(TIMES, in_the_sandbox)
    launcher.close()
    yield Row("what the sandbox adds to a call", clock - bare, "ms", "the call", bare, SANDBOX_GOAL)


def _driven_rows() -> Iterator[Row]:
    """Adam's run, each step taken by a learner's function and compared with ours."""
    launcher = make_launcher()
    begun = begin_driven_run("adam_step", _write_solution(open_course().exercise("code-adam")), (), launcher)
    assert begun is not None
    run, running = begun
    before, started = _processor_seconds(), perf_counter()
    run.jump(STEPS)
    clock, own = perf_counter() - started, _processor_seconds() - before
    running.close()
    launcher.close()
    yield Row("Adam driven by a learner's code", STEPS / clock, "steps/s", goal=STEPS_GOAL, at_least=True)
    yield Row("  in this process's time", STEPS / own, "steps/s", goal=STEPS_GOAL, at_least=True)
