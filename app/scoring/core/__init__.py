"""Value functions and additive scores: pure, over whole portfolios at once."""
