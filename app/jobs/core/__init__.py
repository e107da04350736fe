"""What a job is, and which of its states follow which."""
