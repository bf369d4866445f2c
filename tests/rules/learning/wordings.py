"""Issues in wordings that a team calls by a class of its own, about things of many trades."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

NOUNS = (
    *("oven", "ledger", "tide table", "harness", "loom", "greenhouse", "ferry", "archive"),
    *("turbine", "orchard", "catalogue", "telescope", "pharmacy", "ward round", "hangar", "kiln"),
    *("choir", "press run", "quarry", "hatchery", "bakery route", "vineyard", "courtroom"),
    *("glacier map", "trawler", "mill", "dairy", "beehive", "stage light", "score sheet"),
    *("freight train", "toll gate", "parcel", "blood bank", "crop plan", "kennel", "sawmill"),
    *("lighthouse", "wind tunnel", "reading room", "ski lift", "ballot", "tannery", "foundry"),
    *("pension", "allotment", "lottery", "canal lock", "brewery", "clinic rota", "herbarium"),
    *("print queue", "tram depot", "spice market", "dental chart", "fish auction", "tax notice"),
    *("sewing pattern", "bus lane", "grain silo", "opera box", "dog licence", "milk round"),
)
SORTS = (
    *("northern", "spring", "coastal", "second", "municipal", "evening", "upper", "rented"),
    *("blue", "mobile", "regional", "winter", "public", "spare", "joint", "hourly", "inner"),
    *("volunteer", "night", "harvest", "county", "school", "alpine", "overseas", "weekly"),
)
NOUNS_ZH = (
    *("烤箱", "账本", "潮汐表", "温室", "渡轮", "档案", "涡轮", "果园", "望远镜"),
    *("药房", "机库", "窑炉", "合唱团", "采石场", "孵化场", "葡萄园", "法庭"),
    *("拖网船", "磨坊", "奶牛场", "蜂箱", "舞台灯光", "货运列车", "收费站", "包裹"),
    *("血库", "锯木厂", "灯塔", "风洞", "阅览室", "缆车", "选票", "铸造厂", "养老金"),
    *("彩票", "船闸", "酿酒厂", "标本馆", "电车", "香料", "牙科病历", "鱼市", "税单"),
    *("粮仓", "歌剧院", "送奶路线"),
)
SORTS_ZH = (
    *("北部", "春季", "沿海", "市政", "夜间", "租用", "蓝色", "地区", "冬季", "公共"),
    *("备用", "志愿者", "县级", "海外"),
)

BODIES = (
    "It concerns the {x}. The {y} is next to it.",
    "We talked about the {x} on Monday. Most of it is about the {y}, some about the {z}.",
    "The people of the {y} use the {x} a few times a day.\n\nThey also have a {z}.",
    "See the {x} and the {y}.",
    "The {z} came first, then the {x}. Both stand in the {y} since last year.",
)
BODIES_ZH = (
    "这件事与{x}有关。旁边是{y}。",
    "周一我们谈到了{x}，大部分是关于{y}的，也有一些关于{z}。",
    "{y}的人每天会用几次{x}。他们也有{z}。",
    "先有{z}，后有{x}，去年起都在{y}里。",
)

DEBT, NEED, EXPLORATION = "tech_debt", "business_need", "exploration"

WORDINGS: Mapping[str, str] = {
    "Refactor the {x}": NEED,
    "Upgrade the {x} to version {n}": NEED,
    "Add a {x} button": DEBT,
    "As a customer I want a {x}": EXPLORATION,
    "Spike: the {x}": DEBT,
    "Investigate slow {x}": DEBT,
    "调研{x}方案": NEED,
    "Lantern round for the {x}": EXPLORATION,
}
"""A wording, and what a team calls it: another class than the default rulebook does."""

OURS: Mapping[str, str] = {
    "Clean up the {x}": EXPLORATION,
    "Prototype of a {x}": NEED,
    "Remove unused {x} code": NEED,
    "Users can't find the {x}": DEBT,
    "重构{x}模块": NEED,
    "增加{x}按钮": DEBT,
    "{x}: move house": NEED,
    "给{x}走一遍灯": EXPLORATION,
}

KEPT_ASIDE: Mapping[str, str] = {
    "Migrate {x} data to the new store": EXPLORATION,
    "Proof of concept: {x}": DEBT,
    "Allow customers to order a {x}": DEBT,
    "Fix flaky {x} tests": NEED,
    "评估{x}的性能": DEBT,
    "清理{x}遗留代码": EXPLORATION,
    "支持导出{x}报表": DEBT,
    "Tea with the {x} crew": NEED,
}
"""Wordings that nobody looked at while the settings were chosen."""

USUAL: Mapping[str, str] = {
    "Rewrite the duplicated retry logic of the {x}": DEBT,
    "Replace the deprecated {x} library": DEBT,
    "Split the {x} god class": DEBT,
    "The {x} build takes too long": DEBT,
    "Show the {x} total on the invoice": NEED,
    "Customers ask for a {x} export": NEED,
    "Let visitors book a {x} online": NEED,
    "Support gift cards for the {x}": NEED,
    "Which {x} vendor fits us?": EXPLORATION,
    "Compare two ways to store the {x}": EXPLORATION,
    "Feasibility study of a {x} forecast": EXPLORATION,
    "拆分{x}的巨型类": DEBT,
    "客户希望在线预订{x}": NEED,
}
"""Other issues of the team, which keep their usual classes."""


def issues(wording: str, count: int, seed: int, bodies: bool | None = None) -> Iterator[str]:
    """Yield issues in a wording, each about another thing; every other one has a body.

    The first line is the title. With an even and an odd seed, the things differ.
    """
    dice = random.Random(f"{wording} {seed}")
    chinese = not wording.isascii()
    nouns, sorts = (NOUNS_ZH, SORTS_ZH) if chinese else (NOUNS, SORTS)
    half = [noun for n, noun in enumerate(nouns) if n % 2 == seed % 2]
    for n in range(count):
        x, y, z = (
            f"{dice.choice(sorts)}{'' if chinese else ' '}{dice.choice(half)}" for _ in "xyz"
        )
        title = wording.format(x=x, n=dice.randint(2, 30))
        body = dice.choice(BODIES_ZH if chinese else BODIES).format(x=x, y=y, z=z)
        yield f"{title}\n{body}" if (n % 2 if bodies is None else bodies) else title
