//! Alerts about the hall itself: who waits too long, who idles, and calls for help of staff.

use super::{super::one_of, View};
use queue_core::{Alert, AlertKind};
use utoipa::openapi;

/// What staff can call for help about.
pub const ALARMS: [&str; 6] = ["help", "fight", "drunk", "medical", "fire", "other"];

/// One of them.
pub fn alarms() -> openapi::Object {
    one_of(&ALARMS)
}

/// Chinese and English.
pub(super) fn sentences(view: &View<'_>, alert: &Alert, number: &str, counter: &str) -> (String, String) {
    let (config, code) = (&view.config.alerts, alert.subject.code.as_deref().unwrap_or_default());
    match alert.subject.alert_kind {
        AlertKind::VipWait => {
            let after = minutes(config.vip_wait_s);
            (
                format!("贵宾 {number} 已等候超过{}，请前去陪同", after.0),
                format!("VIP {number} has waited more than {}: please go and talk", after.1),
            )
        }
        AlertKind::LaneWait => lane_wait(view, code),
        AlertKind::Idle => {
            let after = minutes(config.idle_s);
            (
                format!("{counter} 号窗口空闲超过{}，仍有顾客等候", after.0),
                format!("Counter {counter} has been idle for more than {} while people wait", after.1),
            )
        }
        AlertKind::Overrun => {
            let service = alert.subject.ticket.as_ref().and_then(|id| view.branch.ticket(id));
            let after = service.and_then(|ticket| view.config.overrun_s(ticket.service.as_str()));
            let after = minutes(after.unwrap_or_default());
            (
                format!("{counter} 号窗口办理 {number} 已超过{}", after.0),
                format!("Counter {counter} has been serving {number} for more than {}", after.1),
            )
        }
        _ => alarm(code),
    }
}

/// A length of time, in Chinese and English.
fn minutes(seconds: u32) -> (String, String) {
    match (seconds / 60, seconds % 60) {
        (minutes, 0) => (format!(" {minutes} 分钟"), format!("{minutes} min")),
        _ => (format!(" {seconds} 秒"), format!("{seconds} s")),
    }
}

fn lane_wait(view: &View<'_>, code: &str) -> (String, String) {
    let lane = view.config.lanes.iter().find(|lane| lane.id == code);
    let name = |tag: &str| lane.and_then(|lane| lane.name.get(tag)).map_or(code, String::as_str);
    let target = lane.map_or(0, |lane| lane.target_min);
    (
        format!("{}队列有顾客等候超过目标（{target} 分钟）", name("zh-CN")),
        format!("Somebody in {} has waited past the target of {target} min", name("en")),
    )
}

fn alarm(code: &str) -> (String, String) {
    let (zh, en) = match code {
        "fight" => {
            ("有人打架、争吵，请立即到场；必要时拨打 110", "Fighting or shouting: come at once; call 110 if needed")
        }
        "drunk" => (
            "有醉酒或滋事人员，请立即到场；必要时拨打 110",
            "Somebody drunk makes trouble: come at once; call 110 if needed",
        ),
        "medical" => {
            ("有人身体不适，请立即到场；必要时拨打 120", "Somebody is unwell: come at once; call 120 if needed")
        }
        "fire" => ("发现火情，请立即到场；拨打 119", "Fire: come at once; call 119"),
        "other" => ("大堂有突发情况，请到场", "Something happened in the hall: please come"),
        _ => ("大堂请求协助", "Help is needed in the hall"),
    };
    (zh.to_owned(), en.to_owned())
}
