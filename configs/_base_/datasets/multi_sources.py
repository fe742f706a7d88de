# The data sets that ScaLR and CD's Table D mix, one after the other. ScaLR standardises the
# intensity of each sensor.
sources = [
    dict(
        intensity=dict(mean=18.742355, std=22.04632),
        dataset=dict(data_root='data/nuscenes/', ann_file='nuscenes_infos_train.pkl')),
    dict(
        intensity=dict(mean=0.28613698, std=0.14090556),
        dataset=dict(
            data_root='data/semantickitti/',
            ann_file='semantickitti_infos_train.pkl',
            data_prefix=dict(pts='', img=''))),
    dict(
        intensity=dict(mean=18.23640649, std=25.86983417),
        dataset=dict(
            data_root='data/pandaset/',
            ann_file='pandaset_infos_train_pandar64.pkl',
            data_prefix=dict(pts='', img=''))),
    dict(
        intensity=dict(mean=23.06113565, std=16.76273235),
        dataset=dict(
            data_root='data/pandaset/',
            ann_file='pandaset_infos_train_pandargt.pkl',
            data_prefix=dict(pts='', img=''))),
]
# What the info files say of themselves.
differing = ['dataset', 'version', 'info_version', 'categories']
