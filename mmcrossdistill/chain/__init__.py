"""Chains of commands: what is done stays done, what is independent runs side by side."""
