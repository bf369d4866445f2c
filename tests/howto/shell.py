"""Run `sluice` commands of this folder in one process: importing it takes most of their time.

Each line of the input is JSON with `arguments` and `env`. The answer is a line of JSON with the
exit status and all that the command printed.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

from click.testing import CliRunner

from cli import main


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    result = CliRunner().invoke(main, asked["arguments"], env=asked["env"])
    output = result.stdout + result.stderr
    if result.exception and not isinstance(result.exception, SystemExit):
        output += "".join(traceback.format_exception(result.exception))
    return {"status": result.exit_code, "output": output}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
