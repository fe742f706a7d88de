_base_ = '../olivine_minkunet34_grounded_sam.py'

train_dataloader = dict(dataset=dict(label_folder='weak_labels/grounded-sam-hq'))
