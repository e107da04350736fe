"""The wire of CRMs."""
