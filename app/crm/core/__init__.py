"""The rules of CRMs: what one looks like, whom to trust, what an event means, how a record becomes facts."""
