#!/usr/bin/env bash
# tools/dist_train.sh CONFIG PROCESSES [arguments of train.py]
# Several machines: NNODES, NODE_RANK, MASTER_ADDR, PORT. Without CUDA the processes use gloo.
set -euo pipefail

CONFIG=$1
GPUS=$2
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NNODES=${NNODES:-1}
ADDRESS=(--standalone)
if [ "$NNODES" -gt 1 ]; then
    ADDRESS=(--node_rank "${NODE_RANK:-0}" --master_addr "${MASTER_ADDR:?name the first machine}" --master_port "${PORT:-29500}")
fi

export PYTHONPATH="$HERE/..${PYTHONPATH:+:$PYTHONPATH}"
exec "${PYTHON:-python}" -m torch.distributed.run --nnodes "$NNODES" --nproc_per_node "$GPUS" "${ADDRESS[@]}" \
    "$HERE/train.py" "$CONFIG" --launcher pytorch "${@:3}"
