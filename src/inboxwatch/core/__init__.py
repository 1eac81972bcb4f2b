"""Pure: no input or output, no clock, no chance, no log."""
