"""Files to take along, each at an address of its own that asks anew who wants it.

Streamlit serves a download to whoever has its address. Here every request names its person by the session's cookie,
and the floors below decide, as they do for a page: a link that was passed on is worth nothing to another account, and
none at all once the session has ended.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, BinaryIO
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.visits.session import Context, find_login, is_demo, now, open_context
from dashboard.visits.sessions import COOKIE
from dashboard.work.checked import CHECKS
from data.backup.audit import write_trail
from data.forms.kits import Kit
from data.intake.reporting import make_form, make_inspectors_form, make_self_form
from data.ledger.evidence import fit_name, open_evidence
from data.ledger.reading import read_visible
from data.ledger.rights.sight import list_scored_units
from data.ledger.rows import EvidenceRow, UserRow
from data.rulebook.rule_drafts import find_draft, write_draft
from data.store.drafts import draft_folder, open_nameless
from data.trail.refusals import RefusedAction
from indicators.entries.numbers import read_whole
from indicators.entries.refusal import Refusal
from scoring.documents.apart import NotMade, write_form_apart
from scoring.documents.export import Format
from scoring.office.books_apart import write_book_apart
from scoring.office.exports import SHEET_TYPES, Export, SheetsAsked, export_run, export_sheets
from scoring.runs.store import open_stored_run

_TRAIL = {"csv": "text/csv", "jsonl": "application/jsonl"}
_FORMS = {"form": (make_form, "填报表"), "self": (make_self_form, "自评表")}
_BLOCK = 256 * 1024
Serve = Callable[[Context, UserRow, Request], Response]


def answer(serve: Serve) -> Callable[[Request], Response]:
    """A route for who is logged in; what is refused below, and what is not there, is told in the same way."""

    @wraps(serve)
    def endpoint(request: Request) -> Response:
        context = open_context()
        login = find_login(context.ledger.engine, token=request.cookies.get(COOKIE, ""))
        if login is None:
            return PlainTextResponse("请先登录，再打开这个文件。", status_code=403)
        try:
            return serve(context, login.user, request)
        except NotMade as stopped:
            return PlainTextResponse(str(stopped), status_code=503)
        except Refusal as refusal:
            return PlainTextResponse(str(refusal), status_code=404)

    return endpoint


@answer
def send_evidence(context: Context, actor: UserRow, request: Request) -> Response:
    """A piece of evidence that the person may see."""
    row = read_visible(context.ledger, actor.id, EvidenceRow, request.path_params["id"])
    file = open_evidence(context.ledger, row)
    return StreamingResponse(
        _read_blocks(file), headers=_name_file(fit_name(row.original_name, row.media_type), row.media_type)
    )


@answer
def send_run(context: Context, actor: UserRow, request: Request) -> Response:
    """The results of a run, cut to what the person may see."""
    run = open_stored_run(context.workspace, request.path_params["run"])
    return _send(export_run(context.ledger, actor.id, run, request.path_params["format"]))


@answer
def send_sheets(context: Context, actor: UserRow, request: Request) -> Response:
    """Score sheets and other documents of a run: one file, or several in an archive."""
    asked = SheetsAsked(
        request.path_params["kind"],
        request.path_params["format"],
        request.query_params.get("cohort"),
        request.query_params.get("unit"),
    )
    run = open_stored_run(context.workspace, request.path_params["run"])
    return _send(export_sheets(context.ledger, context.workspace, actor.id, run, asked, now()))


@answer
def send_form(context: Context, actor: UserRow, request: Request) -> Response:
    """A unit's workbook to fill in: what is asked of it, or what it thinks of itself."""
    unit, year = request.path_params["unit"], _read_year(request)
    if all(each.id != unit for each in context.pack.registry.units):
        raise RefusedAction(f"没有单位「{unit}」")
    make, title = _FORMS[request.url.path.split("/")[2]]
    kit = make(context.ledger, context.workspace, actor.id, unit, year)
    return _send_kit(context, kit, f"{context.ledger.registry.name(unit)}-{year}年{title}.xlsx")


@answer
def send_judgements(context: Context, actor: UserRow, request: Request) -> Response:
    """An inspector's workbook of judgements."""
    year = _read_year(request)
    kit = make_inspectors_form(context.ledger, context.workspace, actor.id, year)
    return _send_kit(context, kit, f"督察评定-{year}年-{actor.name}.xlsx")


