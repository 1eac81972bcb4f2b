"""What to do about a mail in the spam folder."""
