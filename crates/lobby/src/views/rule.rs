//! The rule in force: as data for programs, and in plain words for whoever asks why somebody else was called first.

use super::Text;
use crate::controller::View;
use queue_core::{CounterPlan, LanePlan, NoShowPolicy, Plan, Preset};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How it is decided who is called next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rule {
    /// Fingerprint of the configuration in force; each call names it.
    pub plan: String,
    /// `fifo`, `strict`, `targets` or `shares`: how the points of the lanes came about.
    pub preset: &'static str,
    /// In rank order.
    pub lanes: Vec<RuleLane>,
    /// `void`, `once` or `tail`: what becomes of a no-show who comes back.
    pub no_show: &'static str,
    /// The same in plain words, by language.
    pub sentences: BTreeMap<String, Vec<String>>,
}

/// How a lane collects points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleLane {
    /// Its name in commands.
    pub id: String,
    /// Its name for people.
    pub name: Text,
    /// Points on taking the number, in 1/100.
    pub head_start_100: i64,
    /// Points a minute, in 1/100.
    pub points_a_minute_100: i64,
    /// Wait from which the guarantee counts; seconds.
    pub guarantee_after_s: i64,
    /// Guaranteed share of the calls, in percent; 0 for none.
    pub guarantee_share: i64,
    /// Wait that the branch aims at; seconds.
    pub target_s: u32,
}

/// The rule in force at this moment.
pub fn rule(view: &View<'_>) -> Rule {
    let plan = view.branch.plan();
    let lanes = plan.lanes.iter().map(|lane| RuleLane {
        id: lane.id.to_string(),
        name: lane_name(view, lane.id.as_str()),
        head_start_100: lane.h100,
        points_a_minute_100: lane.p100,
        guarantee_after_s: lane.guard_after_ms / 1_000,
        guarantee_share: lane.share1000 / 10,
        target_s: lane.target_s,
    });
    let languages = [("zh-CN", Words { zh: true }), ("en", Words { zh: false })];
    let sentences = languages.map(|(language, words)| (language.to_owned(), words.all(view, plan)));
    let no_show = match plan.rules.no_show {
        NoShowPolicy::Void => "void",
        NoShowPolicy::Once => "once",
        NoShowPolicy::Tail => "tail",
    };
    Rule {
        plan: view.branch.digest().to_string(),
        preset: plan.rules.preset.name(),
        lanes: lanes.collect(),
        no_show,
        sentences: sentences.into(),
    }
}

fn lane_name(view: &View<'_>, id: &str) -> Text {
    let known = view.config.lanes.iter().find(|lane| lane.id == id);
    known.map(|lane| lane.name.clone()).unwrap_or_default()
}

/// The sentences of one language.
struct Words {
    zh: bool,
}

impl Words {
    fn all(&self, view: &View<'_>, plan: &Plan) -> Vec<String> {
        let mut all = match plan.rules.preset {
            Preset::Targets => vec![self.points(view, plan), self.order()],
            Preset::Strict => vec![self.priority(view, plan), self.order()],
            Preset::Fifo | Preset::Shares => vec![self.said(
                "所有队列一律先来先办：窗口空出时，呼叫等候最久的号。",
                "All queues are first come, first served: a free counter calls whoever has waited longest.",
            )],
        };
        all.extend(plan.lanes.iter().filter(|lane| lane.share1000 > 0).map(|lane| self.guarantee(view, lane)));
        all.extend(plan.counters.iter().filter_map(|counter| self.overflow(counter)));
        all.push(self.said(
            "任何插队都须说明理由、署名并记录在案。",
            "Any call out of turn needs a reason and a name, and is on record.",
        ));
        all.extend(self.missing(plan));
        all.push(self.no_show(plan));
        all
    }

    fn said(&self, zh: &str, en: &str) -> String {
        if self.zh { zh.to_owned() } else { en.to_owned() }
    }

    fn name(&self, view: &View<'_>, lane: &LanePlan) -> String {
        let name = lane_name(view, lane.id.as_str());
        let own = name.get(if self.zh { "zh-CN" } else { "en" });
        own.or_else(|| name.values().next()).cloned().unwrap_or_else(|| lane.id.to_string())
    }

    fn points(&self, view: &View<'_>, plan: &Plan) -> String {
        let speed = |lane: &LanePlan| {
            let (name, points, start) = (self.name(view, lane), hundredths(lane.p100), hundredths(lane.h100));
            match (self.zh, lane.h100 > 0) {
                (true, false) => format!("{name}每分钟{points}分"),
                (true, true) => format!("{name}取号即得{start}分、每分钟{points}分"),
                (false, false) => format!("{name} {points} a minute"),
                (false, true) => format!("{name} {start} at once and {points} a minute"),
            }
        };
        let lanes: Vec<String> = plan.lanes.iter().map(speed).collect();
        if self.zh {
            format!("等候时间换成积分：{}。窗口空出时，呼叫积分最高的号。", lanes.join("，"))
        } else {
            format!("Waiting earns points: {}. A free counter calls whoever has most.", lanes.join(", "))
        }
    }

