"""Functions that simulations are built on, each with its derivative beside it."""
