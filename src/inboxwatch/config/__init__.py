"""The configuration: every key, loading it, secrets, checks."""

import os

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""Nobody else has a say in how our file is read, and looking for plugins costs 10 ms."""
