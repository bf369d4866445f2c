"""Define the sandbox's accounts and their sign-in."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from sandbox.state.languages import NAMES


@dataclass(frozen=True)
class Account:
    """One user; `name` is its short name in tests and the log, `kind` its account type on Cloud."""

    name: str
    display: str
    account_id: str
    kind: str = "atlassian"

    @property
    def email(self) -> str:
        """Return the e-mail address for signing in on Cloud."""
        return f"{self.name}@example.com"

    @property
    def token(self) -> str:
        """Return the API token (Cloud) or personal access token (Data Center)."""
        return f"token-{self.name}"

    def authorization(self, deployment: str) -> str:
        """Return the Authorization header that signs this account in."""
        if deployment == "datacenter":
            return f"Bearer {self.token}"
        return "Basic " + base64.b64encode(f"{self.email}:{self.token}".encode()).decode()

    def to_json(self, base_url: str, deployment: str) -> dict[str, Any]:
        """Return the user as Jira's JSON: `accountId` on Cloud, `name` and `key` on Data Center."""
        if deployment == "cloud":
            ident = {"accountId": self.account_id, "accountType": self.kind}
            query = f"accountId={self.account_id}"
        else:
            ident = {"name": self.name, "key": self.name}
            query = f"username={self.name}"
        return {
            "self": f"{base_url}/rest/api/2/user?{query}",
            **ident,
            "emailAddress": self.email,
            "avatarUrls": {
                f"{size}x{size}": f"{base_url}/secure/useravatar?size={size}"
                for size in (48, 24, 16, 32)
            },
            "displayName": self.display,
            "active": True,
            "timeZone": "Etc/UTC",
        }


ACCOUNTS = (
    Account("pm", "Ada PM", "5b10a2844c20165700ede001"),
    Account("dev", "Dan Dev", "5b10a2844c20165700ede002"),
    Account("sluice", "Sluice", "5b10a2844c20165700ede003"),
    Account("reporter", "Rita Reporter", "5b10a2844c20165700ede004"),
    Account("robot", "Automation for Jira", "5b10a2844c20165700ede005", "app"),
    Account("ines", "Ines Ruiz", "5b10a2844c20165700ede006"),
    Account("jonas", "Jonas Berg", "5b10a2844c20165700ede007"),
    Account("priya", "Priya Nair", "5b10a2844c20165700ede008"),
    Account("lina", "李娜", "5b10a2844c20165700ede009"),
    Account("wangwei", "王伟", "5b10a2844c20165700ede010"),
    Account("zhangmin", "张敏", "5b10a2844c20165700ede011"),
    Account("chenjie", "陈杰", "5b10a2844c20165700ede012"),
)


class Accounts:
    """All accounts, by Authorization header, id or name."""

    def __init__(self, base_url: str, deployment: str) -> None:
        self.by_name = {a.name: a for a in ACCOUNTS}
        self.deployment = deployment
        self.base_url = base_url
        self.languages: dict[str, str] = {}
        self.site_language = "en"
        self._by_header = {a.authorization(deployment): a for a in ACCOUNTS}
        self._json = {a.name: a.to_json(base_url, deployment) for a in ACCOUNTS}

    def add(self, name: str, display: str, kind: str = "atlassian") -> Account:
        """Add an account; it signs in with `<name>@example.com` and `token-<name>`."""
        ident = f"5b10a2844c20165700edf{len(self.by_name):03d}"
        new = Account(name, display, ident, kind)
        self.by_name[name] = new
        self._by_header[new.authorization(self.deployment)] = new
        self._json[name] = new.to_json(self.base_url, self.deployment)
        return new

    def replace(self, name: str, by: str, display: str, *, keep_token: bool = False) -> Account:
        """Close an account and add another in its place; what the old one wrote stays its own.

        `keep_token`: the old sign-in opens the new account, so that a running program goes on.
        """
        old = self.by_name[name]
        new = self.add(by, display, old.kind)
        self.close(name)
        if keep_token:
            self._by_header[old.authorization(self.deployment)] = new
        return new

    def close(self, name: str) -> None:
        """Close an account: its token answers 401, and it is shown as inactive."""
        self._by_header.pop(self.by_name[name].authorization(self.deployment), None)
        self._json[name]["active"] = False

    def speak(self, name: str, language: str) -> None:
        """Set the language (en, de or zh) in which Jira answers an account."""
        if language not in ("en", *NAMES):
            raise KeyError(f"the sandbox speaks en, {', '.join(NAMES)}, not {language!r}")
        self.languages[self.by_name[name].name] = language

    def speak_by_default(self, language: str) -> None:
        """Set the language of the site: of webhooks, and of accounts without one of their own."""
        if language not in ("en", *NAMES):
            raise KeyError(f"the sandbox speaks en, {', '.join(NAMES)}, not {language!r}")
        self.site_language = language

    def language(self, account: Account | None) -> str:
        """Return the language in which Jira answers an account."""
        return self.languages.get(account.name, self.site_language) if account else "en"

    def signed_in(self, header: str | None) -> Account | None:
        """Return the account of an Authorization header, or None."""
        return self._by_header.get(header or "")

    def json(self, account: Account) -> dict[str, Any]:
        """Return the user's JSON. It is shared: do not change it."""
        return self._json[account.name]

    def find(self, ident: object) -> Account | None:
        """Return the account with this accountId (Cloud), name or key (Data Center), or None."""
        if self.deployment == "cloud":
            return next((a for a in self.by_name.values() if a.account_id == ident), None)
        return self.by_name.get(ident) if isinstance(ident, str) else None

    def search(self, text: str) -> list[Account]:
        """Return the accounts with the text in their name, display name or e-mail."""
        low, found = text.lower(), self.by_name.values()
        return [a for a in found if low in f"{a.name} {a.display} {a.email}".lower()]
