"""What the program does: portfolios, moves of resources, and what sponsorship brought."""
