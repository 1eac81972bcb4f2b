"""IMAP, SMTP and mail files: the adapters to where mail lies."""
