"""Package metadata, extras, and the ``.mim`` folder for ``mmcrossdistill::`` configs."""
from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent.resolve()
MIM_PARTS = ('configs', 'tools', 'model-index.yml')


class BuildWithMim(build_py):
    """Put configs, tools and the model index below ``mmcrossdistill/.mim``.

    The command runs for wheels (also for those built from an sdist, which carries the same folders)
    and, unlike ``develop``, for editable installs, where links keep the folder up to date.
    """

    def run(self) -> None:
        """Build as usual, then fill ``.mim``."""
        super().run()
        if self.editable_mode:
            self._fill(ROOT / 'mmcrossdistill' / '.mim', link=True)
        else:
            self._fill(Path(self.build_lib) / 'mmcrossdistill' / '.mim', link=False)

    def _fill(self, target: Path, link: bool) -> None:
        """Replace the content of one ``.mim`` folder.

        Args:
            target: the folder.
            link: make relative links instead of copies.
        """
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for source in (ROOT / part for part in MIM_PARTS):
            place = target / source.name
            if link:
                place.symlink_to(os.path.relpath(source, target))
            elif source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns('__pycache__'))
            else:
                shutil.copyfile(source, place)


def requirements(name: str) -> list[str]:
    """Read a file of the folder ``requirements``.

    Args:
        name: file name without its ending.

    Returns:
        The requirements without comments.
    """
    lines = (ROOT / 'requirements' / f'{name}.txt').read_text().splitlines()
    return [line for line in (raw.split('#')[0].strip() for raw in lines) if line]


def section(extra: str) -> list[str]:
    """Read one section of ``requirements/optional.txt``.

    Args:
        extra: its name, as in ``# [vit]``.

    Returns:
        The requirements of the section.
    """
    text = (ROOT / 'requirements' / 'optional.txt').read_text()
    body = re.search(rf'^# \[{extra}\].*\n((?:[^#\n].*\n)+)', text, re.MULTILINE).group(1)
    return body.split()


def pinned(*names: str) -> list[str]:
    """Pick OpenMMLab packages from ``requirements/mminstall.txt``.

    Args:
        names: package names.

    Returns:
        Their pinned requirements.
    """
    return [line for line in requirements('mminstall') if line.split('==')[0] in names]


VERSION_FILE = ROOT / 'mmcrossdistill' / 'version.py'

setup(
    name='mmcrossdistill',
    version=re.search(r"__version__ = '(.+)'", VERSION_FILE.read_text()).group(1),
    description='Cross-modal distillation between images and LiDAR without labels',
    long_description=(ROOT / 'README.md').read_text(),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    license_files=['LICENSE'],
    keywords='distillation lidar image self-supervised autonomous driving openmmlab',
    classifiers=[
        'Development Status :: 3 - Alpha',
        'Intended Audience :: Science/Research',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
    packages=find_packages(include=['mmcrossdistill', 'mmcrossdistill.*']),
    python_requires='>=3.10',
    install_requires=requirements('runtime'),
    extras_require={
        'det3d': [*pinned('mmdet', 'mmdet3d'), *section('det3d')],
        'seg': [*pinned('mmsegmentation', 'mmpretrain'), *section('seg')],
        'vit': section('vit'),
        'minidrive': [*section('minidrive'), *section('det3d')],
        'preprocess': section('preprocess'),
        'sam': ['transformers>=5'],
        'vis': section('vis'),
        'tests': requirements('tests'),
        'docs': requirements('docs'),
        # Older openxlab, which openmim needs, pins requests and tqdm to old versions.
        'mim': ['openmim', 'filelock>=3.16'],
    },
    cmdclass={'build_py': BuildWithMim},
    zip_safe=False,
)
