"""The use cases of CRMs."""
