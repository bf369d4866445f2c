"""Change the site under /sandbox/site: screens, rights, languages, keys, ids, copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from sandbox.http.answers import answer, nothing, read_object
from sandbox.http.request_checks import State
from sandbox.operations.site_changes import copy_issue, rename_project, renumber
from sandbox.state.model import Model
from sandbox.state.records import Json
from sandbox.state.refusals import refuse

Change = Callable[..., Any]


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes: POST /sandbox/site/<change> with its arguments."""
    api = Blueprint("site", __name__)
    changes = _changes(state.model)

    @api.post("/site/<change>")
    def make(change: str) -> Response:
        wanted = changes.get(change)
        if wanted is None:
            refuse(404, f"The sandbox has no change '{change[:50]}'. Use {', '.join(changes)}.")
        found = _call(change, wanted, read_object(required=False))
        return nothing() if found is None else answer(found, 201)

    return api


def _call(change: str, wanted: Change, arguments: Json) -> Json | None:
    try:
        found: Json | None = wanted(**arguments)
    except (KeyError, StopIteration) as missing:
        refuse(400, f"{change}: {missing.args[0] if missing.args else 'there is no such thing'}")
    except (TypeError, AttributeError):
        refuse(400, f"{change}: unknown or wrong arguments.")
    return found


def _changes(model: Model) -> dict[str, Change]:
    """Return the changes by name; the arguments of each are those of its function."""

    def project(**wanted: Any) -> Json:
        made = model.add_project(**wanted)
        return {"id": made.id, "key": made.key}

    def field(**wanted: Any) -> Json:
        return model.add_field(**wanted).to_json(model.deployment)

    def copy(issue: str, account: str = "robot", properties: bool = False) -> Json:
        who = model.accounts.by_name[account]
        made = copy_issue(model, issue, who, properties=properties)
        return {"id": made.id, "key": made.key}

    def account(name: str, by: str, display: str, keep_token: bool = False) -> None:
        model.accounts.replace(name, by, display, keep_token=keep_token)

    return {
        "project": project,
        "rename-project": lambda old, new: {"key": rename_project(model, old, new).key},
        "field": field,
        "hide-field": model.hide_field,
        "show-field": model.show_field,
        "rename-field": model.rename_field,
        "hide-option": model.hide_option,
        "lock-status": model.lock_status,
        "take-right": model.take_right,
        "leave-role": model.rights.leave_role,
        "language": model.accounts.speak,
        "site-language": model.accounts.speak_by_default,
        "replace-account": account,
        "renumber": lambda **wanted: renumber(model, **wanted),
        "copy": copy,
    }
