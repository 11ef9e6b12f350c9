"""Questions: one kind a file, read, graded and proved by machine, with fresh numbers. No screen in here."""
