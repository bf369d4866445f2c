"""Hold the rights of accounts and the members of project roles. Everybody may do all, at first."""

from __future__ import annotations

GLOBAL = ("ADMINISTER", "BULK_CHANGE", "USER_PICKER")
# By project: the id of the right, its name, and Jira's older key.
PROJECT = {
    "ADMINISTER_PROJECTS": ("23", "Administer Projects", "PROJECT_ADMIN"),
    "BROWSE_PROJECTS": ("10", "Browse Projects", "BROWSE"),
    "CREATE_ISSUES": ("11", "Create Issues", "CREATE_ISSUE"),
    "EDIT_ISSUES": ("12", "Edit Issues", "EDIT_ISSUE"),
    "ASSIGN_ISSUES": ("13", "Assign Issues", "ASSIGN_ISSUE"),
    "ADD_COMMENTS": ("15", "Add Comments", "COMMENT_ISSUE"),
    "DELETE_ISSUES": ("16", "Delete Issues", "DELETE_ISSUE"),
    "WORK_ON_ISSUES": ("20", "Work On Issues", "WORK_ISSUE"),
    "LINK_ISSUES": ("21", "Link Issues", "LINK_ISSUE"),
    "CREATE_ATTACHMENTS": ("19", "Create Attachments", "CREATE_ATTACHMENT"),
    "EDIT_ALL_COMMENTS": ("34", "Edit All Comments", "COMMENT_EDIT_ALL"),
    "EDIT_OWN_COMMENTS": ("35", "Edit Own Comments", "COMMENT_EDIT_OWN"),
    "DELETE_ALL_COMMENTS": ("36", "Delete All Comments", "COMMENT_DELETE_ALL"),
    "DELETE_OWN_COMMENTS": ("37", "Delete Own Comments", "COMMENT_DELETE_OWN"),
    "TRANSITION_ISSUES": ("46", "Transition Issues", ""),
}
NAMES = {
    "ADMINISTER": ("0", "Administer Jira"),
    "BULK_CHANGE": ("33", "Bulk Change"),
    "USER_PICKER": ("27", "Browse Users"),
}
EDIT = "You do not have permission to edit issues in this project."
# Jira's status and words where a right lacks; {0} is the account's display name.
REFUSALS = {
    "EDIT_ISSUES": (400, EDIT),
    "ASSIGN_ISSUES": (400, "You do not have permission to assign issues."),
    "CREATE_ISSUES": (400, "You do not have permission to create issues in this project."),
    "ADD_COMMENTS": (400, "{0}, you do not have the permission to comment on this issue."),
    "EDIT_OWN_COMMENTS": (400, "{0}, you do not have the permission to edit this comment."),
    "DELETE_OWN_COMMENTS": (400, "{0}, you do not have permission to delete this comment."),
    "TRANSITION_ISSUES": (400, "You do not have permission to transition this issue."),
    "DELETE_ISSUES": (403, "You do not have permission to delete issues in this project."),
    "LINK_ISSUES": (401, "No Link Issue Permission for issue."),
    "WORK_ON_ISSUES": (400, "You do not have permission to log work on this issue."),
    "CREATE_ATTACHMENTS": (403, "You do not have permission to create attachments for this issue."),
}
ROLES = ("Administrators", "Developers", "Service Desk Team", "Users")


class Rights:
    """Rights that were taken away, by account, and who is not in which role."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str, str | None]] = set()
        self._outside: set[tuple[str, str]] = set()

    def take(self, name: str, right: str, project: str | None = None) -> None:
        """Take a right from an account, in one project (by id) or everywhere."""
        if right not in PROJECT and right not in GLOBAL:
            raise KeyError(f"the sandbox has no right {right!r}; it has {[*GLOBAL, *PROJECT]}")
        self._taken.add((name, right, project))

    def give(self, name: str, right: str, project: str | None = None) -> None:
        """Give a right back."""
        self._taken.discard((name, right, project))

    def has(self, name: str, right: str, project: str | None = None) -> bool:
        """Return whether an account has a right in a project (by id), or everywhere."""
        return not self._taken or not ({(name, right, None), (name, right, project)} & self._taken)

    def leave_role(self, name: str, role: str) -> None:
        """Take an account out of a project role."""
        self._outside.add((name, role))

    def in_role(self, name: str, role: str) -> bool:
        """Return whether an account is in a project role."""
        return role in ROLES and (name, role) not in self._outside
