_base_ = './slidr_seg3d_100e.py'

# Fine-tuning on 1 %: 0.02 for the network, 2.0 for the new layer. The paper chose a rate for each
# share of labels but publishes only this one, which the rows with more labels take, too.
optim_wrapper = dict(
    optimizer=dict(lr=0.02), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=100.0))))
