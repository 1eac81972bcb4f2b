"""Report models as text for people and programs."""
