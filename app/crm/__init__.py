"""Facts from CRMs: connections, verified deliveries, pulls, and what is written back."""
