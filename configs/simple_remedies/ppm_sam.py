_base_ = './ppm.py'

# Regions of tools/preprocess/superpixels.py --method sam.
train_dataloader = dict(dataset=dict(region_folder='superpixels/sam'))
