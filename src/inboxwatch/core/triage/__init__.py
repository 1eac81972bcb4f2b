"""Who wrote, what it is about, how urgent it is: match, conversation, signals, score."""
