"""What would become of an account's hygiene and health if something happened: pure, and nothing of it is kept."""
