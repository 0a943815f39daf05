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
    Task("每年1月31日前", "annual_deadline", "", "每年1月31日"),
    Task("不得少于两人", "threshold", "≥2人"),
)

PLAN_TASKS = (
    Task("农村卫生厕所普及率达到92%以上", "ratio", "≥92%", "2026年12月31日"),
    Task("生活污水治理率达到55%", "ratio", "≥55%", "2026年12月31日"),
    Task("覆盖率稳定在百分之百", "ratio", "≥100%", "2026年12月31日"),
    Task("2024年新建改造农村户厕1500座", "citywide_count", "=1500座", "2024年12月31日"),
    Task("2025年再改造1200座", "citywide_count", "=1200座", "2025年12月31日"),
    Task("改造合格率不低于98%", "ratio", "≥98%"),
    Task("配备不少于1名管护员", "threshold", "≥1名"),
    Task("每季度至少开展1次巡检", "count", "≥1次"),
    Task("报修后48小时内修复", "relative_deadline", "", "报修后48小时"),
    Task("完成20个行政村的污水治理", "citywide_count", "=20个", "2025年6月30日"),
    Task("建成集中处理设施15套", "citywide_count", "=15套", "2025年6月30日"),
    Task("出水达标率不低于90%", "ratio", "≥90%"),
    Task("每年治理黑臭水体不少于5处", "count", "≥5处"),
    Task("村庄绿化覆盖率达到35%", "ratio", "≥35%", "2026年12月31日"),
    Task("每年安排专项资金不少于2000万元", "threshold", "≥20000000元"),
    Task("资金拨付率不低于95%", "ratio", "≥95%"),
    Task("每月至少听取1次汇报", "count", "≥1次"),
    Task("每季度至少实地调研2次", "count", "≥2次"),
    Task("每半年开展一次综合评估", "count", "=1次"),
    Task("次月10日前通报", "annual_deadline", "", "每月10日"),
)

NOTICE_TASKS = (
    Task("现场述法比例不低于三分之一", "ratio", "≥33.3333%"),
    Task("于2024年12月20日前", "fixed_deadline", "", "2024年12月20日"),
    Task("述法报告字数不超过3000字", "threshold", "≤3000字"),
    Task("篇幅不少于三分之一", "ratio", "≥33.3333%"),
    Task("列举案例不少于2个", "citywide_count", "≥2个"),
    Task("2025年1月15日前完成述法评议", "fixed_deadline", "", "2025年1月15日"),
    Task("在30日内提交整改报告", "relative_deadline", "", "后30日"),
    Task("评议结束后10个工作日内", "relative_deadline", "", "评议结束后10工作日"),
)

TABLE_TASKS = (
    Task("新增普惠托位600个", "citywide_count", "=600个", "2025年12月31日"),
    Task("每千人口托位数达到4.5个", "threshold", "≥4.5个", "2025年12月31日"),
    Task("建成街道综合养老服务中心3家", "citywide_count", "=3家", "2025年10月31日"),
    Task("每月不少于2次", "count", "≥2次"),
    Task("抽检合格率不低于99%", "ratio", "≥99%"),
    Task("每千人5批次", "count", "≥5批次"),
    Task("新建公共充电桩1200个", "citywide_count", "=1200个", "9月底"),
    Task("改造老旧小区充电设施85处", "citywide_count", "=85处", "9月底"),
    Task("改造背街小巷12条", "citywide_count", "=12条", "11月底"),
    Task("总长8.6公里", "threshold", "=8.6公里"),
    Task("率达到95%以上", "ratio", "≥95%", "2025年6月30日"),
    Task("压缩至2个工作日以内", "threshold", "≤2工作日", "2025年6月30日"),
    Task("城镇新增就业8000人", "citywide_count", "=8000人", "12月底"),
)

MINUTES_TASKS = (
    Task("6月底前完成剩余18公里管网改造", "threshold", "=18公里", "6月底"),
    Task("年底前改造灰口铸铁管道全部清零", "fixed_deadline", "", "12月底"),
    Task("每年至少入户安检一次", "count", "≥1次"),
    Task("每半年不少于1次", "count", "≥1次"),
    Task("安检率须达到100%", "ratio", "≥100%"),
    Task("在24小时内整改到位", "relative_deadline", "", "后24小时"),
    Task("每月25日前", "annual_deadline", "", "每月25日"),
    Task("培训从业人员不少于2000人次", "count", "≥2000人次", "8月底"),
    Task("人均不少于8学时", "per_person_minimum", "≥8学时"),
)

