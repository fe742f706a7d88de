_base_ = './minidrive_cmcr.py'

# Fig. 6, left: each modality is held to the code nearest to itself.
model = dict(commitment=dict(codeword='own'))
