"""Serve the board: web pages to see and edit issues, as the PM's account."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from sandbox.board.view import Filter, columns, controls, facts, wiki
from sandbox.http.request_checks import State
from sandbox.operations.create import create_issue, transition
from sandbox.operations.edit import apply_edit, plan_edit
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused

SAFE = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def routes(state: State) -> Blueprint:
    """Return the blueprint of the web pages."""
    pages = Blueprint(
        "board",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/board-static",
    )
    pages.before_request(_same_site)
    pages.after_request(_protect)
    _board(pages, state.model)
    _browse(pages, state.model)
    _create(pages, state.model)
    return pages


def _pm(model: Model) -> Account:
    return model.accounts.by_name["pm"]


def _same_site() -> None:
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403)  # a page of another site must not write as the person who has the board open


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", SAFE)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _filter() -> Filter:
    args = request.args
    return Filter(args.get("project", ""), args.get("q", "").strip()[:200], "done" in args)


def _board(pages: Blueprint, model: Model) -> None:
    def parts(wanted: Filter) -> Json:
        with model.lock:
            made, waiting = columns(model, wanted)
        return {"columns": made, "waiting": waiting, "filter": wanted}

    @pages.get("/")
    def board() -> str:
        return render_template("board.html", projects=_projects(model), **parts(_filter()))

    @pages.get("/board/fragment")
    def fragment() -> Response:
        html = render_template("fragment.html", **parts(_filter())).encode("utf-8", "replace")
        response = make_response(html)
        response.set_etag(hashlib.sha256(html).hexdigest()[:32])
        response.headers["Cache-Control"] = "no-cache"
        return response.make_conditional(request)  # type: ignore[return-value]


def _projects(model: Model) -> list[tuple[str, str]]:
    return [(p.key, p.name) for p in model.projects.values()]


PICTURE = "image/png"


def _images(issue: Issue) -> tuple[tuple[str, str], ...]:
    """Return name and address of each attached picture."""
    return tuple(
        (str(one["filename"]), url_for("board.picture", key=issue.key, ident=one["id"]))
        for one in issue.attachments
        if one["mimeType"] == PICTURE
    )


def _browse(pages: Blueprint, model: Model) -> None:
    def page(issue: Issue, errors: list[str]) -> str:
        with model.lock:
            return render_template(
                "issue.html",
                issue=issue,
                values=issue.values,
                facts=facts(model, issue),
                controls=controls(model, issue),
                transitions=model.catalog.transition_list(),
                comments=issue.comments[::-1],
                histories=issue.histories[::-1],
                properties=sorted(issue.properties),
                wiki=wiki,
                images=_images(issue),
                errors=errors,
            )

    @pages.get("/browse/<key>/picture/<ident>")
    def picture(key: str, ident: str) -> Response:
        with model.lock:
            there = [one for one in _find(model, key).attachments if one["id"] == ident]
            if not there or there[0]["mimeType"] != PICTURE:
                abort(404)
            return Response(model.contents[ident], content_type=PICTURE)

    @pages.get("/browse/<key>")
    def browse(key: str) -> str:
        return page(_find(model, key), [])

    @pages.post("/browse/<key>")
    def edit(key: str) -> BaseResponse | tuple[str, int]:
        try:
            with model.lock:
                found = _find(model, key)
                body = _edit_body(model, found)
                planned = plan_edit(model, found.project, found, body, _pm(model))
                apply_edit(model, found, planned, _pm(model))
        except Refused as wrong:
            return page(found, [*wrong.messages, *wrong.errors.values()]), wrong.status
        return redirect(url_for("board.browse", key=found.key), 303)

    @pages.post("/browse/<key>/status")
    def move(key: str) -> BaseResponse | tuple[str, int]:
        wanted = {"transition": {"id": request.form.get("transition", "")}}
        try:
            with model.lock:
                found = _find(model, key)
                transition(model, found, wanted, _pm(model))
        except Refused as wrong:
            return page(found, wrong.messages), wrong.status
        return redirect(url_for("board.browse", key=found.key), 303)


def _find(model: Model, key: str) -> Issue:
    found = model.find(key)
    if found is None:
        abort(404)
    return found


def _edit_body(model: Model, issue: Issue) -> Json:
    """Return the edit of a submitted form: only the inputs that differ from the page."""
    fields: Json = {}
    for control in controls(model, issue):
        if (text := _changed(control.id, control.value)) is not None:
            fields[control.id] = _typed(text, control.options is not None)
    for name in ("summary", "description"):
        if (text := _changed(name, issue.values.get(name) or "")) is not None:
            fields[name] = text or None
    if (text := _changed("labels", " ".join(issue.values.get("labels") or ()))) is not None:
        fields["labels"] = text.split()
    comment = request.form.get("comment", "").strip()
    update = {"comment": [{"add": {"body": comment}}]} if comment else {}
    return {"fields": fields, "update": update}


def _changed(name: str, current: str) -> str | None:
    """Return an input's text, or None if it equals the text of the page (kept in `was-NAME`)."""
    text, was = request.form.get(name), request.form.get(f"was-{name}", current)
    if text is None:
        return None
    text, was = (one.replace("\r\n", "\n").strip() for one in (text, was))
    return None if text == was else text


def _typed(text: str, choice: bool) -> Any:
    if not text:
        return None
    if choice:
        return {"id": text}
    try:
        return float(text)
    except ValueError:
        return text


def _create(pages: Blueprint, model: Model) -> None:
    def page(form: Any, errors: list[str]) -> str:
        types = [t["name"] for t in model.catalog.types.values() if not t["subtask"]]
        priorities = [p["name"] for p in model.catalog.priorities.values()]
        return render_template(
            "create.html",
            projects=_projects(model),
            types=types,
            priorities=priorities,
            form=form,
            errors=errors,
        )

    @pages.get("/create")
    def new() -> str:
        return page(request.args, [])

    @pages.post("/create")
    def create() -> BaseResponse | tuple[str, int]:
        form = request.form
        fields = {
            "project": {"key": form.get("project", "")},
            "issuetype": {"name": form.get("type", "")},
            "summary": form.get("summary", ""),
            "description": form.get("description", "").replace("\r\n", "\n"),
            "priority": {"name": form.get("priority") or "Medium"},
        }
        try:
            made = create_issue(model, {"fields": fields}, _pm(model))
        except Refused as wrong:
            return page(form, [*wrong.messages, *wrong.errors.values()]), wrong.status
        return redirect(url_for("board.browse", key=made.key), 303)
