"""Shared and effectful: settings, database, HTTP edge, jobs, logs."""
