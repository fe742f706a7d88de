"""Info files and other products made once before training."""