OUTLINE_TASKS = (
    Task("公民法治素养达标率提高到八成以上", "ratio", "≥80%", "2030年12月31日"),
    Task("青少年法治教育覆盖面达到100%", "ratio", "≥100%", "2030年12月31日"),
    Task("持证普法志愿者不少于15人", "threshold", "≥15人", "2030年12月31日"),
    Task("每年集体学法不少于4次", "count", "≥4次"),
    Task("均不低于95%", "ratio", "≥95%"),
    Task("每人每年学法不少于40课时", "per_person_minimum", "≥40课时"),
    Task("法治副校长配备率达到100%", "ratio", "≥100%"),
    Task("每学期到校授课不少于两次", "count", "≥2次"),
    Task("每学年不少于16课时", "threshold", "≥16课时"),
    Task("至少建成1个法治文化主题公园", "threshold", "≥1个", "2028年12月31日"),
    Task("2个法治文化广场", "threshold", "=2个", "2028年12月31日"),
    Task("“法律明白人”不少于五名", "threshold", "≥5名", "2027年12月31日"),
    Task("培训率达100%", "ratio", "≥100%", "2027年12月31日"),
    Task("每年3月31日前公布", "annual_deadline", "", "每年3月31日"),
    Task("12月底前报送履职报告", "annual_deadline", "", "12月底"),
    Task("每周不少于30分钟", "threshold", "≥30分钟"),
    Task("每人每年不低于1.5元", "per_person_minimum", "≥1.5元"),
    Task("2028年开展中期评估", "fixed_deadline", "", "2028年12月31日"),
    Task("2030年底前组织总结验收", "fixed_deadline", "", "2030年12月31日"),
)

ORDINANCE_TASKS = (
    Task("目录编制完成率达到百分之百", "ratio", "≥100%"),
    Task("新增数据项在形成之日起十五个工作日内列入目录", "relative_deadline", "", "形成后15工作日"),
    Task("目录内容发生变化的，于变化后五个工作日内更新", "relative_deadline", "", "变化后5工作日"),
    Task("每半年至少开展一次目录核对", "count", "≥1次"),
    Task("应当在每年三月底以前公布年度共享责任清单", "annual_deadline", "", "每年3月底"),
    Task("政务部门数据归集率不得低于百分之九十五", "ratio", "≥95%"),
    Task("数据质量合格率应当达到百分之九十八以上", "ratio", "≥98%"),
    Task("应当自收到申请之日起三个工作日内予以答复", "relative_deadline", "", "收到申请后3工作日"),
    Task("但最长不得超过十个工作日", "threshold", "≤10工作日"),
    Task("自受理共享申请之日起二个工作日内完成初审", "relative_deadline", "", "受理共享申请后2工作日"),
    Task("每季度通报一次共享情况", "count", "=1次"),
    Task("组织业务培训每年不少于两次", "count", "≥2次"),
    Task("每次不少于四学时", "threshold", "≥4学时"),
    Task("全天候监测，平台年可用率不低于99.9%", "ratio", "≥99.9%"),
    Task("故障发生后三十分钟内启动应急处置", "relative_deadline", "", "故障发生后30分钟"),
    Task("四小时内恢复运行", "relative_deadline", "", "后4小时"),
    Task("数据专员不少于二人", "citywide_count", "≥2人"),
    Task("其中专职人员占比不低于百分之五十", "ratio", "≥50%"),
    Task("数据专员每年接受培训的时间累计不少于二十四学时", "per_person_minimum", "≥24学时"),
    Task("市人民政府应当每两年至少组织一次第三方评估", "count", "≥1次"),
    Task("评估结果于评估结束后二十个工作日内向社会公布", "relative_deadline", "", "评估结束后20工作日"),
    Task("应当在一个月内提交整改报告", "relative_deadline", "", "后1个月"),
    Task("并在三个月内完成整改", "relative_deadline", "", "后3个月"),
)

