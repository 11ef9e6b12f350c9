"""What a learner may set: one TOML file, read when the program starts; its faults are named and never stop it."""
