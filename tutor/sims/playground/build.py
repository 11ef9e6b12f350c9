"""`python -m tutor.sims.playground.build PATH`: compiles the training loop, and keeps it if its numbers are right."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tutor.errors import ChainruleError
from tutor.files import write_file
from tutor.sims.datasets.plane import FEATURES
from tutor.sims.playground.compiled import CompiledTrainer, load_loop
from tutor.sims.playground.library import BUILD_SECONDS, SOURCE, compiler_flags, find_compiler
from tutor.sims.playground.network import NetworkShape
from tutor.sims.playground.trainer import Trainer, WeightPenalty

TOLERANCE = 1e-12
SHAPES = (
    NetworkShape((2, 4, 2, 1), "tanh", "tanh", "squared"),
    NetworkShape((7, 8, 3, 1), "sigmoid", "tanh", "cross-entropy"),
    NetworkShape((2, 5, 1), "relu", "linear", "squared"),
)


class BuildError(Exception):
    """The loop was not made; the message says why in one line."""


def build(path: Path) -> None:
    """Compile the loop into `path`, which appears only once it is complete and its numbers are those of NumPy.

    Raises:
        BuildError: there is no such loop here.
    """
    with TemporaryDirectory(prefix="chainrule-") as folder:
        library = Path(folder) / path.name
        _compile(library)
        _check_numbers(library)
        write_file(path, library.read_bytes(), force=True)


def _compile(library: Path) -> None:
    """Compile `loop.c` into `library`, with the compiler's own caches beside it."""
    command = find_compiler()
    if not command:
        raise BuildError("there is no compiler")
    kept_apart = {"ZIG_GLOBAL_CACHE_DIR": str(library.parent), "ZIG_LOCAL_CACHE_DIR": str(library.parent)}
    line = [*command, *compiler_flags(command), str(SOURCE), "-o", str(library)]
    try:
        finished = subprocess.run(
            line,
            capture_output=True,
            timeout=BUILD_SECONDS - 60,
            env={**os.environ, **kept_apart},
            cwd=library.parent,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"the compiler did not run: {type(error).__name__}") from None
    if finished.returncode or not library.is_file():
        messages = finished.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BuildError(f"the compiler refused it: {messages[0][:200] if messages else finished.returncode}")


def _check_numbers(library: Path) -> None:
    """In a process of its own: what does not run here ends that one."""
    line = [sys.executable, "-m", "tutor.sims.playground.build", "--check", str(library)]
    finished = subprocess.run(line, capture_output=True, timeout=60, check=False)
    if finished.returncode:
        raise BuildError("what was compiled does not give NumPy's numbers here")


def largest_difference(path: Path) -> float:
    """The largest difference between the loop at `path` and NumPy, over networks of several shapes."""
    rng, largest = np.random.default_rng(0), 0.0
    points = np.column_stack([rng.uniform(-6, 6, (53, 2)), np.where(np.arange(53) % 2, 1.0, -1.0)])
    for shape in SHAPES:
        weights = tuple(rng.uniform(-0.5, 0.5, (n, m)) for m, n in zip(shape.sizes, shape.sizes[1:], strict=False))
        biases = tuple(np.full(len(w), 0.1) for w in weights)
        results = []
        for net in (Trainer(shape, len(points), 10), CompiledTrainer(load_loop(path), shape, len(points), 10)):
            net.load_points(points, tuple(FEATURES)[: shape.sizes[0]])
            net.restore(weights, biases)
            net.train(3, 0.03, WeightPenalty("l1", 0.0003))
            results.append(np.concatenate([part.ravel() for layers in net.shape.unpack(net.w) for part in layers]))
        largest = max(largest, float(np.abs(results[0] - results[1]).max()))
    return largest


def main(arguments: list[str]) -> int:
    """Build, or check what was built; the exit code says whether it is good."""
    if arguments[0] == "--check":
        return int(not largest_difference(Path(arguments[1])) <= TOLERANCE)
    path = Path(arguments[0])
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)
    try:
        build(path)
    except (BuildError, ChainruleError, OSError, subprocess.SubprocessError) as error:
        with contextlib.suppress(ChainruleError):
            write_file(path.with_suffix(".failed"), f"{error}\n", force=True)
        return 1
    finally:
        with contextlib.suppress(OSError):
            path.with_suffix(".building").rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
