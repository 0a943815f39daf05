"""Texts in styles other than the shipped plan's, all invented, each with the numeric tasks that it sets.

A task: a piece of its quotation, its kind, its figure (as ``Figure.text``) and its deadline (as ``Deadline.text``).
Written before the grammar was tried on them; a fault found in one of them stays here as its test.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


def _read(name: str) -> str:
    return (Path(__file__).parent / "samples" / f"{name}.txt").read_text(encoding="utf-8")


class Task(NamedTuple):
    """What must be found: ``piece`` stands in the quotation."""

    piece: str
    kind: str
    figure: str = ""
    deadline: str = ""


REGULATION_TASKS = (
    Task("每年至少组织2次行政执法案卷评查", "count", "≥2次"),
    Task("每次抽查案卷不得少于30件", "count", "≥30件"),
    Task("7个工作日内", "relative_deadline", "", "行政执法决定作出后7工作日"),
    Task("培训的时间不得少于40学时", "per_person_minimum", "≥40学时"),
    Task("培训不得少于60学时", "per_person_minimum", "≥60学时"),
    Task("在5个工作日内决定是否受理", "relative_deadline", "", "行政执法监督机构收到投诉、举报后5工作日"),
    Task("自受理之日起60日内办结", "relative_deadline", "", "受理后60日"),
    Task("延长期限不得超过30日", "threshold", "≤30日"),
    Task("每年1月31日前", "annual_deadline", "", "每年01-31"),
    Task("不得少于两人", "threshold", "≥2人"),
)

PLAN_TASKS = (
    Task("农村卫生厕所普及率达到92%以上", "ratio", "≥92%", "2026-12-31"),
    Task("生活污水治理率达到55%", "ratio", "≥55%", "2026-12-31"),
    Task("覆盖率稳定在百分之百", "ratio", "≥100%", "2026-12-31"),
    Task("2024年新建改造农村户厕1500座", "citywide_count", "=1500座", "2024-12-31"),
    Task("2025年再改造1200座", "citywide_count", "=1200座", "2025-12-31"),
    Task("改造合格率不低于98%", "ratio", "≥98%"),
    Task("配备不少于1名管护员", "threshold", "≥1名"),
    Task("每季度至少开展1次巡检", "count", "≥1次"),
    Task("报修后48小时内修复", "relative_deadline", "", "报修后48小时"),
    Task("完成20个行政村的污水治理", "citywide_count", "=20个", "2025-06-30"),
    Task("建成集中处理设施15套", "citywide_count", "=15套", "2025-06-30"),
    Task("出水达标率不低于90%", "ratio", "≥90%"),
    Task("每年治理黑臭水体不少于5处", "count", "≥5处"),
    Task("村庄绿化覆盖率达到35%", "ratio", "≥35%", "2026-12-31"),
    Task("每年安排专项资金不少于2000万元", "threshold", "≥20000000元"),
    Task("资金拨付率不低于95%", "ratio", "≥95%"),
    Task("每月至少听取1次汇报", "count", "≥1次"),
    Task("每季度至少实地调研2次", "count", "≥2次"),
    Task("每半年开展一次综合评估", "count", "=1次"),
    Task("次月10日前通报", "annual_deadline", "", "每月10"),
)

NOTICE_TASKS = (
    Task("现场述法比例不低于三分之一", "ratio", "≥33.3333%"),
    Task("于2024年12月20日前", "fixed_deadline", "", "2024-12-20"),
    Task("述法报告字数不超过3000字", "threshold", "≤3000字"),
    Task("篇幅不少于三分之一", "ratio", "≥33.3333%"),
    Task("列举案例不少于2个", "citywide_count", "≥2个"),
    Task("2025年1月15日前完成述法评议", "fixed_deadline", "", "2025-01-15"),
    Task("在30日内提交整改报告", "relative_deadline", "", "后30日"),
    Task("评议结束后10个工作日内", "relative_deadline", "", "评议结束后10工作日"),
)

TABLE_TASKS = (
    Task("新增普惠托位600个", "citywide_count", "=600个", "2025-12-31"),
    Task("每千人口托位数达到4.5个", "threshold", "≥4.5个", "2025-12-31"),
    Task("建成街道综合养老服务中心3家", "citywide_count", "=3家", "2025-10-31"),
    Task("每月不少于2次", "count", "≥2次"),
    Task("抽检合格率不低于99%", "ratio", "≥99%"),
    Task("每千人5批次", "count", "≥5批次"),
    Task("新建公共充电桩1200个", "citywide_count", "=1200个", "09-end"),
    Task("改造老旧小区充电设施85处", "citywide_count", "=85处", "09-end"),
    Task("改造背街小巷12条", "citywide_count", "=12条", "11-end"),
    Task("总长8.6公里", "threshold", "=8.6公里"),
    Task("率达到95%以上", "ratio", "≥95%", "2025-06-30"),
    Task("压缩至2个工作日以内", "threshold", "≤2工作日", "2025-06-30"),
    Task("城镇新增就业8000人", "citywide_count", "=8000人", "12-end"),
)

MINUTES_TASKS = (
    Task("6月底前完成剩余18公里管网改造", "threshold", "=18公里", "06-end"),
    Task("年底前改造灰口铸铁管道全部清零", "fixed_deadline", "", "12-end"),
    Task("每年至少入户安检一次", "count", "≥1次"),
    Task("每半年不少于1次", "count", "≥1次"),
    Task("安检率须达到100%", "ratio", "≥100%"),
    Task("在24小时内整改到位", "relative_deadline", "", "后24小时"),
    Task("每月25日前", "annual_deadline", "", "每月25"),
    Task("培训从业人员不少于2000人次", "count", "≥2000人次", "08-end"),
    Task("人均不少于8学时", "per_person_minimum", "≥8学时"),
)

OUTLINE_TASKS = (
    Task("公民法治素养达标率提高到八成以上", "ratio", "≥80%", "2030-12-31"),
    Task("青少年法治教育覆盖面达到100%", "ratio", "≥100%", "2030-12-31"),
    Task("持证普法志愿者不少于15人", "threshold", "≥15人", "2030-12-31"),
    Task("每年集体学法不少于4次", "count", "≥4次"),
    Task("均不低于95%", "ratio", "≥95%"),
    Task("每人每年学法不少于40课时", "per_person_minimum", "≥40课时"),
    Task("法治副校长配备率达到100%", "ratio", "≥100%"),
    Task("每学期到校授课不少于两次", "count", "≥2次"),
    Task("每学年不少于16课时", "threshold", "≥16课时"),
    Task("至少建成1个法治文化主题公园", "threshold", "≥1个", "2028-12-31"),
    Task("2个法治文化广场", "threshold", "=2个", "2028-12-31"),
    Task("“法律明白人”不少于五名", "threshold", "≥5名", "2027-12-31"),
    Task("培训率达100%", "ratio", "≥100%", "2027-12-31"),
    Task("每年3月31日前公布", "annual_deadline", "", "每年03-31"),
    Task("12月底前报送履职报告", "annual_deadline", "", "12-end"),
    Task("每周不少于30分钟", "threshold", "≥30分钟"),
    Task("每人每年不低于1.5元", "per_person_minimum", "≥1.5元"),
    Task("2028年开展中期评估", "fixed_deadline", "", "2028-12-31"),
    Task("2030年底前组织总结验收", "fixed_deadline", "", "2030-12-31"),
)

STYLES: dict[str, tuple[str, tuple[Task, ...]]] = {
    "条文": (_read("regulation"), REGULATION_TASKS),
    "方案": (_read("plan"), PLAN_TASKS),
    "通知": (_read("notice"), NOTICE_TASKS),
    "任务表": (_read("table"), TABLE_TASKS),
    "纪要": (_read("minutes"), MINUTES_TASKS),
    "规划": (_read("outline"), OUTLINE_TASKS),
}
