"""What an investor holds and what it is worth."""