    /// Strict priority: every lane in the order in which it is served.
    fn priority(&self, view: &View<'_>, plan: &Plan) -> String {
        let mut lanes: Vec<&LanePlan> = plan.lanes.iter().collect();
        lanes.sort_by_key(|lane| std::cmp::Reverse(lane.h100));
        let names: Vec<String> = lanes.into_iter().map(|lane| self.name(view, lane)).collect();
        if self.zh {
            format!("窗口空出时，按队列次序呼叫：{}。", names.join("，然后"))
        } else {
            format!("A free counter calls the queues in this order: {}.", names.join(", then "))
        }
    }

    fn order(&self) -> String {
        self.said("同一业务、同一队列内，先来先办。", "Within one service and queue it is first come, first served.")
    }

    fn guarantee(&self, view: &View<'_>, lane: &LanePlan) -> String {
        let (name, share, minutes) = (self.name(view, lane), lane.share1000 / 10, lane.guard_after_ms / 60_000);
        if minutes == 0 {
            return if self.zh {
                format!("只要{name}队列有人等候，至少{share}%的叫号留给{name}队列。")
            } else {
                format!("As long as somebody waits in {name}, at least {share} % of the calls go to {name}.")
            };
        }
        if self.zh {
            format!("{name}队列有人等候满{minutes}分钟后，至少{share}%的叫号留给{name}队列。")
        } else {
            format!(
                "Once somebody in {name} has waited {minutes} minutes, at least {share} % of the calls go to {name}."
            )
        }
    }

    /// What a counter takes only after a while.
    fn overflow(&self, counter: &CounterPlan) -> Option<String> {
        let delays = counter.skills.iter().filter_map(|skill| skill.delay_ms).filter(|delay| *delay > 0);
        let (least, most) = (delays.clone().min()? / 60_000, delays.max()? / 60_000);
        let minutes = if least == most { least.to_string() } else { format!("{least}–{most}") };
        let id = &counter.id;
        Some(if self.zh {
            format!("{id}号窗口另外协助其他队列中等候满{minutes}分钟的顾客。")
        } else {
            format!("Counter {id} also helps with others once they have waited {minutes} minutes.")
        })
    }

    /// When a call counts as missed, where that takes more than not coming.
    fn missing(&self, plan: &Plan) -> Option<String> {
        let (calls, seconds) = (plan.rules.no_show_after_calls, plan.rules.no_show_gap_ms / 1_000);
        Some(match (calls > 1, seconds > 0) {
            (false, false) => return None,
            (true, false) if self.zh => format!("至少呼叫{calls}次未到才算过号。"),
            (true, false) => format!("A number is called at least {calls} times before it counts as missed."),
            (false, true) if self.zh => format!("最后一次呼叫后满{seconds}秒未到才算过号。"),
            (false, true) => format!("A call counts as missed {seconds} seconds after the last one at the earliest."),
            (true, true) if self.zh => format!("至少呼叫{calls}次、最后一次后满{seconds}秒未到才算过号。"),
            (true, true) => format!(
                "A number is called at least {calls} times, and counts as missed {seconds} seconds after the last call."
            ),
        })
    }

    fn no_show(&self, plan: &Plan) -> String {
        let minutes = plan.rules.return_penalty_ms / 60_000;
        match plan.rules.no_show {
            NoShowPolicy::Void => self.said("过号作废，请重新取号。", "A missed call voids the number."),
            NoShowPolicy::Once if self.zh => format!("过号可恢复一次，离开的时间另加{minutes}分钟不计等候。"),
            NoShowPolicy::Once => {
                format!(
                    "After a missed call you come back once; the time away and {minutes} minutes do not count as waiting."
                )
            }
            NoShowPolicy::Tail => {
                self.said("过号后回来排到队尾。", "After a missed call you go to the end of the queue.")
            }
        }
    }
}

/// `250` as `2.5`.
fn hundredths(value: i64) -> String {
    let text = format!("{}.{:02}", value / 100, value % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_without_idle_noughts() {
        let written: Vec<String> = [100, 250, 33, 5, 1_000].into_iter().map(hundredths).collect();
        assert_eq!(written, ["1", "2.5", "0.33", "0.05", "10"]);
    }
}
