"""盲评 on the page 督察任务和豁免: the form for whom something waits, and the comparison for who compares.

What this does not prove: what the statistics say (``tests/scoring/test_severity.py``).
"""

from __future__ import annotations

from pathlib import Path

from dashboard.visits.work_keys import BlindKey, Queue
from tests.dashboard.office import check, found_office
from tests.ledger.world import draw_judgement


def test_a_second_mark_is_given_on_the_page_and_the_lead_sees_the_comparison(tmp_path: Path) -> None:
    # An office of its own: what is judged here stays judged.
    office = found_office(tmp_path / "workspace")
    draw_judgement(office.world)
    with office.open("outer", "inspections") as at:
        at.segmented_control(Queue.TURN).set_value("judgement")
        check(at.run())
        box = at.selectbox(BlindKey.THING)
        box.select_index(0)
        check(at.run())
        (level,) = at.radio
        level.set_value("中")
        (grounds,) = at.text_area
        grounds.set_value("录音录像不全，另一组看过的没有看")
        at.button(BlindKey.STORE).click()
        check(at.run())
        assert [said.value for said in at.success] == ["已盲评，不影响得分。"]
    with office.open("lead", "inspections") as at:
        at.segmented_control(Queue.TURN).set_value("judgement")
        check(at.run())
        assert "评过两次的有1项" in " ".join(each.value for each in at.markdown)
