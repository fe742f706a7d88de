"""2D and 3D encoders."""
