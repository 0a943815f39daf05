"""YAML text -> nodes, or one Chinese sentence about what YAML cannot read and where.

Only the plain part of YAML is taken: no anchors, no tags of one's own, no control characters, one
document per file, and no nesting deeper than a person would write.
"""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from indicators.entries.refusal import Refusal

MAX_DEPTH = 40

#: What is no text: control characters other than line breaks and tabs, and halves of surrogate pairs.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

#: A part of what YAML says -> what an author can do about it. The first that fits is used.
_ADVICE = (
    (r"'\\t'", "这里有制表符（Tab）；请改成空格"),
    (r"mapping values are not allowed", "冒号的位置不对；文字里有半角冒号接空格时请整段加引号，否则检查上一行的缩进"),
    (
        r"could not find expected ':'",
        "这一行缺少冒号，或上一行的引号、缩进不对；请写成先键、再半角冒号和空格、后值",
    ),
    (r"unexpected end of stream", "引号没有收尾；请补上另一半引号"),
    (r"expected ',' or ']'", "方括号没有收尾，或两项之间少了逗号；请补上「]」或半角逗号"),
    (r"expected ',' or '}'", "花括号没有收尾，或两项之间少了逗号；请补上「}」或半角逗号"),
    (
        r"expected <block end>|document start|sequence entries",
        "缩进不齐，或前面有一处引号没有收尾；同一层的键和「- 」请左对齐",
    ),
    (r"another document", "一个文件只放一份内容；请删去多余的「---」"),
    (r"undefined alias", "不要用 YAML 的引用（*）；文字以 * 开头时请加引号"),
    (r"unknown escape character", "双引号里的反斜杠有特殊含义；请改用单引号，或写成两个反斜杠"),
    (r"cannot start any token", "文字不能以这个符号开头；请把整段文字加上引号"),
)


class UnreadableText(Refusal):
    """Text that is no YAML of the plain kind: the line (0 where it cannot be told) and a Chinese sentence."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


class _PlainComposer(Composer):
    def return_alias(self, a: Any) -> object:
        # An alias may lead back to a node that holds it; a stand-in keeps the tree finite.
        return ScalarNode("tag:yaml.org,2002:str", "*", a.start_mark, a.end_mark)


def compose_text(text: str) -> Node | None:
    """The root node of ``text``, None where there is none. Raises :class:`UnreadableText`."""
    text = text.replace("\r\n", "\n")
    if found := INVISIBLE.search(text):
        raise UnreadableText(_count_line(text, found.start()), describe_invisible(found[0]))
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _PlainComposer
    yaml.max_depth = MAX_DEPTH
    try:
        root: Node | None = yaml.compose(text)
    except MaxDepthExceededError as error:
        raise UnreadableText(_find_line(error), f"嵌套超过 {MAX_DEPTH} 层，不像是指标包；请检查括号和缩进") from None
    except MarkedYAMLError as error:
        said = f"{error.context or ''} {error.problem or ''}"
        advice = next((words for sign, words in _ADVICE if re.search(sign, said)), "请检查缩进、冒号后的空格和引号")
        raise UnreadableText(_find_line(error), f"YAML 写法不对：{advice}") from None
    except ReaderError as error:
        raise UnreadableText(_count_line(text, error.position), describe_invisible(text[error.position])) from None
    except (YAMLError, ValueError) as error:
        raise UnreadableText(0, "YAML 读不了；请检查缩进、冒号后的空格和引号") from error
    return root


def describe_invisible(character: str) -> str:
    """The sentence about a character that nobody can see."""
    return f"有不可见的控制字符（U+{ord(character):04X}）；请删去"


def _count_line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _find_line(error: MarkedYAMLError) -> int:
    # What was opened and never closed is mended where it was opened, not at the end of the file.
    opened = error.context_mark is not None and re.search("quoted|flow", str(error.context))
    mark = error.context_mark if opened else error.problem_mark or error.context_mark
    return mark.line + 1 if mark is not None else 0
