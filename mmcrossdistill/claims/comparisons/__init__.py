"""Pre-trainings compared with each other and with random weights."""
