"""The learner's record: its SQLite file, what it contains, and when each question is due for review."""
