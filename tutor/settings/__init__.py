"""The learner's settings: one TOML file, read at start; its faults are reported and never stop the program."""
