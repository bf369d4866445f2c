"""The only door to Redis: work in flight, and nothing that would be missed if it were wiped.

Keys, all under `sluice:<site>:`

    events             numbers the marks of all issues, so that no two are alike
    pending:<issue>    waits for its triage: the mark, plus one for each further event
    recent:<issue>     the issue was triaged a moment ago: its next triage waits that long
    seen:<delivery>    a webhook that was taken already
    lock:<issue>       a worker is at it
    gone:<issue>       it was deleted
    tries:<issue>      how often its triage began without coming to an end
    hold               Jira asked for a pause, for all workers
    dead               a hash of dead letters by issue
    chore:<name>       somebody reconciles or reports
    counts             a hash of what was counted
    me                 our own account, whose events are ignored
    watermark, reported:<project>

and of rulebooks (`ledger`)

    books              a hash of what workers said by project: book, digest, what is wrong with it
    book:<project>     a hash: the book in charge, the one on trial, whether that was stopped
    rewritten:<project>  a set of the issues that the book on trial has rewritten
    proof:<digest>     what is wrong with rule files of these contents, nothing if nothing is
    shadow:<project>   a hash of what books and rules in shadow would have decided, counted
    moved:<project>    the last issues that a shadow would have decided otherwise
"""

from worker.store.redis import StoreDown
from worker.store.rulebook_state import Ledger, Standing
from worker.store.work_queue import COOL_DOWN_MS, Begun, DeadLetter, Locked, Store

__all__ = [
    "COOL_DOWN_MS",
    "Begun",
    "DeadLetter",
    "Ledger",
    "Locked",
    "Standing",
    "Store",
    "StoreDown",
]
