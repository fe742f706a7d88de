_base_ = './cartesian_5cm.py'

# Table 2 (A): twice the batch, as fair a comparison as the second clouds of PPM allow.
train_dataloader = dict(batch_size=8)
auto_scale_lr = dict(base_batch_size=32)
