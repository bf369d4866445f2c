"""Define the technical metrics in free text, by their names in rule files."""

import re

from rules.facts.text_metrics.quantities import Dimension

_NAMED: dict[str, tuple[tuple[Dimension, ...], str]] = {
    "latency": (
        ("time",),
        r"latency|response times?\b|answer times?\b|time to first byte|ttfb|p\d{2,3}\b(?! load)"
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
    "memory": (
        ("size", "percent"),
        r"memory (?:use|usage|footprint|consumption)|"
        r"(?:uses?|takes|consumes|occupies)(?= [\d.]+ ?[kmgt]i?b (?:of )?(?:memory|ram))|"
        r"\bheap|内存占用|占用内存|内存使用",
    ),
    "build time": (
        ("time",),
        r"\bbuilds?\b(?: times?)?|\bci times?|"
        r"(?:\bci|build|deploy\w*|release) pipeline|"
        r"deploy(?:ment)?s? times?|构建|编译|部署时间",
    ),
    "coverage": (
        ("percent",),
        r"(?:tests?|code|unit|line|branch|statement)(?: tests?)? coverage|"
        r"coverage (?:of|by) (?:the |our )?(?:code|tests)|"
        r"(?<!网络)(?<!市场)(?<!信号)(?<!人群)(?<!用户)覆盖率",
    ),
    "conversion": (("percent",), r"conversion(?: rate)?|转化率?"),
    "cost": (
        ("money",),
        r"\bour (?:\w+ ){0,2}(?:costs?|bills?)\b|\bcosts us\b|\bwe pay\b|\bhosting costs?\b|"
        r"(?:cloud|server|hosting) bills?\b|我们的?(?:成本|费用|账单)|"
        r"(?:云|服务器|机房)(?:成本|费用|账单)",
    ),
}

METRICS = tuple(_NAMED)

DIMENSIONS = {name: dimensions for name, (dimensions, _) in _NAMED.items()}

MEASURED: tuple[Dimension, ...] = ("time", "percent", "rate", "size", "money")
"""The dimensions of metrics."""

Named = tuple[int, int, str]
"""A metric's name in a sentence: start, end, metric."""

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
