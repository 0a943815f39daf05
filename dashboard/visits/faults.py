"""What nobody expected: a sentence with a number for the reader, and all of it under that number in the log."""

from __future__ import annotations

import logging

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from indicators.entries.refusal import Refusal
from scoring.base.faults import make_fault_number

_LOG = logging.getLogger("dashboard")


def note_fault(error: BaseException) -> str:
    """Write an error with its traceback to the server's log; returns the sentence to show, which has its number."""
    number = make_fault_number()
    _LOG.error("错误编号 %s", number, exc_info=error)
    return (
        f"程序出错了，这一步没有办成（错误编号 {number}）。已经保存的内容不受影响；请刷新页面重试。"
        f"仍然不行的，请把错误编号告诉技术人员，在服务器的日志里可以查到。"
    )


def show_fault(error: Exception) -> bool:
    """Show an error that a page did not catch as a sentence on the page, instead of Streamlit's English one."""
    st.error(str(error) if isinstance(error, Refusal) else note_fault(error))
    return True


async def answer_fault(_request: Request, error: Exception) -> Response:
    """The same for what was asked outside of the pages."""
    if isinstance(error, Refusal):
        return PlainTextResponse(str(error), status_code=404)
    return PlainTextResponse(note_fault(error), status_code=500)
