_base_ = '../minidrive_olivine.py'

# Consistency with the class distributions alone, which needs no semantic image head.
model = dict(class_contrast=None, pair_sampler=None, semantic_projector_2d=None)
