"""The configuration: every key, loading it, secrets, checks."""
