# Find a Python that Sluice runs on. To be sourced by a POSIX shell: defines functions, does nothing.

# Ask the interpreter itself: pyenv leaves shims on the PATH for versions that are not there.
is_right_version() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'
}

# Debian keeps ensurepip in a package of its own, so venv may import and still not work.
has_venv() {
    "$1" -c 'import venv, ensurepip' >/dev/null 2>&1
}

# Compile nothing with the compiler that builds durable_rules. $2: the header to include.
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
    printf '%s\n' python3.14 python3.13 python3.12 python3.11 python3 python
    for path in "${HOME:-}"/.pyenv/versions/3.1[1234].*/bin/python \
        "${HOME:-}"/.local/share/uv/python/cpython-3.1[1234]*/bin/python3 \
        /opt/homebrew/bin/python3.1[1234] /usr/local/bin/python3.1[1234]; do
        if [ -x "$path" ]; then printf '%s\n' "$path"; fi
    done
}

# Print "version path" of each candidate of the right version; $1 may ask for one that has all else.
fitting() {
    candidates | while read -r candidate; do
        is_right_version "$candidate" || continue
        if [ "$1" = complete ]; then
            has_venv "$candidate" && compiles_with "$candidate" Python.h || continue
        fi
        printf '%s %s\n' "$(version_of "$candidate")" "$candidate"
    done
}

# Print the newest interpreter that has everything; else the newest of the right version; else nothing.
newest_python() {
    found=$(fitting complete)
    [ -n "$found" ] || found=$(fitting any)
    printf '%s\n' "$found" | sort -s -t. -k2,2nr | head -n 1 | cut -d' ' -f2-
}

# Print the oldest interpreter that has everything, or nothing.
oldest_python() {
    fitting complete | sort -s -t. -k2,2n | head -n 1 | cut -d' ' -f2-
}
