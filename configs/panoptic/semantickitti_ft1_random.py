_base_ = [
    '../_base_/models/panoptic_cylinder3d.py', '../_base_/datasets/semantickitti_panoptic.py',
    '../_base_/schedules/panoptic_100e.py', '../_base_/default_runtime.py'
]

# Not in the paper. Eight of 19 classes have objects; Cylinder3D's heights on SemanticKITTI.
model = dict(
    num_classes=19, things=list(range(8)), backbone_3d=dict(height_range=(-4.0, 2.0)))
train_dataloader = dict(dataset=dict(fraction=0.01))
