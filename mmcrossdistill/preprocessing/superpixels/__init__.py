"""Regions of images: superpixels, automatic masks, or existing label maps."""
