_base_ = '../olivine_minkunet34_grounded_sam.py'

# Consistency with the class distributions alone, which needs no semantic image head.
model = dict(class_contrast=None, pair_sampler=None, semantic_projector_2d=None)
