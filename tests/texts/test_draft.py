"""A draft is a pack that loads, whose cases hold, that says what it leaves open, and that nothing is scored by.

What this does not prove: that a proposal is what the office wants; that is for people to confirm.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.meaning.drafts import DraftPack, describe_drafts, refuse_drafts
from indicators.pack.model import Pack
from indicators.reader import load_pack
from indicators.texts.draft import clean_text, draft_pack
from indicators.texts.obligations import read_text
from scoring.cases.run import run_cases
from tests.texts.measured import PLAN
from tests.texts.styles import STYLES

TEXTS = {name: text for name, (text, _) in STYLES.items()} | {
    "晋城": (PLAN / "sources" / "plan.txt").read_text(encoding="utf-8")
}


def write_draft(folder: Path, text: str) -> Pack:
    clean = clean_text(text)
    for name, words in draft_pack(
        clean, read_text(clean), id="draft", title="草稿", file="a.txt", year=2024
    ).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(words.encode())
    return load_pack(folder)


@pytest.mark.parametrize("name", TEXTS)
def test_a_draft_loads_and_every_rule_in_it_is_a_draft(name: str, tmp_path: Path) -> None:
    pack = write_draft(tmp_path, TEXTS[name])
    assert pack.indicators
    assert all(indicator.draft for indicator in pack.indicators)
    assert all(any(cite.quote for cite in indicator.cites) for indicator in pack.indicators)
    with pytest.raises(DraftPack, match="还是草稿"):
        refuse_drafts(pack)


def test_the_cases_of_a_draft_give_full_marks_where_the_text_is_fulfilled(tmp_path: Path) -> None:
    text = "".join(STYLES[name][0] for name in ("方案", "纪要"))
    write_draft(tmp_path, f"{text}\n（五）提高出庭应诉率。提高出庭应诉率。定期开展演练。")
    report = run_cases(load_pack(tmp_path), tmp_path)
    assert report.failures == []
    assert report.run > 30


def test_the_clause_stands_beside_its_proposal(tmp_path: Path) -> None:
    write_draft(tmp_path, "（一）备案。备案率不低于90%。（牵头单位：市司法局；参加单位：各县）\n")
    words = (tmp_path / "indicators" / "draft.yaml").read_text(encoding="utf-8")
    assert "# 原文：备案率不低于90%\n" in words
    assert "# 读作：比率；≥90%\n" in words
    assert "# 单位：牵头 市司法局；参加 各县\n" in words


def test_what_the_text_leaves_open_is_a_local_choice_that_says_so(tmp_path: Path) -> None:
    pack = write_draft(tmp_path, "（一）演练。定期开展演练。\n（二）报告。每季度至少报告1次。\n")
    first, second = ({cite.local_choice for cite in each.cites if cite.local_choice} for each in pack.indicators)
    assert any("没有写次数" in choice for choice in first)
    assert any("按全年合计4次" in choice for choice in second)


def test_a_hope_is_weak_and_never_all_or_nothing(tmp_path: Path) -> None:
    (indicator,) = write_draft(tmp_path, "（一）成本。力争每件成本不超过300元。\n").indicators
    assert indicator.strength == "weak"
    assert str(indicator.parts[0].marks.all_or_nothing.otherwise) == "50%"  # type: ignore[union-attr]


def test_consequences_and_what_nobody_can_measure_are_listed_and_waived(tmp_path: Path) -> None:
    text = "（一）报告。各县应当每年报告1次。逾期不报的，予以通报批评。要加强统筹协调。\n"
    pack = write_draft(tmp_path, text)
    assert [(each.kind, bool(each.waived)) for each in pack.obligations] == [
        ("count", False),
        ("penalty", True),
        ("unmeasured", True),
    ]


def test_lint_names_each_draft_with_its_clause(tmp_path: Path) -> None:
    pack = write_draft(tmp_path, "（一）备案。备案率不低于90%。\n")
    assert list(describe_drafts(pack)) == [
        "1 个指标还是草稿，确认以前不能启用和评分；核对一项，删去一项的 draft: true",
        "草稿 t001 备案率不低于90%：原文「备案率不低于90%」",
    ]


def test_a_pack_without_drafts_is_not_refused() -> None:
    refuse_drafts(load_pack(PLAN))
    assert list(describe_drafts(load_pack(PLAN))) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "每年不少于0次。",
        "每人每年不少于40学时和2次。",
        "达标率不低于0%。",
        "每年不少于12345678901次。",
        "在受理后90000日内办结。",
        "浓度不低于0.0000001毫克/升。",
    ],
)
def test_figures_that_no_rule_can_hold_are_left_to_be_judged(sentence: str, tmp_path: Path) -> None:
    assert write_draft(tmp_path, f"（一）要求。{sentence}\n每年开展2次检查。\n").indicators
