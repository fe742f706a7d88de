"""2D and 3D encoders."""
from .concat_encoders import ConcatEncoders
from .cylinder3d import Cylinder3D
from .resnet import ResNet
from .sparse_unet import SparseUNet
from .vit import ViT
from .voxel_net import VoxelNet
from .waffleiron import WaffleIron

__all__ = [
    'ConcatEncoders', 'Cylinder3D', 'ResNet', 'SparseUNet', 'ViT', 'VoxelNet', 'WaffleIron']
