"""A small in-memory Jira over real HTTP, to develop and test against; it imports nothing of ours.

`with Sandbox() as jira:` serves at `jira.url`; `python -m sandbox` does from a shell.
REST v2 is what it speaks; `/rest/api/3` answers the same (text instead of ADF) and its `self`
addresses always point at v2.
"""

from sandbox.server import Sandbox

__all__ = ["Sandbox"]
