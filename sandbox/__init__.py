"""Run a small in-memory Jira over real HTTP, for development and tests.

It imports nothing of Sluice.

`with Sandbox() as jira:` serves at `jira.url`; from a shell, use `python -m sandbox`.
The sandbox speaks REST v2 and, on Cloud, v3, whose texts are ADF. It keeps wiki markup.
"""

from sandbox.server import Sandbox

__all__ = ["Sandbox"]
