"""One verb a file: where the core meets the ports."""
