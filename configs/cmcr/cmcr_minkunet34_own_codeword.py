_base_ = './cmcr_minkunet34.py'

# Fig. 6, left: each modality is held to the code nearest to itself.
model = dict(commitment=dict(codeword='own'))
