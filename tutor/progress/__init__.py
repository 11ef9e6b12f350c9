"""The learner's record: where it lies, what it holds, when to review."""
