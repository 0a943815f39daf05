"""Texts that fill a cell and give nothing: there is none, as above, or what a program wrote for an empty cell."""

from __future__ import annotations

import re

from data.files.names import fold_name

#: Whole texts that say that there is none, or that nobody knows; what exports write for an empty cell is among them.
NOTHING = frozenset(
    (
        "无", "〇", "没有", "暂无", "尚无", "未有", "暂没有", "没", "零", "空", "空白", "不适用", "未知", "不详",
        "不清楚", "待定", "待补", "待填", "待补充", "未填", "没填", "暂缺", "缺", "none", "null", "nil", "nan", "nat",
        "na", "n/a", "#n/a", "<na>", "<null>", "(null)", "\\n", "n.a", "undefined", "tbd",
    )
)  # fmt: skip
#: Whole texts that point at another cell, or leave out what there is: to take them for empty would lose it.
POINTERS = frozenset(
    (
        "同上", "同前", "同左", "同上行", "同上一行", "同上格", "同上述", "如上", "见上", "上同", "〃", "″", '"', "''",
        "“", "”", "ditto", "do.", "略", "从略", "见附件", "见下", "见备注", "另附",
    )
)  # fmt: skip
#: 无文号, 暂无网址, 没有相关文件: nothing, with a word for what there is not; 无锡市政府 is no such text.
_NOTHING_OF = re.compile(
    "(?:暂|尚|目前|现|还)?(?:无|没有|未有|没)(?:相关|有关|正式|此|该|本)?"
    "(?:文号|网址|链接|文件|依据|内容|项|事项|情况|数据|资料|记录|材料|编号|案号|名称|信息|发文)"
)
_REMARK = re.compile(r"\([^()]*\)|〔[^〔〕]*〕|\[[^\[\]]*\]")
#: Longer texts say something.
_LONGEST = 40
_EDGES = ".。，,、；;！!（）()[]{}<>《》【】「」 "


#: Nearly every text is told by its first character to be none of these.
STARTS = frozenset(word[0] for word in (*NOTHING, *POINTERS)) | frozenset("暂尚目现还无没未")


def may_be_absent(text: str) -> bool:
    """Whether a text begins as one of these does; to look closer at each would take longer than all else."""
    first = text[:1]
    return first.casefold() in STARTS or not first.isalnum() or ord(first) > 0xFEFF


def is_nothing(text: str) -> bool:
    """Whether the text says that there is nothing to say, or is only punctuation."""
    if len(text) > _LONGEST:
        return False
    word = fold_name(text).casefold()
    bare = word.strip(_EDGES)
    if not any(character.isalnum() for character in word) and word not in POINTERS:
        return True
    alone = _REMARK.sub("", word).strip(_EDGES)
    return any(each in NOTHING or _NOTHING_OF.fullmatch(each) for each in (word, bare, alone))


def is_pointer(text: str) -> bool:
    """Whether the text means what another cell holds."""
    word = fold_name(text).casefold() if len(text) <= _LONGEST else ""
    return word in POINTERS or word.strip(_EDGES) in POINTERS
