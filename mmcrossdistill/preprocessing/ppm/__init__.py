"""Positive pair mining (PPM): where the moving points of a sweep are at a keyframe's time."""
