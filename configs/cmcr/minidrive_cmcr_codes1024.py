_base_ = './minidrive_cmcr.py'

model = dict(codebook=dict(num_codes=1024))
