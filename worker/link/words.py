"""Say in one line why Redis did not do as asked, and what to do."""

from __future__ import annotations

_KNOWN = (
    # A part of Redis's own word (lower case), and ours.
    ("command not allowed when used memory", "its memory is full: give it more, or set maxmemory"),
    ("misconf", "it can't write to its disk: make room there, its log says more"),
    ("readonly", "it is a read-only replica: the address has to lead to the master"),
    ("read only replica", "it is a read-only replica: the address has to lead to the master"),
    ("unblocked", "its role changed: it was the master until now"),
    ("masterdown", "it is a replica without a master"),
    ("moved ", "it is part of a Redis Cluster, which Sluice does not support"),
    ("crossslot", "it is part of a Redis Cluster, which Sluice does not support"),
    ("cluster support", "it is part of a Redis Cluster, which Sluice does not support"),
    ("clusterdown", "it is part of a Redis Cluster, which Sluice does not support"),
    ("wrongpass", "it refuses user or password: see the address in the environment"),
    ("invalid password", "it refuses the password: see the address in the environment"),
    ("invalid username-password", "it refuses user or password: see the address"),
    ("noauth", "it wants a password: put it into the address, redis://:PASSWORD@host:6379/0"),
    ("authentication required", "it wants a password: put it into the address"),
    ("without any password configured", "it has no password, but the address has one"),
    ("noperm", "its ACL forbids a command or key to this user"),
    ("no permissions", "its ACL forbids a command or key to this user"),
    ("max number of clients", "it has too many clients: raise maxclients"),
    ("loading", "it starts and loads its data"),
    ("busy redis is busy", "a script of somebody runs too long in it"),
    ("db index is out of range", "it has no database of that number"),
    ("certificate verify failed", "its certificate is not trusted: see ssl_ca_certs"),
    ("wrong_version_number", "it speaks no TLS at this port: use redis://, or its TLS port"),
    ("wrong version number", "it speaks no TLS at this port: use redis://, or its TLS port"),
    ("no master found", "no sentinel knows a master of that name that is up"),
    ("name or service not known", "its host has no address: see DNS"),
    ("temporary failure in name resolution", "its host has no address now: see DNS"),
    ("connection refused", "nothing listens at its address"),
    ("error 111", "nothing listens at its address"),
    ("resource temporarily unavailable", "it hangs: it takes connections and says nothing"),
    ("timed out", "it hangs: it takes connections and says nothing"),
    ("timeout", "it hangs: it takes connections and says nothing"),
)


def why(error: BaseException) -> str:
    """Return why Redis fails: our line if the cause is known, with Redis's own word."""
    own = " ".join(str(error).split())[:160] or type(error).__name__
    ours = next((line for part, line in _KNOWN if part in own.lower()), "")
    if "certificate verify failed" in str(error.__cause__).lower():
        ours = "its certificate is not trusted: see ssl_ca_certs"
    return f"{ours} ({own})" if ours else own
