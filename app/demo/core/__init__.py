"""The seeded simulator: hidden trajectories first, then the dated facts that they leave behind."""
