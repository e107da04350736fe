"""The use cases of selection: models, scores of one account and of the portfolio, manual tiers."""
