_base_ = './stage1_multi_vitl.py'

# Without the keyframes of night and rain.
train_dataloader = dict(
    dataset=dict(
        datasets=[
            dict(conditions=['day-clear'], **source)
            for source in _base_.train_dataloader.dataset.datasets
        ]))