POINTS_TASKS = (
    Task("全年新增经营主体4500户以上", "count", "≥4500户"),
    Task("企业满意度保持在96%以上", "ratio", "≥96%"),
    Task("企业开办压缩至0.5个工作日内办结", "threshold", "≤0.5工作日"),
    Task("不动产一般登记2个工作日办结率达98%", "ratio", "≥98%"),
    Task("工程建设项目审批总时长控制在35个工作日以内", "threshold", "≤35工作日"),
    Task("社会投资简易低风险项目不超过15个工作日", "threshold", "≤15工作日"),
    Task("上半年上线12个事项", "citywide_count", "=12个", "6月底"),
    Task("全年累计不少于25个", "count", "≥25个"),
    Task("电子证照用证率达到85%", "ratio", "≥85%"),
    Task("纸质材料免提交比例力争达到70%", "ratio", "≥70%"),
    Task("镇便民服务中心自助终端布设率达到100%", "ratio", "≥100%", "8月底"),
    Task("每个乡镇不少于2台", "threshold", "≥2台", "8月底"),
    Task("同一企业年度行政检查频次原则上不超过2次", "count", "≤2次"),
    Task("入企检查前至少提前3个工作日告知", "relative_deadline", "", "前3工作日"),
    Task("双随机抽查覆盖率不低于5%", "ratio", "≥5%"),
    Task("抽查结果公示率100%", "ratio", "=100%"),
    Task("自抽查结束之日起20个工作日内公示", "relative_deadline", "", "抽查结束后20工作日"),
    Task("“扫码入企”应用率6月底达到90%", "ratio", "≥90%", "6月底"),
    Task("年底实现全覆盖", "fixed_deadline", "", "12月底"),
    Task("一线执法人员人均参训不少于60学时", "per_person_minimum", "≥60学时"),
    Task("年度轮训率达到100%", "ratio", "≥100%"),
    Task("每月开展案卷评查1次", "count", "=1次"),
    Task("全年评查案卷不低于300件", "count", "≥300件"),
    Task("优秀案卷占比超过三成", "ratio", ">30%"),
    Task("新增首贷户200户", "citywide_count", "=200户"),
    Task("担保费率降至1%以下", "ratio", "≤1%"),
    Task("举办招聘会24场次", "count", "=24场"),
    Task("组织技能培训3000人次", "count", "=3000人次"),
    Task("城镇调查失业率控制在5.5%以内", "ratio", "≤5.5%"),
    Task("12345热线接诉后1个工作日内转办", "relative_deadline", "", "12345热线接诉后1工作日"),
    Task("一般诉求5个工作日内办结", "relative_deadline", "", "后5工作日"),
    Task("按期办结率不低于97%", "ratio", "≥97%"),
    Task("群众满意率不低于95%", "ratio", "≥95%"),
    Task("各乡镇、各部门要于1月20日前制定细化方案", "fixed_deadline", "", "1月20日"),
    Task("每季度末月25日前报送进展情况", "annual_deadline", "", "每季25日"),
    Task("12月10日前报送全年总结", "annual_deadline", "", "12月10日"),
    Task("占比不少于10分", "threshold", "≥10分"),
)

DUTIES_TASKS = (
    Task("今冬明春全市计划新建高标准农田18万亩", "threshold", "=180000亩"),
    Task("改造提升12万亩", "threshold", "=120000亩"),
    Task("整治中小河道160公里", "threshold", "=160公里"),
    Task("新增和恢复灌溉面积3.5万亩", "threshold", "=35000亩"),
    Task("2026年4月底前，主体工程完工率达到95%", "ratio", "≥95%", "2026年4月30日"),
    Task("资金支付率不低于85%", "ratio", "≥85%", "2026年4月30日"),
    Task("清淤渠道420公里", "threshold", "=420公里", "2026年3月20日"),
    Task("末级渠系畅通率达到90%以上", "ratio", "≥90%", "2026年3月20日"),
    Task("加固水库14座", "citywide_count", "=14座", "2026年4月30日"),
    Task("安全鉴定率100%", "ratio", "=100%", "2026年4月30日"),
    Task("维修排灌站85处", "citywide_count", "=85处", "2026年3月31日"),
    Task("完好率不低于92%", "ratio", "≥92%", "2026年3月31日"),
    Task("新增高效节水灌溉面积2.6万亩", "threshold", "=26000亩", "2026年5月31日"),
    Task("水利用系数提高到0.58", "threshold", "≥0.58"),
    Task("栽植苗木50万株", "citywide_count", "=500000株", "2026年3月31日"),
    Task("成活率达到九成以上", "ratio", "≥90%", "2026年3月31日"),
    Task("培训管护员1200人次", "count", "=1200人次", "2026年2月28日"),
    Task("人均不少于16学时", "per_person_minimum", "≥16学时", "2026年2月28日"),
    Task("区）要在收到本通知后10日内报送实施方案", "relative_deadline", "", "收到本通知后10日"),
    Task("每个乡镇至少确定1名联络员", "threshold", "≥1名"),
    Task("市级每月至少现场督导1次", "count", "≥1次"),
    Task("发现问题的，督促5个工作日内整改到位", "relative_deadline", "", "后5工作日"),
    Task("财政补助资金下达后30日内拨付到项目单位", "relative_deadline", "", "财政补助资金下达后30日"),
    Task("工程质量抽检比例不低于20%", "ratio", "≥20%"),
    Task("合格率必须达到100%", "ratio", "≥100%"),
    Task("于2025年11月30日前将任务分解情况报市", "fixed_deadline", "", "2025年11月30日"),
)

