"""The technical metrics that the reader of free text knows, by their names in rule files."""

METRICS = (
    "latency",
    "page load",
    "uptime",
    "error rate",
    "throughput",
    "memory",
    "build time",
    "coverage",
    "conversion",
    "cost",
)
