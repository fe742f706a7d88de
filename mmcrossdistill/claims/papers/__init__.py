"""What the papers claim, and the runs that measure it."""
