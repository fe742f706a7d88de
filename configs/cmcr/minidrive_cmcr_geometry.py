_base_ = './minidrive_cmcr.py'

# Table 6 (4): contrast, reconstructions, codebook and geometry.
model = dict(orthogonality=None)
