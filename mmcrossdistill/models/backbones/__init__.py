"""2D and 3D encoders."""
from .resnet import ResNet
from .vit import ViT
from .waffleiron import WaffleIron

__all__ = ['ResNet', 'ViT', 'WaffleIron']
