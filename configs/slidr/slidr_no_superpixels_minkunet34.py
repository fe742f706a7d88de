_base_ = '../ppkt/ppkt_minkunet34.py'

# Table 1, "SLidR w/o superpix.": PPKT with dilation instead of strides in the image encoder.
model = dict(backbone_2d=dict(output_stride=4))
