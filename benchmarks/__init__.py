"""Every speed figure of Chainrule, each beside its floor measured in the same run: `python -m benchmarks`."""
