"""Account plans, their actions and sign-offs, and what is known of each cell of the whitespace."""
