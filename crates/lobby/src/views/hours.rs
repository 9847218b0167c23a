//! Refusals that have to do with the time of day, in words that name it. The queue knows instants only.

use super::{Estimate, Text};
use crate::config::Config;
use queue_core::{Hours, Refusal, ServiceId, Timestamp};

/// A refusal as a sentence for people, with times of the clock where that helps.
pub fn sentence(config: &Config, at: Timestamp, refusal: &Refusal) -> String {
    words(config, at, refusal).map_or_else(|| refusal.to_string(), |[_, english]| english)
}

/// The same by language; `None` where the time of day has nothing to do with it.
pub(super) fn text(config: &Config, at: Timestamp, refusal: &Refusal) -> Option<Text> {
    let [chinese, english] = words(config, at, refusal)?;
    Some(Text::from([("zh-CN".to_owned(), chinese), ("en".to_owned(), english)]))
}

/// Whether somebody with this estimate is rather called after the end of the session under way than before it.
pub(super) fn past_closing(hours: &Hours, at: Timestamp, estimate: Option<Estimate>) -> bool {
    let called = estimate.map(|estimate| at.plus(i64::from(estimate.p50_s) * 1_000));
    hours.session_at(at).is_some_and(|session| called.is_some_and(|called| called >= session.until))
}

fn words(config: &Config, at: Timestamp, refusal: &Refusal) -> Option<[String; 2]> {
    let when = |next: Option<Timestamp>| Some(moment(config, at, next.or_else(|| config.next_session(at))?));
    Some(match refusal {
        Refusal::CounterTaken { counter, staff, since: Some(since) } => {
            let [chinese, english] = moment(config, at, *since);
            [
                format!("{counter} 号窗口自 {chinese} 起由工号 {staff} 使用，确认后可以接替"),
                format!("counter {counter} is used by staff {staff} since {english}; take it over if they have left"),
            ]
        }
        // A session that nobody opened the day for needs a manager, not patience.
        Refusal::DayClosed if config.hours(&config.business_day(at)).session_at(at).is_some() => return None,
        Refusal::DayClosed => {
            let [chinese, english] = when(None)?;
            [
                format!("营业尚未开始或已经结束，{chinese}起取号"),
                format!("the business day is not open; numbers are given from {english} on"),
            ]
        }
        Refusal::OutsideSession { next } => match when(*next) {
            Some([chinese, english]) => [
                format!("现在不在营业时段，{chinese}起取号"),
                format!("no session is under way; numbers are given from {english} on"),
            ],
            None => ["现在不在营业时段".to_owned(), refusal.to_string()],
        },
        Refusal::AfterLastTicket { next: Some(next) } => {
            let [chinese, english] = moment(config, at, *next);
            [
                format!("本时段已停止取号，{chinese}起继续取号；已取的号码仍会办理"),
                format!("numbers are given again from {english} on; those taken are still served"),
            ]
        }
        Refusal::AfterLastTicket { next: None } => {
            ["今日已停止取号，已取的号码仍会办理".to_owned(), refusal.to_string()]
        }
        Refusal::ServiceClosed { service, next } => {
            let [name_chinese, name_english] = name(config, service);
            match next {
                Some(next) => {
                    let [chinese, english] = moment(config, at, *next);
                    [
                        format!("{name_chinese}{chinese}起取号"),
                        format!("numbers of {name_english} are given from {english} on"),
                    ]
                }
                None => [
                    format!("{name_chinese}今日不再取号"),
                    format!("numbers of {name_english} are not given any more today"),
                ],
            }
        }
        Refusal::QuotaUsed { service, quota } => {
            let [name_chinese, name_english] = name(config, service);
            [
                format!("{name_chinese}今日 {quota} 个号码已取完，请改日再来"),
                format!("all {quota} numbers of {name_english} for today are taken; come on another day"),
            ]
        }
        _ => return None,
    })
}

/// The name of a service in Chinese and in English, where the configuration has them.
fn name(config: &Config, service: &ServiceId) -> [String; 2] {
    let known = config.services.iter().find(|known| known.id == service.as_str());
    let name = |tag: &str| known.and_then(|known| known.name.get(tag)).cloned();
    ["zh-CN", "en"].map(|tag| name(tag).unwrap_or_else(|| service.as_str().to_owned()))
}

/// A moment by the branch's clock, in Chinese and in English; the date stands there when it is not today.
fn moment(config: &Config, at: Timestamp, when: Timestamp) -> [String; 2] {
    let (now, when) = (config.local(at), config.local(when));
    let clock = when.strftime("%H:%M").to_string();
    if now.date() == when.date() {
        return [clock.clone(), clock];
    }
    let week = ["一", "二", "三", "四", "五", "六", "日"];
    let place = usize::from(when.weekday().to_monday_zero_offset().unsigned_abs());
    let weekday = week.get(place).copied().unwrap_or_default();
    [
        format!("{}月{}日（周{weekday}）{clock}", when.month(), when.day()),
        format!("{} {clock}", when.strftime("%A, %-d %B,")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue_core::Session;

    #[test]
    fn past_closing_is_where_the_middle_of_the_estimate_lies_beyond_the_session() {
        let at = |minutes: i64| Timestamp(minutes * 60_000);
        let session = |from, until| Session { from: at(from), last_ticket: at(until - 10), until: at(until) };
        let hours = Hours { sessions: Some(vec![session(0, 100), session(200, 300)]), ..Hours::default() };
        let past = |now, p50_s| past_closing(&hours, at(now), Some(Estimate { low_s: 0, p50_s, high_s: 9_999 }));
        assert!(!past(80, 19 * 60));
        assert!(past(80, 20 * 60), "and the next session does not make up for it");
        assert!(past(299, 60));
        assert!(!past(150, 9_999), "between two sessions nothing closes");
        assert!(!past_closing(&hours, at(99), None));
        assert!(!past_closing(&Hours::default(), at(0), Some(Estimate { low_s: 0, p50_s: 9_999, high_s: 9_999 })));
    }
}
