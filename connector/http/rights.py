"""Ask Jira which rights our account has in a project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connector.http.connection import Connection
from rules.facts.jira_json.json_values import dict_of, text_of


@dataclass(frozen=True)
class Right:
    """A permission: whether the account has it, and its name as the account reads it."""

    has: bool
    name: str


def rights_in(connection: Connection, project: str, keys: Collection[str]) -> Mapping[str, Right]:
    """Return the rights of a project, by Jira's key, in one request; unknown ones are absent.

    https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-permissions/
    """
    query = {"projectKey": project}
    if connection.account.kind == "cloud":  # which has to be told what to answer
        query["permissions"] = ",".join(keys)
    told = dict_of(connection.get("mypermissions", query).get("permissions"))
    found = ((key, dict_of(told.get(key))) for key in keys)
    return {
        key: Right(one.get("havePermission") is True, text_of(one.get("name")) or key)
        for key, one in found
        if one
    }
