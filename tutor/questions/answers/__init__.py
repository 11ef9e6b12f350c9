"""What is common to answers: reading labels and settings, scoring orders, hints, the second try."""
