"""The rules of tenancy: what an organization has settled, keys, scopes."""
