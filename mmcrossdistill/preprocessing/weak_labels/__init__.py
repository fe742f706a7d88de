"""Weak labels: a class for each pixel, from models that know words, or from a worsened truth."""
