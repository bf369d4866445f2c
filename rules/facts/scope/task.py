"""Read a title: what it asks to do, without the words of its topic, and whether it is a question.

"Add a spike detector" is no spike and "Migration assistant for customers" no migration: there the
word names the thing that is worked on. Such a word stands directly before a thing that people see
or use. "Migrate the assistant" keeps its verb.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_TITLE = 300

_ROLE = re.compile(r"^\s*as an? .{1,60}?,? i (?:want|need|would like|d like)(?: to)?\b", re.I)
_ROLE_ZH = re.compile(r"^\s*作为.{1,20}?[,，]?我?(?:希望|想要?|需要)(?:能够?)?")
_PURPOSE = re.compile(r"\b(?:so that|because)\b.*|[,，](?:以便|因为|方便).*", re.I | re.S)
_NAMES = re.compile('《[^》]*》|“[^”]*”|「[^」]*」|"[^"]*"')

_TOPIC = (
    r"(?:spikes?|research|experiment(?:s|al)?|investigations?|evaluation|exploration|explore"
    r"|discovery|study|prototypes?|pilot|assessment|survey|comparison|hypothesis|debt"
    r"|migration|upgrade|refactoring|clean-?up|removal|replacement|tests?|testing|trial|build"
    r"|building|pipeline|cache|patch|proposals?|a/b)"
)
_THING = (
    r"(?:apps?|area|assistants?|assistance|badges?|bookings?|budgets?|buttons?|calendars?|cards?"
    r"|cases?|catalogue?s?|cent(?:er|re)s?|charts?|classes|collections?|counselling|courses?"
    r"|customers?|dashboards?|dates?|days?|deadlines?|departments?|detectors?|drives?|editors?"
    r"|fees?|fields?|files?|filters?|forms?|galler(?:y|ies)|giving|grants?|groups?|guides?"
    r"|history|invoices?|kits?|labels?|labs?|letters?|lists?|loans?|logs?|maps?|menus?|museums?"
    r"|notes?|notices?|office|overviews?|pages?|papers?|payments?|permits?|planners?|portals?"
    r"|prices?|products?|profiles?|projects?|rates?|reminders?|reports?|requests?|reservations?"
    r"|results?|rooms?|schedules?|screens?|seats?|services?|sheets?|shoes?|shops?|side|sites?"
    r"|statements?|strips?|tabs?|tables?|tickets?|tours?|trackers?|users?|vans?|vessels?|videos?"
    r"|views?|visits?|vouchers?|widgets?|wizards?|workshops?|zones?)"
)
_ENGLISH = re.compile(rf"\b{_TOPIC}(?=(?:[ -]{_TOPIC})?[ -]{_THING}\b)", re.I)

_NOUN_ZH = (
    "(?:技术债|调研|调查|探索|研究|实验|试验|评估|评测|验证|试点|对比|比较|测试|构建|编译|流水线|日志|方案"
    "|选型|预研|遗留)"
)
_VERB_ZH = "(?:重构|改造|迁移|升级|清理|替换|合并|拆分)"
_THING_ZH = (
    "室|馆|展(?![示现])|课(?!程)|班|营|员(?!工)|师|生(?![产成命态效])|者|站(?!点)|田|券|进度|本(?![地次周月])"
    "|区(?![块分别域])|卷|表(?![现达示])|票|图(?![像形片])|期(?![间货权限])|群(?!体)|奖|问卷|报告|报名|成绩|成果"
    "|经费|基金|课题|大厅|日历|名单|动物|小组|工位|作品|预约"
)
_MADE_ZH = "套餐|舱位|礼包|小区|片区|项目|候鸟|肖像|主义|工作坊|补贴|费用在线|进度查询"
_CHINESE = re.compile(f"{_NOUN_ZH}(?={_THING_ZH})|{_VERB_ZH}(?={_MADE_ZH})")
_HEADING_ZH = re.compile(
    "^[^:：]{2,12}[:：](?=(?:新增|增加|添加|支持|显示|允许|提供|让|展示|可以))"
)
_HEADING = re.compile(
    rf"^\s*{_TOPIC} [^:]{{2,40}}: (?=(?:add|allow|filter|let|offer|show)\b)", re.I
)
_CHANGE = re.compile(
    r"^\s*(?:\[[^\]]*\]\s*|[\w-]{1,20}:\s*)?(?:add|allow|clean ?up|cover|delete|deprecate|drop"
    r"|enable|extend|fix|improve|let|merge|migrate|move|offer|optimi[sz]e|port|print|provide|refactor|remove"
    r"|rename|replace|restore|rewrite|show|simplify|sort|speed up|split|support|switch|unify"
    r"|untangle|update|upgrade|use)\b"
    r"|^\s*(?:【[^】]*】)?(?:清理|升级|重构|拆分|删除|下线|修复|移除|新增|增加|支持|优化|允许|提供)",
    re.I,
)
_EXPLORED = re.compile(
    r"\b(?:spikes?|research|experiment(?:s|al)?|investigations?|evaluation|exploration|prototypes?"
    r"|pilot|assessment|survey|study|a/b tests?)\b|调研|探索|实验|试验|研究|评估|试点|问卷",
    re.I,
)


@lru_cache(64)
def task(title: str) -> str:
    """Return the words of a title that say what to do; the topic, names and purpose are left out.

    The words keep their order. A title that is nothing but a topic stays as it is.
    """
    plain = unicodedata.normalize("NFKC", title[:MAX_TITLE])
    rest = _ROLE_ZH.sub("", _ROLE.sub("", _PURPOSE.sub("", _NAMES.sub(" ", plain))))
    rest = _HEADING_ZH.sub("", _HEADING.sub("", rest))
    if change := _CHANGE.match(rest):
        end = change.end()
        rest = rest[:end] + _EXPLORED.sub(" ", rest[end:])
    rest = _CHINESE.sub(" ", _ENGLISH.sub(" ", rest))
    return " ".join(rest.split()) or plain.strip()


_TAG = re.compile(r"^\s*(?:\[[^\]]*\]|【[^】]*】|\w+:)\s*")
_ASKS = re.compile(
    r"^(?:why|which|what|who|whose|where|how (?:many|much|long|often|good|far)|make or buy"
    r"|do we (?:still )?need|whether)\b"
    r"|^(?:how|is|are|do|does|did|has|have|would|will|should|could|can)\b[^?]*\?\s*$"
    r"|^[^?]{3,80}\b(?:worth it|or (?:buy|build|not)(?: it)?)\s*\?\s*$",
    re.I,
)
_WISHES = re.compile(
    r"\bplease\b|^how about\b|^(?:can|could|would|will) you\b|^when (?:can|will)\b"
    r"|^(?:should|could|would)n['’]t\b|^(?:why )?(?:can['’]t|cannot)\b"
    r"|^why (?:do|does|is|are|did)n['’]t\b"
    r"|^why is there no\b|^why (?:do|are|is) \w+ (?:still|not)\b|^is there an?y? (?:way|chance)\b"
    r"|^(?:is it|would it be) possible (?:for|to (?:have|get|see|add|export|show|print))\b"
    r"|^(?:can|could|may) (?:i|we)(?: also| finally)? (?:have|get|see|add|make|show|print|export"
    r"|pay|delete|remove|drop|sort|choose)\b"
    r"|^(?:can|could|should) .{2,40}? (?:show|display|have|include|carry|print|remember|list)\b",
    re.I,
)
_ASKS_ZH = re.compile(
    "为什么|为何|哪[个家种些款一]|多少[^,，?]{0,6}[?]|是否|能否|能不能|要不要|值不值|该不该|行不行|够不够|好不好|靠不靠谱"
    "|划不划算|哪个?划算|合算|会不会|愿不愿|有没有用|还是.{1,20}[?]|三选一|二选一|[谁吗][?]|^谁|怎么.{1,12}(?:省|好|快|选)"
    "|会影响哪|(?:如何|怎么|怎样).{2,30}[?]|满吗|吗$"
)
_WISHES_ZH = re.compile(
    "^(?:显示|展示|新增|增加|添加|支持|允许|提供)|(?:能不能|可不可以|能否|可以|可否|是否可以|是否能|是不是该)[^?]{0,12}?(?:加|增|让|打印|显示|带上|看到"
    "|支持|提醒|导出|自己|选|退|改成|合成|删|拿出来)|为什么(?:不能|不可以|没|.{0,6}还)|什么时候能|能不能删"
)


def asks(title: str) -> bool:
    """Return whether a title is a question that work has to answer, not a wish in polite form."""
    plain = _TAG.sub("", unicodedata.normalize("NFKC", title[:MAX_TITLE])).strip()
    if _WISHES.search(plain) or _WISHES_ZH.search(plain):
        return False
    return bool(_ASKS.search(plain) or _ASKS_ZH.search(plain))
