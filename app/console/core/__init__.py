"""The rules of the console: what a session's token is, where a page may lead, what its pictures show."""
