_base_ = '../cd/minidrive_stage1.py'

# ScaLR's setting is that of CD's stage 1 but for its restriction to clear days, which stays here,
# as for all methods on MiniDrive.
model = dict(type='ScaLR', head=dict(loss=dict(mean_over='rank')))
# As many passes as the other methods on MiniDrive.
train_cfg = dict(max_epochs=4)
