"""Define the Lua scripts of the store. Redis runs each script as one atomic step."""

from __future__ import annotations

from worker.store.site import latency

PENDING_S = 86_400

LATE_MS = 10_000
"""A task that waits may begin so much later before it counts as lost."""

SEEN_S = 7_200
"""Jira retries a webhook for about half an hour, at most five times: two hours cover that."""

_CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
"""
"""The time in milliseconds, by Redis: the clocks of hosts differ."""

_ADMIT = f"""
local site, issue, delivery, actor = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
{_CLOCK}
if delivery ~= '' then
  local at = clock[1] .. '.' .. string.format('%06d', clock[2])
  redis.call('HSET', site .. 'webhooks', 'taken', at)
end
if actor ~= '' and redis.call('GET', site .. 'me') == actor then return -1 end
local pending, queued, due = site .. 'pending:' .. issue, site .. 'queued', site .. 'due'
local marked = redis.call('INCR', pending) > 1
if delivery ~= '' and not marked then
  redis.call('SET', site .. 'via:' .. issue, delivery, 'EX', {SEEN_S})
end
if marked and (redis.call('ZSCORE', queued, issue) or redis.call('ZSCORE', due, issue)) then
  return -3
end
local seen = site .. 'seen:' .. delivery
if delivery ~= '' and not redis.call('SET', seen, 1, 'NX', 'EX', {SEEN_S}) then
  if not marked then redis.call('DEL', pending) end
  return -2
end
local mark = redis.call('INCR', site .. 'events')
redis.call('SET', pending, mark .. '000000', 'EX', {PENDING_S})
redis.call('ZADD', site .. 'waiting_since', 'NX', now, issue)
local wait = math.max(redis.call('PTTL', site .. 'recent:' .. issue), 0)
if wait == 0 then
  redis.call('ZADD', queued, mark, issue)
  local task = site .. issue .. ':' .. mark
  PUSH
else
  redis.call('ZADD', due, now + wait + {LATE_MS}, issue)
end
return wait
"""
"""Admit an event: the only script of the web process, run once for each webhook.

Returns the milliseconds until the issue may be triaged, or a negative refusal; at 0 PUSH queues it.
"""


REQUEUE = f"""
local site, issue = KEYS[1], ARGV[1]
{_CLOCK}
local mark = redis.call('INCR', site .. 'events')
redis.call('SET', site .. 'pending:' .. issue, mark .. '000000', 'EX', {PENDING_S})
redis.call('ZADD', site .. 'waiting_since', 'NX', now, issue)
if redis.call('ZSCORE', site .. 'queued', issue) or redis.call('ZSCORE', site .. 'due', issue) then
  return 0
end
redis.call('ZADD', site .. 'queued', mark, issue)
return 1
"""
"""Mark an issue as pending in any state. Returns 0 if a task of it lives: no other is needed."""


def admit(push: str) -> str:
    """Return the script that admits an event; `push` is the Lua that queues its task, or ""."""
    return _ADMIT.replace("PUSH", push)


PROBE_MS = 15_000
"""So long one worker alone tries a site again after a pause; one that lives renews it."""

PROBED_MS = 1_000
"""The others look so often whether it did."""

BEGIN = f"""
local site, issue = KEYS[11], ARGV[5]
{_CLOCK}
local place = tonumber(redis.call('ZSCORE', site .. 'queued', issue) or '')
if place then
  redis.call('ZREM', site .. 'queued', issue)
  if place > tonumber(redis.call('GET', site .. 'reached') or 0) then
    redis.call('SET', site .. 'reached', string.format('%d', place))
  end
end
local events = redis.call('GET', KEYS[1])
local epoch = redis.call('GET', KEYS[6]) or ''
local hold = 0
for _, key in ipairs({{KEYS[2], KEYS[7], KEYS[8]}}) do
  hold = math.max(hold, redis.call('PTTL', key))
end
local trouble = redis.call('EXISTS', KEYS[9]) == 1
if trouble and hold <= 0 and redis.call('EXISTS', KEYS[10]) == 1 then hold = {PROBED_MS} end
if not events then
  redis.call('ZREM', site .. 'due', issue)
elseif hold > 0 then
  redis.call('ZADD', site .. 'due', now + math.min(hold, 90000) + {LATE_MS}, issue)
end
if not events or hold > 0 then return {{events, hold, 0, 0, epoch, 0}} end
if ARGV[3] ~= '' and not redis.call('SET', KEYS[5], ARGV[3], 'NX', 'PX', ARGV[4])
  and redis.call('GET', KEYS[5]) ~= ARGV[3] then
  redis.call('ZADD', site .. 'due', 'NX', now + {LATE_MS}, issue)
  return {{events, 0, 0, 1, epoch, 0}}
