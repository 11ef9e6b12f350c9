"""Statistics of the learner's record as numbers, charts and words; needs no screen."""