@answer
def send_trail(context: Context, actor: UserRow, request: Request) -> Response:
    """The whole trail, for auditors: a table to read, or lines that another program can verify."""
    format = request.path_params["format"]
    name, media_type = f"留痕-{now():%Y%m%d-%H%M}.{format}", _TRAIL.get(format)
    if media_type is None:
        raise RefusedAction("留痕只能导出为 csv 或 jsonl")
    file = open_nameless()
    write_trail(context.ledger, actor.id, format, file)
    return _send(Export(name, media_type, file))


@answer
def send_check(context: Context, actor: UserRow, request: Request) -> Response:
    """What was found in the files that the person uploaded last."""
    content = CHECKS.write_report(actor.id, request.path_params["key"])
    return _send(Export("核对报告.xlsx", SHEET_TYPES[Format.xlsx], io.BytesIO(content)))


@answer
def send_copy(context: Context, actor: UserRow, request: Request) -> Response:
    """One of these files, with its mistakes as comments."""
    number = read_whole(request.path_params["number"], 0, 9999)
    name, content = CHECKS.write_copy(actor.id, request.path_params["key"], -1 if number is None else number)
    return _send(Export(name, SHEET_TYPES[Format.xlsx], io.BytesIO(content)))


@answer
def send_rules(context: Context, actor: UserRow, request: Request) -> Response:
    """The rules in force as a workbook, for those who see the page of rules."""
    if list_scored_units(actor) is not None or request.path_params["sha256"] != context.pack.sha256:
        raise RefusedAction("没有这份规则的工作簿，或者您无权下载；请重新打开「指标编制」")
    with draft_folder() as folder:
        write_book_apart(context.workspace.pack_folder, folder / "rules.xlsx")
        content = (folder / "rules.xlsx").read_bytes()
    name = f"{context.pack.head.title}-{context.pack.head.version}版.xlsx"
    return _send(Export(name, SHEET_TYPES[Format.xlsx], io.BytesIO(content)))


@answer
def send_draft(context: Context, actor: UserRow, request: Request) -> Response:
    """The draft of rules that this person writes as a workbook."""
    kept = find_draft(context.ledger.engine, actor.id)
    if kept is None or kept.draft.key != request.path_params["key"]:
        raise RefusedAction("这份草稿已经改过或者不在了；请重新打开「指标编制」")
    with draft_folder() as folder:
        write_draft(kept.draft, folder / "pack")
        write_book_apart(folder / "pack", folder / "rules.xlsx")
        content = (folder / "rules.xlsx").read_bytes()
    return _send(Export(f"{context.pack.head.title}-草稿.xlsx", SHEET_TYPES[Format.xlsx], io.BytesIO(content)))


def _read_year(request: Request) -> int:
    year = read_whole(request.path_params["year"], 1, 9999)
    if year is None:
        raise RefusedAction("地址里的年度看不懂")
    return year


def _send_kit(context: Context, kit: Kit | None, name: str) -> Response:
    if kit is None:
        raise RefusedAction("这一年没有要填的表")
    content = write_form_apart(context.pack, kit, fictional=is_demo(context))
    return _send(Export(name, SHEET_TYPES[Format.xlsx], io.BytesIO(content)))


def _send(export: Export) -> Response:
    size = export.file.seek(0, io.SEEK_END)
    export.file.seek(0)
    headers = {**_name_file(export.file_name, export.media_type), "content-length": str(size)}
    return StreamingResponse(_read_blocks(export.file), headers=headers)


def _name_file(name: str, media_type: str) -> dict[str, str]:
    # Always saved, never opened inside the page's origin, whatever somebody has handed in.
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-type": media_type,
        "cache-control": "no-store",
    }


def _read_blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block


def list_routes() -> list[Any]:
    """The addresses of files."""
    return [
        Route("/file/evidence/{id}", send_evidence),
        Route("/file/run/{run}.{format}", send_run),
        Route("/file/sheets/{run}/{kind}.{format}", send_sheets),
        *(Route(f"/file/{form}/{{unit}}/{{year}}", send_form) for form in _FORMS),
        Route("/file/judgements/{year}", send_judgements),
        Route("/file/trail.{format}", send_trail),
        Route("/file/rules/{sha256}", send_rules),
        Route("/file/draft-rules/{key}", send_draft),
        Route("/file/check/{key}", send_check),
        Route("/file/check/{key}/{number}", send_copy),
    ]
