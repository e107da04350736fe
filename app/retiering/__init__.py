"""Key status is kept by performance: appraisals at the first sign, decisions, relationship resets, and the way back."""
