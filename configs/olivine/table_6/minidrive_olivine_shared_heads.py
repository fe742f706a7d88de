_base_ = '../minidrive_olivine.py'

# 6b: one head per modality for all losses.
model = dict(semantic_projector_2d=None, semantic_projector_3d=None)
