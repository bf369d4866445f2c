"""The Lua scripts that Redis runs for the store: each is one step that nothing can come between."""

from __future__ import annotations

PENDING_S = 86_400
STALE_S = 300
"""A mark this old may have lost its task, with a worker that was killed: it is queued again."""

SEEN_S = 7_200
"""Jira tries a webhook for about half an hour, five times at most: two hours cover it."""

_ADMIT = f"""
local site, issue, delivery, actor = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if actor ~= '' and redis.call('GET', site .. 'me') == actor then return -1 end
local pending = site .. 'pending:' .. issue
local marked = redis.call('INCR', pending) > 1
if marked and redis.call('TTL', pending) > {PENDING_S - STALE_S} then return -3 end
local seen = site .. 'seen:' .. delivery
if delivery ~= '' and not redis.call('SET', seen, 1, 'NX', 'EX', {SEEN_S}) then
  if not marked then redis.call('DEL', pending) end
  return -2
end
local mark = redis.call('INCR', site .. 'events')
redis.call('SET', pending, mark .. '000000', 'EX', {PENDING_S})
local wait = math.max(redis.call('PTTL', site .. 'recent:' .. issue), 0)
if wait == 0 then
  local task = site .. issue .. ':' .. mark
  PUSH
end
return wait
"""
"""The one script that the web process runs, for each webhook: few arguments, a number as answer.

Milliseconds until the issue may be triaged, or one of the store's refusals; at 0 PUSH queues it.
"""


def admit(push: str) -> str:
    """Return the script that takes an event; `push` queues its task there, or is empty."""
    return _ADMIT.replace("PUSH", push)


BEGIN = """
local events, hold = redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[2])
if not events or hold > 0 then return {events, hold, 0, 0} end
if ARGV[3] ~= '' and not redis.call('SET', KEYS[5], ARGV[3], 'NX', 'PX', ARGV[4])
  and redis.call('GET', KEYS[5]) ~= ARGV[3] then return {events, 0, 0, 1} end
redis.call('SET', KEYS[3], 1, 'PX', ARGV[1])
local tries = redis.call('INCR', KEYS[4])
redis.call('EXPIRE', KEYS[4], ARGV[2])
return {events, 0, tries, 0}
"""

RELEASE = """
redis.call('DEL', KEYS[1])
if ARGV[1] ~= '' and redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
"""

CLOSE = (
    RELEASE
    + """
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[4], ARGV[3])
else
  redis.call('HSET', KEYS[4], ARGV[3], ARGV[4])
end
if ARGV[5] ~= '' then redis.call('HINCRBY', KEYS[5], ARGV[5], 1) end
local waits = redis.call('GET', KEYS[3])
if waits and waits ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[3])
return 1
"""
)
"""Ends the wait for an issue, unless a newer event came in since `begin`: that is not lost."""

ROLLOUT = "rollout"
"""The field of a project's book that holds the Rollout, as JSON."""

_TRIAL = f"""
local function trial()
  local known, found = pcall(cjson.decode, redis.call('HGET', KEYS[1], '{ROLLOUT}') or '')
  return known and type(found) == 'table' and found or {{}}
end
local function keep(rollout)
  redis.call('HSET', KEYS[1], '{ROLLOUT}', cjson.encode(rollout))
end
"""
"""Reads the Rollout, a table without a digest where there is none that can be read; writes it."""

BEGIN_TRIAL = (
    _TRIAL
    + f"""
if trial().digest == ARGV[1] then return end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], '{ROLLOUT}', ARGV[3], 'trial_text', ARGV[2])
"""
)

SETTLE = f"""
redis.call('HSET', KEYS[1], 'charge', ARGV[1], 'charge_text', ARGV[2])
redis.call('HDEL', KEYS[1], '{ROLLOUT}', 'trial_text')
redis.call('DEL', KEYS[2])
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
rollout.rewritten = spent + 1
keep(rollout)
return 1
"""
)
"""Lets a book on trial rewrite one more issue, or stops it: two can't spend the last one."""

STOP = (
    _TRIAL
    + """
local rollout = trial()
if rollout.digest ~= ARGV[1] then return end
rollout.stopped = tonumber(ARGV[2])
keep(rollout)
"""
)
"""Stops a book on trial before it rewrites more."""
