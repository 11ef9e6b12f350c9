"""What a record says about the learning, as figures, charts and words; without a screen."""
