"""Frozen values and nothing else: what the rooms hand to each other."""
