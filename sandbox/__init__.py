"""Run a small in-memory Jira over real HTTP, for development and tests.

It imports nothing of Sluice.

`with Sandbox() as jira:` serves at `jira.url`; from a shell, use `python -m sandbox`.
The sandbox speaks REST v2. `/rest/api/3` gives the same answers (plain text instead of ADF), with
`self` addresses of v2.
"""

from sandbox.server import Sandbox

__all__ = ["Sandbox"]
