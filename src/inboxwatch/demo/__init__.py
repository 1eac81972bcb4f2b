"""A small shop with an IMAP and an SMTP server in the process."""
