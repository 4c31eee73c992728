"""What people of the hub and of the units write."""

from __future__ import annotations

from hotline.dispatch.v1 import orders_pb2 as orders

NOTE = "请按职责办理，办结后先回复诉求人，再通过系统反馈"
RECALL = "派单时选错单位，现收回改派"
FIRST_REPORT = "已启动应急预案，抢修人员到达现场，正在排查原因并控制影响范围，现场已设置警示"
BARE = "已处理"
EXPLANATION = ("已核对诉求内容与现行规定，并向诉求人逐条说明不能办理的原因", "诉求不符合现行规定，不能按诉求人的要求办理，已做好解释")
BASIS = "《中华人民共和国行政许可法》第三十八条及本市现行实施细则"
EXTENSION = "涉及管线权属核实和备料，受客观条件限制，原期限内无法完成施工"
GRANTED = "理由成立，同意，请抓紧办理并告知诉求人"
REFUSED = "理由不充分，请按原定期限和职责办理"
RETURN = "经核实，反映事项不属于本单位职责范围"
DUTIES = "本单位职能配置、内设机构和人员编制规定"
DECISION = "经召集有关单位协调，按职责分工确定主办单位"
PROGRESS = ("材料采购周期较长，规定期限内无法办结", "已完成现场勘查和施工方案，材料已下单", "材料到货后三日内施工，期间设置临时设施")
DEFICIENT = "未写明办理时间和诉求人是否认可，请补充"
NOBODY = "拨打后无人接听"
REWORK = "诉求人反映问题仍然存在，经核实诉求合理，应继续办理"
FINDING = "经审核，答复内容符合法律、法规和政策规定，程序完整"
ANSWER = "您好，经查询业务规定：可到政务服务大厅相应窗口办理，也可在网上办理；所需材料和办理时间已向您逐项说明"
WORDS = "您反映的事项按规定不在热线受理范围内"
ADDED = "补充说明：今天情况又有变化，希望工作人员上门前先联系"
TAKEN_BACK = "问题已经自行解决，不再需要办理"
NO_REPEAT = "本次反映有新的情况，不属于同一事实、同一理由"
ELSEWHERE = "事发地12345政务服务便民热线"
OTHER_WAY = "已经受理该事项的机关"

_ANSWERS = (
    ("已安排专人到现场查看，联系施工队更换损坏的部件并清理现场", "设施已恢复正常使用，现场照片已留存，诉求人表示认可"),
    ("已约谈当事双方并查阅合同和票据，责令限期整改", "对方已按规定退还费用并书面承诺整改，诉求人已收到款项"),
    ("已会同社区和物业实地核查，制定整改方案并公示", "整改已完成，后续由社区每周巡查一次，防止反弹"),
    ("已调取业务记录逐项核对，补齐缺少的材料并加急办理", "业务已办结，结果已通过短信告知诉求人本人"),
)
_WAYS = (orders.ANSWERED_BY_PHONE, orders.ANSWERED_BY_VISIT, orders.ANSWERED_BY_MESSAGE, orders.ANSWERED_BY_LETTER)
_OUTCOMES = (orders.ATTEMPT_OUTCOME_NO_ANSWER, orders.ATTEMPT_OUTCOME_BUSY, orders.ATTEMPT_OUTCOME_SWITCHED_OFF)


def answer(turn: int) -> tuple[str, str]:
    """What was done, and what came of it."""
    return _ANSWERS[turn % len(_ANSWERS)]


def answered_by(turn: int) -> orders.AnsweredBy.ValueType:
    """How the caller was answered."""
    return _WAYS[turn % len(_WAYS)]


def outcome(turn: int) -> orders.AttemptOutcome.ValueType:
    """Why a call obtained nothing."""
    return _OUTCOMES[turn % len(_OUTCOMES)]
