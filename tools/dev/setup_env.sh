#!/usr/bin/env bash
# Make .venv in the project root. Run by `make setup`, `make test` and `make demo`; safe to run again.
#
# setup_env.sh             everything; compiles mmcv's operators, which takes longest by far
# setup_env.sh pretrain    what pre-training and its probes need: mmcv-lite, nothing is compiled. The
#                          first set-up of everything replaces it
#
# TORCH="torch==X --index-url Y"  another torch than the CPU build
# EXTRA=cu120                     adds spconv-cu120 (any spconv-cu* suffix)
# Both are remembered in .venv once they are installed.
# PYTHON=/path/to/python3.11      the interpreter of a new .venv
#
# Each step leaves a stamp with the hash of what it depends on, so that an interrupted set-up goes on
# where it stopped and a changed requirement file repeats only the steps that read it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

VENV=.venv
STATE=$VENV/setup
PY=$VENV/bin/python
DEFAULT_TORCH='torch==2.13.0+cpu'
CPU_INDEX=https://download.pytorch.org/whl/cpu

recall() {  # recall NAME DEFAULT: the user's choice now, else the remembered one, else the default
    local value=${!1:-}
    if [ -z "$value" ] && [ -f "$STATE/choice_$1" ]; then value=$(cat "$STATE/choice_$1"); fi
    printf '%s' "${value:-$2}"
}
TORCH=$(recall TORCH "$DEFAULT_TORCH")
EXTRA=$(recall EXTRA '')

digest() { sha256sum | cut -c1-16; }
everything() { cat requirements/[bmort]*.txt requirements/constraints.txt setup.py "${BASH_SOURCE[0]}"; echo "$TORCH|$EXTRA"; }
WANTED=$(everything | digest)
TIER=${1:-everything}
case $TIER in everything | pretrain) ;; *) echo "set-up: unknown tier \"$TIER\"; 'pretrain' or none" >&2; exit 2;; esac
is_complete() { [ -f "$STATE/complete_$1" ] && [ "$(cat "$STATE/complete_$1")" = "$WANTED" ]; }
if is_complete everything || is_complete "$TIER"; then exit 0; fi

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3 python; do
        if command -v "$candidate" >/dev/null && "$candidate" -c \
            'import sys; sys.exit(sys.version_info[:2] not in ((3, 10), (3, 11)))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo 'set-up failed at step "venv": no Python 3.11 found; install one or pass PYTHON=/path/to/python3.11' >&2
    return 1
}

if [ ! -x "$PY" ]; then
    BASE=$(find_python)
    echo "[setup] venv: $VENV with $BASE"
    if ! "$BASE" -m venv "$VENV"; then
        rm -rf "$VENV"
        echo 'set-up failed at step "venv": this Python has no venv module; on Debian install python3-venv' >&2
        exit 1
    fi
fi
mkdir -p "$STATE"
if command -v flock >/dev/null; then exec 9>"$STATE/lock"; flock 9; fi

step() {  # step NAME KEY REMEDY FUNCTION: run once per KEY, show the end of the log if it fails
    local name=$1 key=$2 remedy=$3 run=$4 log=$STATE/$1.log began=$SECONDS
    if [ -f "$STATE/$name.done" ] && [ "$(cat "$STATE/$name.done")" = "$key" ]; then return; fi
    echo "[setup] $name ..."
    # It neither outlives a killed set-up nor keeps the next one waiting at the lock.
    (exec 9>&-; while sleep 60 && kill -0 "$$" 2>/dev/null; do
        echo "[setup] $name: $((SECONDS - began)) s so far"; done) &
    local beat=$!
    if "$run" > "$log" 2>&1; then
        kill "$beat"; wait "$beat" 2>/dev/null || true
        printf '%s' "$key" > "$STATE/$name.done"
        echo "[setup] $name: done in $((SECONDS - began)) s"
    else
        kill "$beat"; wait "$beat" 2>/dev/null || true
        tail -n 25 "$log" >&2
        echo "set-up failed at step \"$name\" (whole log: $log). $remedy" >&2
        exit 1
    fi
}
hash_of() { { cat "$@"; echo "$TORCH"; } | digest; }
pip() { "$PY" -m pip --disable-pip-version-check "$@"; }
pip_install() { pip install -c "$STATE/constraints.txt" "$@"; }

install_build() { pip install -c requirements/constraints.txt -r requirements/build.txt; }

