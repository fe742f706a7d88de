_base_ = '../minidrive_stage2.py'

# The paper has 25; two keep the ledger of claims within its time.
train_cfg = dict(max_epochs=2)
