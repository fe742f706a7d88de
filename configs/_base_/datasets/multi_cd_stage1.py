_base_ = ['./nuscenes_cd_stage1.py', './multi_sources.py']

# CD stage 1 on several data sets; the data preprocessor must leave the intensity as it is.
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        ignore_keys=_base_.differing,
        datasets=[
            dict(
                type=_base_.dataset_type,
                pipeline=[
                    dict(type='LoadPoints'),
                    dict(type='StandardizeIntensity', **source.intensity),
                    *_base_.train_pipeline[1:]
                ],
                **source.dataset) for source in _base_.sources
        ]))