end
redis.call('ZADD', site .. 'due', now + ARGV[4], issue)
redis.call('ZADD', site .. 'waiting_since', 'NX', now, issue)
if trouble then redis.call('SET', KEYS[10], 'by:' .. ARGV[3], 'PX', {PROBE_MS}) end
redis.call('SET', KEYS[3], 1, 'PX', ARGV[1])
local tries = redis.call('INCR', KEYS[4])
redis.call('EXPIRE', KEYS[4], ARGV[2])
local via = redis.call('GET', KEYS[12]) or ''
local screens = redis.call('GET', site .. 'screens_changed') or ''
return {{events, 0, tries, 0, epoch, trouble and 1 or 0, via, screens}}
"""
"""Begin a triage. A site in trouble is tried again by one worker, the others wait for it."""

RELEASE = """
redis.call('DEL', KEYS[1])
if ARGV[1] ~= '' and redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
"""

KEEP = (
    _CLOCK
    + """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('ZADD', KEYS[2], 'XX', now + ARGV[3], ARGV[2])
if redis.call('GET', KEYS[3]) == 'by:' .. ARGV[1] then redis.call('PEXPIRE', KEYS[3], PROBE_MS) end
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
""".replace("PROBE_MS", str(PROBE_MS))
)
"""Hold the lock of a triage that takes long, and the turn of a worker that tries a site again."""

ENDED = (
    RELEASE
    + _CLOCK
    + """
local due = now + tonumber(ARGV[3])
if redis.call('ZSCORE', KEYS[3], ARGV[2]) then redis.call('ZADD', KEYS[3], due, ARGV[2]) end
"""
)
"""End a try without a triage; a task that waits so long follows."""

CLOSE = (
    RELEASE
    + _CLOCK
    + """
local site = KEYS[8]
LATENCY
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[4], ARGV[3])
  redis.call('DEL', KEYS[7])
else
  redis.call('HSET', KEYS[4], ARGV[3], ARGV[4])
end
if ARGV[5] ~= '' then redis.call('HINCRBY', KEYS[5], ARGV[5], 1) end
local waits = redis.call('GET', KEYS[3])
local again = now + LATE
if waits and waits ~= ARGV[2] then
  redis.call('ZADD', site .. 'due', again, ARGV[3])
  redis.call('ZADD', site .. 'waiting_since', now, ARGV[3])
  return 0
end
if waits and ARGV[6] and (redis.call('GET', KEYS[6]) or '') ~= ARGV[6] then
  redis.call('ZADD', site .. 'due', again, ARGV[3])
  return 0
end
redis.call('DEL', KEYS[3])
for _, set in ipairs({'queued', 'due', 'waiting_since'}) do
  redis.call('ZREM', site .. set, ARGV[3])
end
return 1
""".replace("LATENCY", latency.NOTE).replace("LATE", str(LATE_MS + 2_000))
)
"""Close a triage. One that was done ends the row of issues in trouble, and its time is counted.

The issue stays pending if a newer event or another model came since then.
"""

ROLLOUT = "rollout"
"""The field of a project's hash that holds the Rollout as JSON."""

_TRIAL = f"""
local function trial()
  local readable, found = pcall(cjson.decode, redis.call('HGET', KEYS[1], '{ROLLOUT}') or '')
  return readable and type(found) == 'table' and found or {{}}
end
local function keep(rollout)
  redis.call('HSET', KEYS[1], '{ROLLOUT}', cjson.encode(rollout))
end
"""
"""Read the Rollout (a table without digest if there is none), and write it."""

BEGIN_TRIAL = (
    _TRIAL
    + f"""
if trial().digest == ARGV[1] then return end
redis.call('DEL', unpack(KEYS, 2))
redis.call('HSET', KEYS[1], '{ROLLOUT}', ARGV[3], 'trial_text', ARGV[2])
"""
)

SETTLE = f"""
redis.call('HSET', KEYS[1], 'charge', ARGV[1], 'charge_text', ARGV[2])
redis.call('HDEL', KEYS[1], '{ROLLOUT}', 'trial_text')
redis.call('DEL', unpack(KEYS, 2))
"""

SPEND = (
    _TRIAL
    + """
local rollout = trial()
if rollout.digest ~= ARGV[1] then return 1 end
if type(rollout.stopped) == 'number' then return 0 end
if redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 1 then return 1 end
local spent = redis.call('SCARD', KEYS[2])
if spent >= tonumber(ARGV[3]) then
  rollout.stopped = spent + 1
  keep(rollout)
  return 0
end
redis.call('SADD', KEYS[2], ARGV[2])
rollout.rewritten = rollout.rewritten + 1
keep(rollout)
return 1
"""
)
"""Let a book or model on trial rewrite one more issue, or roll it back at the limit."""

STOP = (
    _TRIAL
    + """
local rollout = trial()
if rollout.digest ~= ARGV[1] then return end
rollout.stopped = tonumber(ARGV[2])
keep(rollout)
"""
)
"""Roll back a book or model on trial before it rewrites more."""
