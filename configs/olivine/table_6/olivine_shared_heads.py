_base_ = '../olivine_minkunet34_grounded_sam.py'

# 6b: one head per modality for all losses.
model = dict(semantic_projector_2d=None, semantic_projector_3d=None)
