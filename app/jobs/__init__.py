"""Long work: jobs with progress, seen by the organization that asked for them."""
