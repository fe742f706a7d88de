_base_ = [
    '../_base_/models/slidr_minidrive.py', '../_base_/models/cmcr.py',
    '../_base_/datasets/minidrive_cmcr.py', '../_base_/schedules/cmcr.py',
    '../_base_/default_runtime.py'
]

# Images are painted cell by cell, 8 pixels each. Codes follow the features as quickly, against the
# run of 390 steps, as on nuScenes against its 88000. 16 classes; the warm-up is the first epoch.
# The share that it has on nuScenes (10000 of 88000 steps) is 50 steps, which fix the classes of a
# network that has learnt nothing, all alike; L_kl then pulls all features there, and the contrast
# learns nothing. Chosen on the development split.
parts = _base_.cmcr
model = dict(
    parts,
    codebook=dict(parts.codebook, decay=0.77),
    reconstruction=dict(parts.reconstruction, cell_size=8),
    consistency=dict(parts.consistency, num_classes=16, momentum=0.98, warm_up=195))
train_dataloader = dict(batch_size=2)
train_cfg = dict(max_epochs=2)
default_hooks = dict(logger=dict(interval=10))
