"""The one scoring engine that selection and health share."""
