_base_ = './onestage_l2_vits.py'

model = dict(head=dict(loss=dict(_delete_=True, type='InfoNCELoss')))
train_cfg = dict(max_epochs=10)
