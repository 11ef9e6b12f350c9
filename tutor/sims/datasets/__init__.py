"""Data to learn from: made from a seed, or read from a file."""
