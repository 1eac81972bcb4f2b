"""Where mail lies and leaves: IMAP accounts, SMTP servers, and files on disk."""
