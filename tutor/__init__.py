"""Chainrule: a course on neural networks that runs in a terminal."""

import os

__version__ = "0.1.0"

for _library in ("OPENBLAS", "MKL", "OMP"):
    # The matrices of the course are small: more threads than one only wait for each other. Read when NumPy is loaded.
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
