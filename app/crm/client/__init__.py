"""The one client of all CRMs."""
