_base_ = './nuimages_lp_vits.py'

# Fine-tuning on 1 % of the images; the paper does not say which.
model = dict(freeze_backbone=False)
train_dataloader = dict(dataset=dict(fraction=0.01))
optim_wrapper = dict(optimizer=dict(lr=2e-5))
