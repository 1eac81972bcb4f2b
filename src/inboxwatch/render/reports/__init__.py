"""A report document in its five forms: terminal, HTML, CSV, JSON, Markdown."""
