_base_ = '../minidrive_dinov2plus.py'

# The paper has 25; three keep the ledger of claims within its time.
train_cfg = dict(max_epochs=3)
