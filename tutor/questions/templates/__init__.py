"""Questions with fresh numbers: drawing them, filling them in, proving them."""