ACTION_TASKS = (
    Task("乡镇（街道）法治机构规范化率达到100%", "ratio", "≥100%", "2028年12月31日"),
    Task("群众对法治建设的满意率不低于92%", "ratio", "≥92%", "2028年12月31日"),
    Task("行政诉讼败诉率降到8%以内", "ratio", "≤8%", "2028年12月31日"),
    Task("2026年6月底前，每个司法所工作人员不少于3人", "threshold", "≥3人", "2026年6月30日"),
    Task("其中具有法律专业背景的占比达到六成", "ratio", "≥60%", "2026年6月30日"),
    Task("司法所工作人员每年脱产培训不少于5天", "per_person_minimum", "≥5天"),
    Task("网络学习不低于50学时", "per_person_minimum", "≥50学时"),
    Task("市司法局每年组织两次以上集中轮训", "count", "≥2次"),
    Task("考试合格率须在95%以上", "ratio", "≥95%"),
    Task("2027年底前，专职人民调解员增至每村至少1名", "threshold", "≥1名", "2027年12月31日"),
    Task("全市总数突破1800名", "citywide_count", ">1800名", "2027年12月31日"),
    Task("调解成功率稳定在98%以上", "ratio", "≥98%", "2027年12月31日"),
    Task("规范性文件合法性审核率100%", "ratio", "=100%"),
    Task("自印发之日起15日内报送备案", "relative_deadline", "", "印发后15日"),
    Task("每年开展一次全面清理", "count", "=1次"),
    Task("执法全过程记录设备一线配备率达90%", "ratio", "≥90%"),
    Task("案卷合格率不低于95%", "ratio", "≥95%"),
    Task("执法决定信息自作出决定之日起7个工作日内公开", "relative_deadline", "", "作出决定后7工作日"),
    Task("公开率达到100%", "ratio", "≥100%"),
    Task("行政机关负责人出庭应诉率不低于85%", "ratio", "≥85%"),
    Task("收到起诉状副本后15日内提交答辩状", "relative_deadline", "", "收到起诉状副本后15日"),
    Task("败诉案件在判决生效后30日内剖析并报市司法局", "relative_deadline", "", "判决生效后30日"),
    Task("2026年建成公共法律服务站130个", "citywide_count", "=130个", "2026年12月31日"),
    Task("2027年实现村（社区）法律顾问全覆盖", "fixed_deadline", "", "2027年12月31日"),
    Task("法律顾问每月到村服务时间累计不少于8小时", "threshold", "≥8小时"),
    Task("法律援助申请由7个工作日缩短为3个工作日办结", "threshold", "≤3工作日"),
    Task("符合条件的当日受理", "relative_deadline"),
    Task("12348热线接通率保持95%以上", "ratio", "≥95%"),
    Task("平均等待时长不超过30秒", "threshold", "≤30秒"),
    Task("每个乡镇每季度至少开展2场法治宣讲", "count", "≥2场"),
    Task("全年不少于10场", "count", "≥10场"),
    Task("员年度学法考试参考率、合格率均达到98%", "ratio", "≥98%"),
    Task("2月15日前制定工作方案报市司法局", "fixed_deadline", "", "2026年2月15日"),
    Task("每半年末月20日前报送进展", "annual_deadline"),
    Task("每年12月5日前报送年度总结", "annual_deadline", "", "每年12月5日"),
    Task("市财政每年安排专项经费不少于600万元", "threshold", "≥6000000元"),
    Task("并按每万人口不低于5000元的标准落实县级经费", "threshold", "≥5000元"),
)

STYLES: dict[str, tuple[str, tuple[Task, ...]]] = {
    "条文": (_read("regulation"), REGULATION_TASKS),
    "方案": (_read("plan"), PLAN_TASKS),
    "通知": (_read("notice"), NOTICE_TASKS),
    "任务表": (_read("table"), TABLE_TASKS),
    "纪要": (_read("minutes"), MINUTES_TASKS),
    "规划": (_read("outline"), OUTLINE_TASKS),
    "条例": (_read("ordinance"), ORDINANCE_TASKS),
    "要点": (_read("points"), POINTS_TASKS),
    "带表的通知": (_read("duties"), DUTIES_TASKS),
    "行动方案": (_read("action"), ACTION_TASKS),
}
