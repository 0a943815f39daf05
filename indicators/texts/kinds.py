"""What kind of task a clause sets. One rule per kind, tried in the order of the list: the exact before the vague."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Literal, get_args

from indicators.texts.clauses import Clause
from indicators.texts.figures import EVENTS, THINGS, TIMES, StatedFigure, read_number

Kind = Literal[
    "ratio",
    "threshold",
    "count",
    "per_person_minimum",
    "citywide_count",
    "fixed_deadline",
    "annual_deadline",
    "relative_deadline",
    "annual_frequency",
    "periodic_unquantified",
    "coverage",
    "structural_limit",
    "trend",
    "prohibition",
    "procedure",
    "milestone",
    "penalty",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: What a kind is called where people read it.
TITLES: dict[Kind, str] = {
    "ratio": "比率",
    "threshold": "数值门槛",
    "count": "次数",
    "per_person_minimum": "按人下限",
    "citywide_count": "总数",
    "fixed_deadline": "一次性期限",
    "annual_deadline": "每年（季、月）期限",
    "relative_deadline": "相对期限",
    "annual_frequency": "频次（没有写次数）",
    "periodic_unquantified": "定期、及时（没有写多久）",
    "coverage": "全覆盖",
    "structural_limit": "结构限制",
    "trend": "升降",
    "prohibition": "禁止",
    "procedure": "程序",
    "milestone": "成果",
    "penalty": "后果",
}
#: Kinds of which a number or a day decides; the others need an inspector, or a threshold that the office chooses.
DECIDABLE: frozenset[Kind] = frozenset(
    {
        "ratio", "threshold", "count", "per_person_minimum", "citywide_count",
        "fixed_deadline", "annual_deadline", "relative_deadline",
    }
)  # fmt: skip

_PERSONS = (
    "人员|干部|负责人|教师|医师|民警|党员|职工|员工|队员|公务员|法官|检察官|书记|局长|主任|校长|同志|成员|委员"
    "|律师|领导|代表|志愿者|(?:专|联络|网格|辅导|协管|管护|督察|评查|调解|宣讲|信息)员"
)
_PER_PERSON = re.compile(
    "每(?:名|位|个)?(?:人|干部|党员|教师|民警|职工|员工|工作人员|执法人员|公务员|代表|委员|领导)|人均|人人"
)
_TAUGHT = re.compile(
    f"(?:{_PERSONS})[^,]{{0,24}}(?:接受|参加|完成|学习|培训|轮训)|(?:接受|参加)[^,]{{0,16}}(?:培训|学习|轮训|教育)"
    "|(?:培训|学习|轮训|研修)(?:时间|时长)?(?:累计)?(?:不[少低]|至少|达)"
)
_PERSON = re.compile(_PERSONS)
_LEARNING = ("学时", "课时", "学分", "小时", "天", "次", "期")
_CONDITION = re.compile("(?:的|(?<![学课小工])时|后)\\s*$")
#: 得分低于60分的单位 says whom it is about.
_WHOSE = re.compile(
    "(?:及?以[上下内])?的(?:单位|部门|地区|乡镇|街道|村|企业|项目|机构|人员|干部|个人|对象|[县市区乡])[^,]{0,6}$"
)
#: 用水1万立方米以上的工业企业 says whom it is about as well.
_OF_SIZE = re.compile(
    "及?以[上下]的[^,、。的]{0,6}?(?:企业|单位|项目|工程|机构|用户|村|社区|乡镇|学校|医院|场所|建筑|人员)"
)
#: 对未按期完成任务的 says whom something happens to.
_BREACH = re.compile("\\s*(?:对于?)?(?:未|没有|拒不|逾期|不按)[^,]*的\\s*$")
#: So many for each of something, no total of all.
_EACH = re.compile("每(?:个|家|所|处|村|镇|乡|县|万|千|百|组|次|座|栋|班|户|名|一)|(?:时|各)[^,]{0,4}$")
_EACH_PLACE = re.compile("每(?:一)?(?:所|家|座|处|村|校|镇|乡|县|班|户|栋|个(?:单位|部门|村|社区|乡镇|街道|学校|县))")
_CHANGE = re.compile(
    "(?:提高|增长|上升|下降|降低|减少|压减|压缩|增加|提升|递增|递减|增速|缩减|扩大|下浮)(?:幅度"
    "|比例)?(?:达到?|超过|不低于|不少于|在|约|至少)?$"
)
_PAST = re.compile(
    "已[经建完有实]?|累计(?![^,]{0,3}(?:不[少低得超]|至少|最[少多]))|截至目前|去年|同比|目前|现有|共有|共(?:完成|建成|办理|开展|排查|整改|组织|受理)"
    "|涉及|一年来|今年以来|(?<![较比])上年"
)
_DOING = re.compile(
    "确定|明确|建成|建设|新建|上线|布设|加固|维修|栽植|改建|扩建|疏浚|清淤|归集|接入|培育|打造|创建|完成|举办|开展|组织|召开|新增|改造|配备|设立|建立|引进|实现|推出|发布"
    "|形成|评选|选树|整治|查处|开设|命名|安排|投入|种植|治理|发展|帮扶"
    "|培训|达|检查|抽查|巡查|走访|听取|研究|报送|上报|公开|公布|制定|编制|修订|办|设置|聘|派|学习|宣传|演练"
    "|调研|会|讲|授课|接受|参加|化解|办结|回复|答复|整改|通报|评查|考核|评估|督查|督导|保持|控制|扩|增|降"
    "|减|压|不少|不低|不超|不高|不多|至少|最多"
)
_PENALTY = re.compile(
    "处以?[^,]{0,30}罚款|并处|予以(?:通报|问责|处分|处罚|追责|警告|约谈)|追究(?:(?!制度"
    "|机制)[^,]){0,14}责任|给予[^,]{0,8}(?:警告|处分|处罚|批评)"
    "|责令|吊销|扣(?:减|除)?\\d|取消[^,]{0,12}(?:资格|评优|评先)|一票否决|严肃问责|从严问责|严肃处理|不予评"
)
_PROHIBITION = re.compile(
    "不得(?!低于|少于|超过|高于|多于|晚于|迟于|小于|大于)|严禁|禁止|不准|不许|严控|杜绝|一律(?:取消|停止|不"
    "|废止|清退)|必须有[^,]{0,20}依据"
    "|(?:确保|保证|做到)[^,]{0,12}不(?!断|低于|少于|超过|低)|执行[^,]{0,10}负面清单|零容忍|坚决(?:遏制|制止|防止)|严防"
)
_STRUCTURE = re.compile(
    "(?:只|仅)(?:能|设|有|保留|由|允许)?[^,]{0,6}[一1](?:个|支|套|家|名|次|层|张)|由[一1](?:个"
    "|家)[^,]{0,8}(?:统筹|负责|牵头|管)|[一1](?:支队伍|个软件|个部门|家单位|张网)[^,]{0,4}管|合一(?!次|个"
    "|批|体)"
)
_PROCEDURE = re.compile("按照?[^,]*、[^,]*(?:程序|步骤|流程|环节)")
_TREND = re.compile(
    "双下降|双降|双提升|双提高|(?:归并|逐步|大力|持续|有效|明显|切实|大幅)?(?:减少|压减|精简压缩)(?!对)[^,]{2,}"
    "|(?:提高|提升|增加|扩大|降低)[^,]{0,14}(?:(?<!效)率|比例|占比|比重|数量|人数|次数|成本|时限|时间)$"
    "|更多|逐[年步季月](?:提高|下降|减少|增加|上升|递增|降低|提升)"
    "|持续(?:下降|上升|增长)|只减不增|只增不减|(?:(?<!效)率|数|量|比例|比重)[^,]{0,6}(?:下降|上升|提高|提升"
    "|降低|增长|减少)$|稳步(?:提高|提升|增长|下降)"
)
_PERIODIC = re.compile("定期|及时|有计划|适时|不定期|经常性?地?(?:开展|组织|进行)")
_CLEARED = re.compile("及时[^,]{0,4}(?:清理|修改|废止|废除|纠正|整改|撤销)")
_FREQUENT = re.compile(
    "按(?:年度?|季度?|月|周)|逐[年月季]|年度[^,]{0,6}(?:公开|公布|报告|评估|考核|考评|总结|通报|述职|审计"
    "|审查|述法|培训)|年终[^,]{0,10}(?:评估|考核|总结|述职|考评|检查)"
    "|每(?:个)?(?:两|半)?(?:学年|学期|年度?|季度?|月|周|日|天)[^,]{2,}|(?:月|季|周)(?:通报|调度|报告|总结)"
)
_WHOLE = re.compile(
    "全覆盖|全部|一律|(?:凡|凡是)[^,]+(?:都|均|必须|应当)|均(?:应|须|要)|应[^,]{1,2}尽[^,]{1,2}"
    "|有[^,]{1,3}必[^,]|逐[一项件个户]|人人|无死角"
    "|(?:贯穿|落实到|覆盖|纳入)[^,]*(?:全过程|全流程|全链条|各方面)|(?:覆盖|建立|建成"
    "|实现)[^,]{0,12}(?:[省市县乡村区镇、]{3,}[二两三四五]级)|[省市县乡村、]{3,}[二两三四五]级[^,]*(?:覆盖"
    "|系统|体系|平台|网络)"
    "|(?:全面|普遍)(?:严格)?(?:落实|实行|推行|执行|实施|推进|整合|梳理|实现|支撑|建立|完成|开展|清理|公开"
    "|应用|排查|覆盖|开放|建成|配备|启用|使用|取消|评估|消除|达到)(?![^,]*(?:精神|思想|职能|职责|方针|讲话"
    "|战略|理念))"
    "|严格落实[^,]*(?:制度|规定|办法|条例|标准|程序|机制|责任|要求)|规范统一|统一[^,、的]{0,14}(?:标准|公开"
    "|管理|查询|部署)|统一[^,、]{2,10}、[^,、]{2,10}(?:标准|规范|格式)"
    "|(?:清理|废除|废止|取消|保护|整治|纠正)[^,]{0,40}各(?:种|类)|在?全(?:市|省|县|区|国|域|州"
    "|镇)范围内?(?:推行|推广|实施|开展|实行|建立)|各级[^,]{0,14}(?:建立|设立|成立|配备)|对各(?:级"
    "|类)[^,]*实施"
    "|目标任务[^,]{0,4}时间节点|普遍(?:建立|落实)|100%|零遗漏|不漏[一户项人]|每(?:一)?(?:个|家|户|名|件"
    "|项)[^,]{1,10}(?:都|均|必须|应当)"
)
_HEARD = re.compile("(?:应当?|(?<![重主需])要|须|必须|充分)[^,]{0,14}(?:听取|征求)[^,]{0,40}意见")
_TRACED = re.compile("留痕|可回溯|可追溯|全程记录")
_SHOWN = re.compile(
    "(?:并|应当?|须|主动)[^,]{0,8}(?:向社会|对外|网上|公开)(?:公开|公布|公示|发布)|(?:公开|公示)制度$|清单[^,]{0,4}动态"
)
_FULFILLED = re.compile(
    "履行[^,]{0,6}(?:裁判|判决|裁定|约定|承诺|合同|义务)(?!情况)|做好[^,]{0,24}(?:落实|办理|答复"
    "|整改)[^,]{0,4}(?:反馈|回复)"
)
_ACCOUNTED = re.compile(
    "对[^,]*(?:行为|问题|的|人员|单位)[^,]{0,6}(?:严格|严肃|依法|依规|依纪)[^,]{0,6}(?:追究|问责|处理|查处|处分)"
)
_INCLUDED = re.compile("(?:将|把)[^,]{2,60}(?:纳入[^,]{2,}|作为[^,]*(?:内容|指标|条件|依据之一))")
_LEADING = re.compile(
    "率先|全[省国市]领先|走在[^,]{0,6}前列|(?:位|排|居|进入)[^,]{0,8}(?:前列|前茅|第一|前[一二三四五六七八九十\\d])"
)
_ONE_FOR_ALL = re.compile(
    "(?:建设|构建|打造|建成|形成|建立)[^,]{0,6}全(?:市|省|县|区|州|域|国|镇)(?:统一的|“一(?P<one>张|朵|个"
    "|套|体|本|盘|图|网))|(?P<many>[二两三四五六七八九十])大[^,]{2,30}(?:建设|行动|工程)$"
)
_RESULT = re.compile(
    "(?:编制|制定|修订|出台)(?:完成|并(?:公布|发布|印发|公开))|开展[^,]{0,30}试点|实现[^,]*(?:对接|联通"
    "|汇聚|挂牌|通车|投用|达标)|完成[^,]{0,40}(?:改造|建设|迁移|整合|任务|布局|编制|验收|换届|修订|工作"
    "|登记|普查|清理|整治)"
    "|建立(?!健全|完善|和完善)[^,]{0,30}(?:清单|台账|名录|档案)|建立以[^,]*为基础|建成[^,]{2,}|(?:成立"
    "|组建)[^,]{0,20}(?:小组|专班|机构|队伍|委员会|中心)|印发[^,]{2,}|制定(?:出台|印发"
    "|下发)?[^,]{0,30}(?:方案|办法|细则|计划|制度|规划)$|出台[^,]{2,}"
)

#: What begins so names a measure that others set.
_ACCORDING = re.compile("\\s*(?:按照|根据|依据|依托|围绕|结合|对照|为了?[^,]|旨在)")

_WORDED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_PENALTY, "penalty"),
    (_ACCOUNTED, "penalty"),
    (_PROHIBITION, "prohibition"),
    (_STRUCTURE, "structural_limit"),
    (_PROCEDURE, "procedure"),
    (_ONE_FOR_ALL, "citywide_count"),
    (_CLEARED, "coverage"),
    (_TREND, "trend"),
    (_WHOLE, "coverage"),
    (_HEARD, "coverage"),
    (_FULFILLED, "coverage"),
    (_PERIODIC, "periodic_unquantified"),
    (_FREQUENT, "annual_frequency"),
    (_INCLUDED, "milestone"),
    (_TRACED, "coverage"),
    (_SHOWN, "coverage"),
    (_LEADING, "milestone"),
    (_RESULT, "milestone"),
)


def find_worded(clause: Clause) -> Kind | None:
    """The kind of a task that is set in words only."""
    if _BREACH.match(clause.words):
        return None
    kind = next((kind for pattern, kind in _WORDED if pattern.search(clause.words)), None)
    return None if _ACCORDING.match(clause.words) and kind != "procedure" and "目标任务" not in clause.words else kind


def find_total(words: str) -> StatedFigure | None:
    """One for all (全市“一张网”), or as many as 六大 says."""
    found = _ONE_FOR_ALL.search(words)
    value = read_number(found["many"]) if found and found["many"] else Decimal(1)
    if found is None or value is None:
        return None
    return StatedFigure(*found.span(), value, found["one"] or "个")


def is_penalty(words: str) -> bool:
    """Whether words say what follows a breach."""
    return bool(_PENALTY.search(words))


def is_report(clause: Clause) -> bool:
    """Whether a clause tells what has been done rather than what is to do."""
    return (
        bool(_PAST.search(clause.words))
        and clause.strength == "plain"
        and not any(deadline.kind == "fixed" for deadline in clause.deadlines)
    )


def find_numeric(clause: Clause, before: str, goes_on: bool = False) -> list[tuple[Kind, StatedFigure]]:
    """The tasks that a clause's figures set; ``before`` is what the sentence says ahead of it.

    ``goes_on``: the clause before it has set one, so that this one needs no verb of its own. What ends in 的 is a
    condition (满意度低于80%的), and figures in brackets are remarks.
    """
    found: list[tuple[Kind, StatedFigure]] = []
    if is_report(clause) or _CONDITION.search(clause.words):
        return found
    remarks = [match.span() for match in re.finditer(r"\([^()]*\)", clause.words)]
    for figure in _spread_bound(clause):
        if any(first < figure.start < last for first, last in remarks) or _tells_whom(clause, figure):
            continue
        kind = _tell_figure(clause, figure, before, goes_on)
        if kind is not None:
            found.append((kind, figure))
    return found


def spreads_bound(clause: Clause) -> bool:
    """Whether several figures of a clause share one bound and one unit: 分别压减至四个、三个工作日以内."""
    return len(clause.figures) > 1 and "分别" in clause.words[: clause.figures[0].start]


def _spread_bound(clause: Clause) -> list[StatedFigure]:
    """The figures; where they share a bound, before the first or after the last, each with that and the last's unit."""
    figures = list(clause.figures)
    if not spreads_bound(clause):
        return figures
    bound = (figures[0] if figures[0].comparison != "=" else figures[-1]).comparison
    return [replace(each, comparison=bound, unit=figures[-1].unit, explicit=True) for each in figures]


