# Sourced by run, manage and test. `have FILE` makes .venv hold the pins of FILE; only the first call of a version takes time.

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
python=$root/.venv/bin/python

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

find_python() {
    pyenv=${PYENV_ROOT:-${HOME:-}/.pyenv}/versions
    for each in python3.13 python3.12 python3 python "$pyenv"/3.13*/bin/python3 "$pyenv"/3.12*/bin/python3; do
        if new_enough "$each"; then
            command -v "$each"
            return
        fi
    done
    fail "Chatsite needs Python 3.12 or newer and found none: install one (Debian: python3, python3-venv), or put it on PATH."
}

stamp() {
    printf '%s %s' "$(cksum <"$1")" "$(readlink -f .venv/bin/python)"
}

holds() {
    [ -x .venv/bin/python ] && [ "$(cat ".venv/$1.done" 2>/dev/null)" = "$(stamp "$1")" ]
}

make_venv() {
    new_enough .venv/bin/python && return
    base=$(find_python) || exit 1
    if command -v uv >/dev/null; then
        uv venv --quiet --clear --python "$base" .venv || fail "The folder .venv in $root could not be made (uv's reason is above)."
    else
        "$base" -m venv --clear .venv >/dev/null 2>&1 ||
            fail "$base could not make $root/.venv: is the folder writable, and Python's venv module installed (Debian: python3-venv)?"
    fi
}

install() {
    echo "Installing the packages of $1 into .venv; only this first time takes a while." >&2
    if command -v uv >/dev/null; then
        uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --compile-bytecode -r "$1"
    else
        .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
        .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-compile --no-deps --require-hashes -r "$1" &&
            { .venv/bin/python -m compileall -qq -j 0 .venv/lib || true; } # pip compiles on one core only
    fi || fail "The packages of $1 could not be installed (the reason is above)."
}

have() {
    cd "$root" # here pyenv's shims find .python-version
    if ! holds "$1"; then
        exec 9<bin/setup.sh
        if command -v flock >/dev/null; then flock 9; fi # two commands started at once install one after another
        if ! holds "$1"; then
            make_venv
            install "$1"
            stamp "$1" >".venv/$1.done"
            # The pins of requirements-dev.txt include those of requirements-s3.txt, and these those of requirements.txt.
            case $1 in requirements-dev.txt) stamp requirements-s3.txt >.venv/requirements-s3.txt.done ;; esac
            case $1 in requirements-dev.txt | requirements-s3.txt) stamp requirements.txt >.venv/requirements.txt.done ;; esac
        fi
        exec 9<&-
    fi
    cd "$OLDPWD"
}

start() {
    # -P: a file that happens to lie in the caller's folder must not pass for a module.
    PYTHONPATH=$root exec "$python" -P "$@"
}
