"""Link issues with each other, and notify the webhooks of the link."""

from __future__ import annotations

from sandbox.operations.edit import note_change
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Event, Issue, Json

# Jira's own type for a story of an epic on Data Center; the lists of types do not show it.
EPIC_LINK: Json = {
    "id": "10200",
    "name": "Epic-Story Link",
    "outward": "is Epic of",
    "inward": "has Epic",
}


def link_issues(model: Model, kind: Json, source: Issue, target: Issue, account: Account) -> str:
    """Link two issues: the source shows the target as its outward issue. Return the link's id."""
    ident = model.next_id("link")
    for issue, other, where in ((source, target, "outward"), (target, source, "inward")):
        new = {"id": ident, "type": kind, "side": where, "other": other.id}
        issue.links = [*issue.links, new]
        change = {"to": other.key, "toString": f"This issue {kind[where]} {other.key}"}
        note_change(model, issue, "Link", change, account)
    emit_link(model, "issuelink_created", ident, kind, source, target, account)
    return ident


def unlink(model: Model, ident: str, account: Account) -> None:
    """Remove a link from both of its ends."""
    for issue in model.issues.values():
        for link in issue.links:
            if link["id"] == ident and link["side"] == "outward" and link["other"] in model.issues:
                target = model.issues[link["other"]]
                emit_link(model, "issuelink_deleted", ident, link["type"], issue, target, account)
    model.drop_link(ident)


def emit_link(
    model: Model,
    name: str,
    ident: str,
    kind: Json,
    source: Issue,
    target: Issue,
    account: Account,
) -> None:
    """Notify the webhooks of a link; its body names both issues by id and nothing else of them."""
    system = kind is EPIC_LINK
    link = {
        "id": int(ident),
        "sourceIssueId": int(source.id),
        "destinationIssueId": int(target.id),
        "issueLinkType": {
            "id": int(kind["id"]),
            "name": kind["name"],
            "outwardName": kind["outward"],
            "inwardName": kind["inward"],
            "isSubTaskLinkType": False,
            "isSystemLinkType": system,
        },
        "sequence": 0,
        "systemLink": system,
    }
    model.emit(Event(name, "", source, account, link=link))
