#!/usr/bin/env bash
# tools/dist_test.sh CONFIG CHECKPOINT PROCESSES [arguments of test.py]
# Several machines: NNODES, NODE_RANK, MASTER_ADDR, PORT. Without CUDA the processes use gloo.
set -euo pipefail

CONFIG=$1
CHECKPOINT=$2
GPUS=$3
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NNODES=${NNODES:-1}
ADDRESS=(--standalone)
if [ "$NNODES" -gt 1 ]; then
    ADDRESS=(--node_rank "${NODE_RANK:-0}" --master_addr "${MASTER_ADDR:?name the first machine}" --master_port "${PORT:-29500}")
fi

export PYTHONPATH="$HERE/..${PYTHONPATH:+:$PYTHONPATH}"
exec "${PYTHON:-python}" -m torch.distributed.run --nnodes "$NNODES" --nproc_per_node "$GPUS" "${ADDRESS[@]}" \
    "$HERE/test.py" "$CONFIG" "$CHECKPOINT" --launcher pytorch "${@:4}"
