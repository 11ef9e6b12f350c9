"""`python -m tutor.sims.playground.build PATH`: compiles the training loop, and keeps it if its numbers are right.

With `--check PATH` it only checks a compiled loop: exit code 0 if its numbers are right, else 1.
"""

import contextlib
import os
import subprocess
import sys
from itertools import pairwise
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
"""By how much a weight may differ from NumPy's."""
SHAPES = (
    NetworkShape((2, 4, 2, 1), "tanh", "tanh", "squared"),
    NetworkShape((7, 8, 3, 1), "sigmoid", "tanh", "cross-entropy"),
    NetworkShape((2, 5, 1), "relu", "linear", "squared"),
)
"""The networks on which a loop is checked; together they cover every activation and both losses."""


class BuildError(Exception):
    """The loop could not be compiled, or gives wrong numbers; the message says why in one line."""


def build(path: Path) -> None:
    """Compile the loop into `path`; the file appears only when it is complete and its numbers are checked.

    Raises:
        BuildError: it could not be compiled, or its numbers are not NumPy's.
    """
    with TemporaryDirectory(prefix="chainrule-") as folder:
        library = Path(folder) / path.name
        _compile(library)
        _check_numbers(library)
        write_file(path, library.read_bytes(), force=True)


def _compile(library: Path) -> None:
    """Compile `loop.c` into `library`.

    Raises:
        BuildError: there is no compiler, or it did not succeed.
    """
    command = find_compiler()
    if not command:
        raise BuildError("there is no compiler")
    # Zig's caches go into the temporary folder, which is removed.
    cache_variables = {"ZIG_GLOBAL_CACHE_DIR": str(library.parent), "ZIG_LOCAL_CACHE_DIR": str(library.parent)}
    compile_command = [*command, *compiler_flags(command), str(SOURCE), "-o", str(library)]
    try:
        finished = subprocess.run(
            compile_command,
            capture_output=True,
            timeout=BUILD_SECONDS - 60,  # a minute is left for checking
            env={**os.environ, **cache_variables},
            cwd=library.parent,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"the compiler did not run: {type(error).__name__}") from None
    if finished.returncode or not library.is_file():
        messages = finished.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BuildError(f"the compiler refused it: {messages[0][:200] if messages else finished.returncode}")


def _check_numbers(library: Path) -> None:
    """Check the numbers of a compiled loop in another process, which faulty machine code may crash.

    Raises:
        BuildError: the numbers are not NumPy's.
    """
    check_command = [sys.executable, "-m", "tutor.sims.playground.build", "--check", str(library)]
    finished = subprocess.run(check_command, capture_output=True, timeout=60, check=False)
    if finished.returncode:
        raise BuildError("what was compiled does not give NumPy's numbers here")


def measure_largest_difference(path: Path) -> float:
    """The largest difference of a weight or bias between the loop at `path` and NumPy, after three epochs of training.

    The networks are those of `SHAPES`, trained on 53 points: five full batches, and three points carried over.
    """
    rng, largest = np.random.default_rng(0), 0.0
    points = np.column_stack([rng.uniform(-6, 6, (53, 2)), np.where(np.arange(53) % 2, 1.0, -1.0)])
    for shape in SHAPES:
        weights = tuple(rng.uniform(-0.5, 0.5, (units, inputs)) for inputs, units in pairwise(shape.sizes))
        biases = tuple(np.full(len(w), 0.1) for w in weights)
        trainers = (Trainer(shape, len(points), 10), CompiledTrainer(load_loop(path), shape, len(points), 10))
        trained_parameters = []
        for trainer in trainers:
            trainer.load_points(points, tuple(FEATURES)[: shape.sizes[0]])
            trainer.restore(weights, biases)
            trainer.train(3, 0.03, WeightPenalty("l1", 0.0003))
            trained_weights, trained_biases = trainer.layers()
            trained_parameters.append(np.concatenate([array.ravel() for array in (*trained_weights, *trained_biases)]))
        by_numpy, by_loop = trained_parameters
        largest = max(largest, float(np.abs(by_numpy - by_loop).max()))
    return largest


def main(arguments: list[str]) -> int:
    """Build the loop, or check one (see the module); the exit code is 0 if it is good, else 1.

    A build that fails leaves a file with the reason, so that it is not tried again.
    """
    if arguments[0] == "--check":
        is_right = measure_largest_difference(Path(arguments[1])) <= TOLERANCE
        return 0 if is_right else 1
    path = Path(arguments[0])
    with contextlib.suppress(AttributeError, OSError):  # Windows has no `nice`
        os.nice(10)  # lower priority than the open program
    try:
        build(path)
    except (BuildError, ChainruleError, OSError, subprocess.SubprocessError) as error:
        with contextlib.suppress(ChainruleError):
            write_file(path.with_suffix(".failed"), f"{error}\n", force=True)
        return 1
    finally:
        with contextlib.suppress(OSError):
            path.with_suffix(".building").rmdir()  # the claim that `request_library` made: the build is over
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
