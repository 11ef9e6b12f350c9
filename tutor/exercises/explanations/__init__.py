"""What Python and NumPy raise, explained to a beginner."""
