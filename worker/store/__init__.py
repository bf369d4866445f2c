"""Keep the work in flight in Redis. Sluice survives the loss of all of it.

The door to `redis`, with `worker.link`.

Keys, all under `sluice:<site>:`

    events             the counter that numbers the marks of all issues
    pending:<issue>    waits for its triage: the mark, plus one for each further event
    waiting_since      a sorted set of the pending issues by the time of the event (ms)
    queued             a sorted set of issues by the number at which their task was queued
    due                a sorted set: until when a worker has an issue, or its task waits (ms)
    reached            the highest number of a task that began: earlier ones left the queue
    via:<issue>        the id of the webhook that marked it, for the log
    recent:<issue>     the issue was triaged a moment ago: its next triage waits that long
    seen:<delivery>    a webhook that Sluice took already
    lock:<issue>       a worker triages it
    gone:<issue>       it was deleted
    tries:<issue>      how often its triage began without coming to an end
    hold               the site pauses, for all workers
    hold:<endpoint>    what uses an endpoint pauses: `issue` for triages, `search` for passes
    unsure:<issue>     the issue waits: the outcome of a write is not known yet
    trouble            a hash: why the site pauses, since when, how often in a row
    probe              a worker tries the site again, alone
    troubled           a set of the issues in trouble since the last one that was well
    dead               a hash of dead letters by issue
    lacking:<project>:<type>           a set of what Jira refused on its edit screen
    lacking:<project>:<type>:<status>  the same, where nothing can be edited in that status
    read_all             what could not be written can be now: the next pass is a full one
    trusted:…, tried:…   for an hour: that refusal counts, an issue of a pass tries it again
    chore:<name>       the lease of a process that reconciles, reports or does a long run
    start              a hash of each project's start: older issues wait for a backfill
    waiting            a hash of how many wait, by project
    run:<name>         a set of the issues that a backfill has done
    counts, tally      hashes of counters
    latency            a hash: writes by the milliseconds since their event, and the sum
    full_passes        a hash: when the last full pass began that read all of a project
    last               a hash of times: the last triage, the last decision
    webhook_check      what Jira's list says of our webhook, and when it was asked
    me                 our own account, whose events are ignored
    watermark:<project>, reported:<project>

and of rulebooks (`rulebook_state`; values are JSON, see `rulebook_values`)

    book_status        a hash of BookStatus by project, as workers report it
    book:<project>     a hash: the active book (`charge`), the Rollout of the one on trial
    rewritten:<project>  a set of the issues that the book on trial has rewritten
    proof:<digest>     the Problems of rule files of these contents, an empty list if there are none
    hosts:<project>    a hash: what each host has on disk, as JSON, by host and settings file
    shown:<kind>:<project>  a sorted set of digests that hosts had, by time: books and settings
    lead:<project>     the digest of settings and version that lead
    shadow_counts:<project>  a hash: a ShadowCount without its count → the count
    moved_issues:<project>   a list of MovedIssue, the latest first

Of all sites: `sluice::alive:<process>`, a heartbeat that expires; `sluice::processes`, a hash of
the last time of each; `sluice::tried`, written to see whether Redis takes a write; `sluice::due`, a
hash of the times at which the jobs of the schedule are due.

The keys of the queue itself are kombu's (`broker`).
"""
