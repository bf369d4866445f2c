"""Define the technical metrics in free text, by their names in rule files."""

import re

from rules.facts.text_metrics.quantities import Dimension

_NAMED: dict[str, tuple[tuple[Dimension, ...], str]] = {
    "latency": (
        ("time",),
        r"latency|response times?|answer times?|time to first byte|ttfb|p\d{2,3}\b(?! load)"
        r"|延迟|时延|响应时间|响应|耗时",
    ),
    "page load": (
        ("time",),
        r"page loads?(?: times?)?|page loading|load(?:ing)? times?|lcp\b"
        r"|首屏|页面加载|加载时间|打开时间",
    ),
    "uptime": (("percent",), r"uptime|availability|可用性|可用率"),
    "error rate": (
        ("percent",),
        r"(?:error|failure|crash|fault) rates?|错误率|失败率|崩溃率|报错率|出错率",
    ),
    "throughput": (("rate",), r"throughput|qps\b|rps\b|tps\b|吞吐量?"),
    "memory": (("size", "percent"), r"memory(?: use| usage| footprint)?|\bram\b|heap|内存"),
    "build time": (
        ("time",),
        r"builds?\b(?: times?)?|ci times?|pipeline|deploy(?:ment)?s? times?|构建|编译|部署时间",
    ),
    "coverage": (("percent",), r"coverage|覆盖率"),
    "conversion": (("percent",), r"conversion(?: rate)?|转化率?"),
    "cost": (("money",), r"\bcosts?\b|\bbills?\b|成本|费用|账单"),
}

METRICS = tuple(_NAMED)

DIMENSIONS = {name: dimensions for name, (dimensions, _) in _NAMED.items()}

MEASURED: tuple[Dimension, ...] = ("time", "percent", "rate", "size", "money")
"""The dimensions of metrics."""

Named = tuple[int, int, str]
"""A metric that a sentence names: where its name starts and ends, and which metric it is."""

_METRIC = re.compile(
    "|".join(
        f"(?P<{name.replace(' ', '_')}>{pattern})"
        # Page load first: a page's load time is not its latency.
        for name, (_, pattern) in sorted(_NAMED.items(), key=lambda item: item[0] != "page load")
    ),
    re.IGNORECASE,
)


def named_in(sentence: str) -> list[Named]:
    """Return the metrics that a sentence names, in their order."""
    return [
        (match.start(), match.end(), str(match.lastgroup).replace("_", " "))
        for match in _METRIC.finditer(sentence)
    ]
