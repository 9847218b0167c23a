// What the lobby refuses, in Chinese, by the stable code of the problem. The lobby's own sentence is English and
// names numbers; it stands where a code has no words here, so that a new refusal is never silent.
import type { Problem } from '../api.ts';
import { say, type Language } from './index.ts';

const chinese: Readonly<Record<string, string>> = {
  already_arrived: '顾客已到窗口，请直接办结。',
  after_last_ticket: '今日已停止取号，已取的号码仍会办理。',
  appointment_lane: '预约客户在预约队列等候，请不要选择其他队列。',
  appointment_mistakes: '名单中有预约不能登记，全部未登记。',
  appointment_needed: '此队列只供预约客户使用，请输入预约码或选择其他队列。',
  appointment_other_day: '预约不是今天，请按预约日期前来，或直接取号。',
  appointment_past: '预约时间已过，请填写以后的时间。',
  appointment_service: '预约的是其他业务，请核对。',
  appointment_twice: '名单中预约码重复，请保留一个。',
  appointment_used: '此预约码已经使用，一个预约码只能取一个号。',
  bad_appointment_code: '预约码由 1 至 32 个字母、数字或连字符组成，请核对。',
  bad_identity: '证件号码无法识别，请重新读取。',
  bad_time: '时间格式不正确，请写成 2026-11-23T09:30:00+08:00。',
  counter_busy: '窗口还有未办结的号码，请先办结、挂起或转移。',
  counter_closed: '窗口未开放，请先开放窗口。',
  counter_paused: '窗口已暂停，请先恢复服务。',
  day_busy: '还有未办结的号码，请先办结，或确认仍要结束营业。',
  day_closed: '营业尚未开始或已结束。',
  no_session: '今天没有（或不再有）营业时段，不能开始营业。',
  identity_required: '此业务需要核对身份，请刷身份证，或咨询大堂人员。',
  live_already: '该客户已另取了一个有效号码，请先取消那个号码。',
  no_appointments: '本网点不接受预约。',
  no_plan: '系统尚未就绪，请稍候。',
  nobody_open: '没有开放的窗口可以办理这项业务。',
  not_held_here: '这个号码不在本窗口挂起。',
  nothing_called: '本窗口还没有叫号。',
  outside_session: '现在不在营业时段，请在公布的时间取号。',
  quota_used: '该业务今日号码已取完，请改日再来。',
  reason_missing: '请说明原因。',
  series_exhausted: '该业务今日号码已用完，请选择其他业务。',
  service_closed: '该业务现在不取号，请看公布的取号时间。',
  too_soon: '刚刚叫过号，请稍候再按。',
  nothing_to_undo: '最近一分钟内没有可以撤销的操作。',
  moved_on: '该号票已有新的去向，或下一位顾客已到窗口，不能撤销。',
  unknown_appointment: '没有这个预约码，请核对，或直接取号。',
  unknown_counter: '没有这个窗口。',
  unknown_service: '没有这项业务。',
  unknown_ticket: '今天没有这个号码。',
  void: '这个号码已过号作废，请重新取号。',
  wrong_state: '这个号码现在不能这样操作，请看当前状态。',
  // Acts of people.
  authoriser_missing: '请填写批准人的工号。',
  bad_authoriser: '批准人工号只能用字母、数字和连字符，最多 32 位。',
  bad_pass: '可让 1 至 20 位顾客先办理。',
  rated_before: '您已经评价过这次服务，谢谢！',
  deferred_before: '这个号码已经让过一次，不能再让。',
  greeter_alerted: '已请大堂人员寻找这位顾客，一分钟后仍未到可再按过号。',
  last_counter: '仍有顾客等候，没有其他开放窗口可以办理；请先开放其他窗口，或由值班经理说明原因后关闭。',
  manual_call_forbidden: '本网点由值班经理指定叫号，请联系值班经理。',
  no_urgent_lane: '没有可以办理的紧急队列，请说明原因后指定叫号。',
  nobody_behind: '后面没有等候的顾客，无需让号。',
  recall_limit: '已达到重呼次数上限，顾客未到请按过号。',
  too_early: '现在还不能过号，请再重呼一次或稍候再按。',
  unknown_alert: '今天没有这条提醒。',
  paper_may_be_missed: '顾客可能还会来要这张号票，请补打，或过两分钟再作废。',
  unknown_job: '没有这个打印任务。',
  unknown_printer: '没有这台打印机。',
  waits_for_counter: '这个号码正在等候指定窗口，不影响其他顾客，请咨询工作人员。',
};

/** A refusal in words for people. */
export function explain(problem: Problem, language: Language): string {
  const own = language === 'zh-CN' ? chinese[problem.code] : undefined;
  return own ?? (problem.detail || say(language, 'refused_generic', { status: problem.status }));
}
