_base_ = './slidr_minkunet.py'

# PPKT as SLidR's authors brought it to driving scenes (Sec. 4.2): pairs of a pixel and a point
# instead of superpixels, and ResNet-50 with its strides, upsampled by 32.
model = dict(
    type='PPKT',
    num_pairs=4096,
    backbone_2d=dict(output_stride=32),
    pooler=dict(_delete_=True, type='CorrespondencePooler'),
    head=dict(loss=dict(normalize=True)))
