"""The wire of facts: what may be said of each kind of record, and how each is shown."""
