"""SQL of CRMs."""
