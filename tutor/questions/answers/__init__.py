"""What is done with an answer: reading labels, grading, hints, near misses."""
