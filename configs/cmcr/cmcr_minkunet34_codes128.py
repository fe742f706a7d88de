_base_ = './cmcr_minkunet34.py'

model = dict(codebook=dict(num_codes=128))
