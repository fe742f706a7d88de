_base_ = [
    '../_base_/models/petr.py', '../_base_/datasets/nuscenes_det_camera.py',
    '../_base_/schedules/petr_24e.py', '../_base_/default_runtime.py'
]

# torchvision's ImageNet weights.
model = dict(backbone_2d=dict(checkpoint='checkpoints/resnet50-0676ba61.pth'))
