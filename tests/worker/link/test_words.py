"""What Redis says becomes a line that somebody can act on."""

from __future__ import annotations

import pytest

from worker.link.words import why


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("OOM command not allowed when used memory > 'maxmemory'.", "its memory is full"),
        ("MISCONF Redis is configured to save RDB snapshots, but", "it can't write to its disk"),
        ("READONLY You can't write against a read only replica.", "it is a read-only replica"),
        ("You can't write against a read only replica.", "it is a read-only replica"),
        ("MOVED 866 10.0.0.1:6379", "Redis Cluster, which Sluice does not support"),
        ("WRONGPASS invalid username-password pair or user is disabled.", "refuses user"),
        ("NOAUTH Authentication required.", "it wants a password"),
        ("NOPERM this user has no permissions to run the 'get' command", "its ACL forbids"),
        ("max number of clients reached", "raise maxclients"),
        ("Redis is loading the dataset in memory", "it starts and loads its data"),
        ("Error -2 connecting to cache:6379. Name or service not known.", "see DNS"),
        ("Error 111 connecting to 127.0.0.1:1. Connection refused.", "nothing listens"),
        ("Timeout reading from socket", "it hangs"),
        ("something new", "something new"),
    ],
)
def test_a_known_error_is_said_in_our_words_with_those_of_redis(said: str, line: str) -> None:
    told = why(Exception(said))
    assert line in told and said in told and "\n" not in told


def test_an_error_without_words_is_named() -> None:
    assert why(ConnectionResetError()) == "ConnectionResetError"
