"""Decides what of a program is in place: checks, requirements, questions, elements, and what comes next."""
