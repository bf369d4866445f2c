"""Read the address of a Redis: alone, with TLS, or found by sentinels.

redis://:password@host:6379/0
rediss://host:6379/0?ssl_ca_certs=/etc/ssl/own-ca.pem
sentinel://:password@host:26379,host:26379/0?master=mymaster
sentinels://… the same with TLS, at the sentinels and at the Redis that they name
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry

PLAIN, WATCHED = ("redis", "rediss"), ("sentinel", "sentinels")

SENTINEL_PORT = 26379

EXAMPLE = "redis://127.0.0.1:6379/0"

_ABOUT_SENTINELS = "sentinel://host:26379,host:26379/0?master=mymaster"


ASK_ONCE: dict[str, Any] = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry": Retry(NoBackoff(), 0),
}
"""How a sentinel is asked: the next one knows as much."""


class BadAddress(ValueError):
    """The address can't be used. The message says why and does not repeat a password."""


@dataclass(frozen=True)
class Watched:
    """A Redis that sentinels name: `hosts` are theirs, `master` is its name there."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    db: int
    credentials: dict[str, str] = field(repr=False)
    sentinel_credentials: dict[str, str] = field(repr=False)
    tls: dict[str, str]
    """What the address says of certificates; empty without TLS."""


def problem(url: str) -> str:
    """Return what is wrong with an address, an empty text if nothing is."""
    scheme = url.partition("://")[0].lower()
    if scheme in ("amqp", "amqps", "pyamqp"):
        return (
            "names RabbitMQ, which Sluice does not support: its queue has to be in a Redis, "
            f"such as {EXAMPLE}"
        )
    if scheme in WATCHED:
        try:
            watched(url)
        except BadAddress as error:
            return str(error)
        return ""
    try:
        parts = urlsplit(url)
        known = parts.scheme in PLAIN and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    return "" if known else f"is not an address: write one such as {EXAMPLE}"


def is_watched(url: str) -> bool:
    """Return whether sentinels name this Redis."""
    return url.partition("://")[0] in WATCHED


def watched(url: str) -> Watched:
    """Read an address of sentinels. Raises BadAddress."""
    scheme, _, rest = url.partition("://")
    rest, _, query = rest.partition("?")
    place, _, db = rest.partition("/")
    user, at, hosts = place.rpartition("@")
    said = dict(parse_qsl(query))
    if not said.get("master"):
        raise BadAddress(f"does not name the master of the sentinels: write {_ABOUT_SENTINELS}")
    if not (db or "0").isdecimal():
        raise BadAddress(f"has no number as database: write {_ABOUT_SENTINELS}")
    tls = {name: value for name, value in said.items() if name.startswith("ssl_")}
    return Watched(
        tuple(map(_host, hosts.split(","))),
        said["master"],
        int(db or 0),
        _credentials(*user.partition(":")[::2]) if at else {},
        _credentials(said.get("sentinel_username", ""), said.get("sentinel_password", "")),
        {"ssl_cert_reqs": "required", **tls} if scheme == "sentinels" else {},
    )


def _host(text: str) -> tuple[str, int]:
    name, _, port = text.strip().rpartition(":") if ":" in text else (text.strip(), "", "")
    if not name or not (port or "1").isdecimal() or not 0 < int(port or 1) < 65536:
        raise BadAddress(f"has a sentinel without host or port: write {_ABOUT_SENTINELS}")
    return name, int(port or SENTINEL_PORT)


def _credentials(user: str, password: str) -> dict[str, str]:
    found = {"username": unquote(user), "password": unquote(password)}
    return {name: value for name, value in found.items() if value}


def for_celery(url: str) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
    """Return the address as Celery takes it, its options of the transport, and its TLS."""
    if not is_watched(url):
        return url, {}, None
    found = watched(url)
    named = url.partition("://")[2].partition("?")[0].partition("/")[0].rpartition("@")
    login = named[0] + named[1]
    hosts = ";".join(f"sentinel://{login}{host}:{port}/{found.db}" for host, port in found.hosts)
    # By default the library tries each sentinel that is down four times, with long waits.
    of_sentinels: dict[str, Any] = {**found.sentinel_credentials, **ASK_ONCE}
    if found.tls:
        of_sentinels |= {"ssl": True, **found.tls}
    return hosts, {"master_name": found.master, "sentinel_kwargs": of_sentinels}, found.tls or None
