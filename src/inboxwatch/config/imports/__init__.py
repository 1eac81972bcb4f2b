"""Customer lists to be imported: CSV, JSON lines and vCard, read line by line in little memory."""