def _tells_whom(clause: Clause, figure: StatedFigure) -> bool:
    after = clause.words[figure.end :]
    return bool(_WHOSE.match(after) or (figure.unit not in EVENTS and _OF_SIZE.match(after)))


def _is_counted(clause: Clause, figure: StatedFigure, doing: bool) -> bool:
    """Whether so many events, or things in each period, are asked for."""
    bounded = figure.comparison != "="
    if not bounded and not figure.explicit and not (clause.every and doing):
        return False
    if clause.every and figure.explicit and figure.unit in EVENTS:
        return True
    return bool(doing and (clause.every or bounded or figure.explicit))


def _tell_figure(clause: Clause, figure: StatedFigure, before: str, goes_on: bool) -> Kind | None:
    ahead = clause.words[: figure.start]
    if figure.unit == "%":
        return "trend" if _CHANGE.search(ahead) else "ratio"
    if figure.unit == "百分点":
        return "trend"
    if figure.unit == "兆":
        return "threshold"
    bounded = figure.comparison != "="
    # 每人参加不少于16学时，每所学校开设2课时: the second is for each school.
    per_person = _PER_PERSON.search(ahead if _EACH_PLACE.search(ahead) else before + ahead) or (
        figure.unit in _LEARNING
        and _TAUGHT.search(clause.words)
        and _PERSON.search(before + ahead)
        and not _EACH_PLACE.search(ahead)
    )
    if per_person and (figure.unit in _LEARNING or bounded) and figure.comparison not in ("<=", "<"):
        return "per_person_minimum"
    doing = bounded or goes_on or bool(_DOING.search(clause.words))
    if figure.unit in EVENTS or (figure.unit in THINGS and clause.every):
        return "count" if _is_counted(clause, figure, doing) else None
    if not figure.explicit:
        return None
    if figure.unit in THINGS:
        if figure.comparison in ("<=", "<") or _EACH.search(ahead):
            return "threshold"
        return "citywide_count" if doing else None
    if figure.unit in TIMES and not bounded:
        return None
    return "threshold" if bounded or doing else None
