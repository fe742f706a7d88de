_base_ = [
    '../_base_/models/petr_minidrive.py', '../_base_/datasets/minidrive_det_camera.py',
    '../_base_/schedules/petr_24e.py', '../_base_/default_runtime.py'
]

# A frozen encoder after stage 2; minidrive_petr_reference.py has the same before distillation.
optim_wrapper = dict(optimizer=dict(lr=1e-3))
default_hooks = dict(logger=dict(interval=10))
