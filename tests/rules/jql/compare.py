"""Our verdict on JQL beside that of Atlassian's own parser, @atlaskit/jql-ast.

    cd tests/rules/jql && npm install && cd -           # once; or JQL_AST_MODULES=/…/node_modules
    python -m tests.rules.jql.compare                   # the corpus
    python -m tests.rules.jql.compare --random 20000    # as many random queries as well
    python -m tests.rules.jql.compare --write < new     # adds queries, a JSON string a line

`corpus.jsonl` holds queries written for this, each with the verdict that Atlassian's parser gave.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

from rules.jql.parser import grammatical
from rules.jql.syntax_tree import QueryError

HERE = Path(__file__).parent
CORPUS = HERE / "corpus.jsonl"
MISSING = 3
"""How compare.mjs exits where the package is not installed."""


class NoVerdict(Exception):
    """Atlassian's parser can't be asked here; the message says what is missing."""


def corpus() -> list[tuple[str, bool]]:
    """Every query with Atlassian's verdict."""
    lines = CORPUS.read_text("utf-8").splitlines()
    return [(line["jql"], line["valid"]) for line in map(json.loads, lines)]


def ours(query: str) -> bool:
    """Return whether our grammar takes a query."""
    try:
        grammatical(query)
    except QueryError:
        return False
    return True


def atlassians(queries: list[str]) -> list[bool]:
    """Return whether Atlassian's parser takes each query; raise NoVerdict if it is absent."""
    node = shutil.which("node")
    if node is None:
        raise NoVerdict("Node is not installed")
    done = subprocess.run(
        [node, str(HERE / "compare.mjs")],
        input="".join(f"{json.dumps(query)}\n" for query in queries),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == MISSING:
        raise NoVerdict(f"{done.stderr.strip()}: npm install in tests/rules/jql")
    if done.returncode:
        raise RuntimeError(done.stderr)
    verdicts = [line == "true" for line in done.stdout.split()]
    if len(verdicts) != len(queries):
        raise RuntimeError(f"{len(queries)} queries, {len(verdicts)} verdicts")
    return verdicts


_PIECES = re.findall(
    r"\S+",
    """
    a votes "x\\ y" 'it' cf cf[1] [ ] ( ) 10010 -5 1.5 +3 -4w and or not in is was changed empty
    null NOT Or && & | || ! = != ~ !~ < <= > >= , before after on during by from to order asc
    desc select user now() f(1,'x') issue.property[x].y \\u0061 \\n \\q \\ "\\"" "\\x" '\\''
    ' " ` _ : . - @ # / * ? ; { 技术 😀 é （ ſ ı İs ٣ IN
    """,
)
_ODD = "\t\n\r\x00\x0b\x7f\x85\xa0\u2028\u212a\u3000\ud800\ufdd0\ufeff\uffff"


def random_query(rng: random.Random, queries: list[str]) -> str:
    """A query of the corpus, or a piece of two, with up to two changes; or mere pieces."""
    if rng.random() < 0.2:
        return rng.choice((" ", "", " ")).join(rng.choices(_PIECES, k=rng.randint(1, 9)))
    text = rng.choice(queries)
    if rng.random() < 0.3:
        text += rng.choice((" and ", " or ", " ", " order by ")) + rng.choice(queries)
    for _ in range(rng.randint(0, 2)):
        text = _changed(rng, text)
    return text


def _changed(rng: random.Random, text: str) -> str:
    start = rng.randint(0, len(text))
    stop = min(len(text), start + rng.randint(0, 4))
    point = rng.choice((rng.randint(0, 255), rng.randint(0, 0xFFFF), rng.randint(0, 0x10FFFF)))
    new = rng.choice(
        ("", f" {rng.choice(_PIECES)} ", rng.choice(_PIECES), text[start:stop] * 2,
         rng.choice(_ODD), chr(point))
    )  # fmt: skip
    return text[:start] + new + text[stop:]


def random_queries(count: int, seed: int = 0) -> list[str]:
    """Random queries, the same for the same seed."""
    rng = random.Random(seed)
    short = [(query, valid) for query, valid in corpus() if len(query) < 200]
    good = [query for query, valid in short if valid]
    bad = [query for query, valid in short if not valid]
    return [random_query(rng, rng.choice((good, good, good, bad))) for _ in range(count)]


def disagreements(queries: list[str], verdicts: list[bool]) -> list[tuple[str, bool]]:
    """The queries of which we think otherwise, with Atlassian's verdict."""
    return [
        (q, verdict) for q, verdict in zip(queries, verdicts, strict=True) if ours(q) != verdict
    ]


def _line(query: str, valid: bool) -> str:
    """A line of the corpus; what an editor would not show stays an escape."""
    quoted = json.dumps(query, ensure_ascii=False)
    shown = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in quoted)
    return f'{{"jql": {shown}, "valid": {str(valid).lower()}}}\n'


def _report(what: str, queries: list[str]) -> int:
    verdicts = atlassians(queries)
    found = disagreements(queries, verdicts)
    print(f"{what}: {len(queries):,} queries, {sum(verdicts):,} valid, {len(found)} disagreements")
    for query, verdict in found[:20]:
        print(f"  Atlassian {'accepts' if verdict else 'rejects'} {query!a}")
    return len(found)


def main() -> int:
    """Compare, and say where the two differ; 1 where they do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--random", type=int, default=0, metavar="N", help="random queries too")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="add the queries on stdin")
    args = parser.parse_args()
    queries = [query for query, _ in corpus()]
    if args.write:
        queries = list(dict.fromkeys([*queries, *map(json.loads, sys.stdin)]))
        lines = map(_line, queries, atlassians(queries))
        CORPUS.write_text("".join(lines), "utf-8")
    found = _report("corpus", queries)
    if args.random:
        found += _report("random", random_queries(args.random, args.seed))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
