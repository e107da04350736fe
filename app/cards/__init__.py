"""What a CRM shows of an account beside its own record."""
