"""The use cases of the console: signing in and out, and what its pages show."""
