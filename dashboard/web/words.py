"""Streamlit's own words in Chinese. It has no translation of its own, and people here meet these words every day.

A small script puts them in place wherever the browser shows them: on buttons, in dialogs, and in what is read aloud.
"""

from __future__ import annotations

import json
from pathlib import Path

#: What stands alone in an element, or is read aloud.
WORDS = {
    "Upload": "选择文件",
    "Add files": "再添加文件",
    "Browse files": "选择文件",
    "Drag and drop file here": "把文件拖到这里",
    "Drag and drop files here": "把文件拖到这里",
    "File size is too small.": "文件是空的。",
    "Only one file is allowed.": "只能选一个文件。",
    "No results": "没有这样的选项",
    "No options": "没有可选的",
    "No options to select.": "没有可选的",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "Select all": "全选",
    "Clear all": "全部清除",
    "Clear value": "清除",
    "Clear entry": "清除",
    "Selected values": "已选",
    "Open": "展开",
    "Increment": "增加",
    "Decrement": "减少",
    "Show password text": "显示输入的内容",
    "Hide password text": "隐藏输入的内容",
    "Show password": "显示输入的内容",
    "Hide password": "隐藏输入的内容",
    "Close": "关闭",
    "Cancel": "取消",
    "Copy": "复制",
    "Copy to clipboard": "复制",
    "Copied": "已复制",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "Expand sidebar": "展开菜单",
    "Collapse sidebar": "收起菜单",
    "App pages": "页面",
    "Sidebar": "菜单",
    "Notifications": "通知",
    "Main menu": "菜单",
    "Skip to main content": "跳到正文",
    "Link to heading": "这一节的链接",
    "Running...": "正在处理…",
    "RUNNING...": "正在处理…",
    "Connecting": "正在连接…",
    "CONNECTING": "正在连接…",
    "Connecting to Streamlit server": "正在连接服务器",
    "Unable to connect to Streamlit server": "连不上服务器",
    "Error": "出错",
    "Stop": "停止",
    "Rerun": "重新载入",
    "Print": "打印",
    "Try again": "重试",
    "Connection error": "连接断开了",
    "Page not found": "没有这个页面",
    "Loading...": "正在读取…",
    "Please wait...": "请稍候…",
    "View more": "看更多",
    "View less": "收起",
    "Show data": "看数据",
}
_NO_ANSWER = "服务器没有回应。请稍等，恢复后页面会自动接上；一直不行，请告诉技术人员。"
#: Sentences with something in them, as regular expressions.
SENTENCES = {
    r"^(\S+) per file.*$": "每个文件不超过 $1",
    r"^File must be (.+) or smaller\.$": "文件不能超过 $1。",
    r"^(.*) files are not allowed\.$": "不能选这种文件（$1）。",
    r"^You can only select up to (\d+) options?\. Remove an option first\.$": "最多选 $1 个；要换，请先去掉一个。",
    r"^Is Streamlit still running\?.*$": _NO_ANSWER,
    r"^Streamlit server is not responding\..*$": _NO_ANSWER,
    r"^streamlit run yourscript\.py$": "ducha serve",
    r"^Connection failed with status (\d+).*$": "连接失败（代码 $1）。请刷新页面；一直不行，请告诉技术人员。",
    r"^Connection timed out\.?$": "连接超时。请检查网络，再刷新页面。",
    r"^Remove (.+)$": "去掉 $1",
    r"^Delete (.+)$": "去掉 $1",
    r"^The page that you have requested does not seem to exist\..*$": "没有这个页面，显示的是首页。",
    r"^You have requested page .*$": "没有这个页面，显示的是首页。",
}

_SCRIPT = Path(__file__).with_name("words.js").read_text(encoding="utf-8")


def write_script() -> str:
    """The script that puts Streamlit's words into Chinese; once for a window, however often it is run."""
    words, sentences = (json.dumps(each, ensure_ascii=False) for each in (WORDS, list(SENTENCES.items())))
    return _SCRIPT.replace("/*words*/ {}", words).replace("/*sentences*/ []", sentences)
