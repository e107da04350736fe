"""Will it last? Hygiene beside health, their warnings, assessments, whitespace, plans measured, and cadence."""
