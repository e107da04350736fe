"""Who is calling, and what they may do: organizations, users, API keys, scopes."""
