"""The metrics of accounts: what is known of an account on a date, as numbers, set-wise over the portfolio."""
