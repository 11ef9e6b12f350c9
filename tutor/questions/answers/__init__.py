"""The processing of answers: reading labels, grading, hints, near misses."""