install_torch() {
    # shellcheck disable=SC2086  # TORCH holds a requirement and pip options
    if ! pip install -c requirements/constraints.txt $TORCH; then
        [ "$TORCH" = "$DEFAULT_TORCH" ] || return 1
        pip install -c requirements/constraints.txt "$TORCH" --extra-index-url "$CPU_INDEX" || return 1
    fi
    printf '%s' "$TORCH" > "$STATE/choice_TORCH"
}

write_constraints() {
    # Each time, not with torch only: the list of versions changes more often than torch does.
    # Nothing that follows may replace torch's build by another one.
    { cat requirements/constraints.txt
      "$PY" -c 'from importlib.metadata import version; print("torch==" + version("torch"))'
    } > "$STATE/constraints.txt"
}

install_runtime() { pip_install -r requirements/runtime.txt; }

install_mmcv() {
    # A wheel in pip's cache was compiled against the default torch; it does not fit another one.
    local cache=()
    [ "$TORCH" = "$DEFAULT_TORCH" ] || cache=(--no-cache-dir)
    # A wheel first: an interrupted build leaves the light mmcv, and with it the demonstration, usable.
    MMCV_WITH_OPS=1 MAX_JOBS=${MAX_JOBS:-$(nproc)} pip wheel -c "$STATE/constraints.txt" --no-deps \
        --no-build-isolation ${cache[@]+"${cache[@]}"} -w "$STATE/wheels" mmcv==2.1.0 || return 1
    # Both packages own the same files.
    rm -f "$STATE/mmcv_lite.done"
    pip uninstall -y mmcv-lite && pip_install "$STATE"/wheels/mmcv-2.1.0-*.whl || return 1
    rm -r "$STATE/wheels"
    "$PY" -c 'import mmcv.ops'
}

install_mmcv_lite() { pip_install mmcv-lite==2.1.0; }

install_mm() { pip_install --no-deps -r requirements/mminstall.txt; }

install_optional() {
    pip_install -r requirements/optional.txt -r requirements/tests.txt || return 1
    # Some packages of this list ask for later numpy or OpenCV; the limits are checked once, here.
    "$PY" -c 'import mmcrossdistill.utils.compat as compat; compat.check_pins()'
}

install_extra() {
    if [ -n "$EXTRA" ]; then pip_install "spconv-$EXTRA" || return 1; fi
    printf '%s' "$EXTRA" > "$STATE/choice_EXTRA"
}

install_self() { pip_install --no-deps --no-build-isolation -e .; }

verify() {
    "$PY" -c 'import mmcrossdistill, mmcv, timm, nuscenes, embreex, mmpretrain.models' || return 1
    [ "$TIER" = pretrain ] ||
        "$PY" -c 'import mmcrossdistill, mmdet3d.datasets, mmdet3d.evaluation, mmdet3d.models, mmseg.models'
}

NETWORK='Is the package index reachable (pip config list)? Run the command again to go on from here.'
if [ "$TIER" = pretrain ]; then
    echo '[setup] 1 to 4 minutes'
else
    echo '[setup] 1 to 4 minutes, and 11 to 30 more on 2 cores if mmcv must be compiled (once per machine)'
fi
step build "$(hash_of requirements/build.txt)" "$NETWORK" install_build
step torch "$TORCH" "$NETWORK Another build: TORCH=\"torch==X --index-url Y\"." install_torch
write_constraints
step runtime "$(hash_of requirements/runtime.txt requirements/constraints.txt)" "$NETWORK" install_runtime
if [ "$TIER" = everything ]; then
    if [ ! -f "$STATE/mmcv.done" ]; then
        if ! command -v g++ >/dev/null; then
            echo 'set-up failed at step "mmcv": no C++ compiler (g++); on Debian install build-essential' >&2
            exit 1
        fi
        echo '[setup] mmcv 2.1.0 has no wheel for this torch: it is compiled unless pip has it in its cache'
    fi
    step mmcv "$TORCH" 'Needs g++ >= 9 and 4 GB of memory for each job; with less, run MAX_JOBS=1 make setup.' \
        install_mmcv
elif [ ! -f "$STATE/mmcv.done" ]; then
    step mmcv_lite 2.1.0 "$NETWORK" install_mmcv_lite
fi
step mm "$(hash_of requirements/mminstall.txt)" "$NETWORK" install_mm
step optional "$(hash_of requirements/{optional,tests,constraints}.txt)" "$NETWORK" install_optional
step extra "$EXTRA" 'EXTRA names the end of an spconv package, e.g. cu120.' install_extra
step self "$(hash_of setup.py)" 'setup.py could not make the editable install.' install_self
step verify "$TIER $WANTED" 'Delete .venv and run the command again.' verify
printf '%s' "$WANTED" > "$STATE/complete_$TIER"
echo "[setup] complete: $PY"
