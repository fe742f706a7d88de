_base_ = './seg_lp_vits.py'

# Fine-tuning on 1 % of the keyframes: every 100th scene, as SLidR and ScaLR.
model = dict(freeze_backbone=False)
train_dataloader = dict(dataset=dict(fraction=0.01, fraction_rule='scene_counter'))
optim_wrapper = dict(optimizer=dict(lr=1e-5))
