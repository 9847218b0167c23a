//! From steps of a forecast to alerts.

use super::*;
use planner::estimate::{LaneStep, STEP};
use queue_core::LanePlan;

/// Steps of one lane, from the expected comers and their share in target.
fn steps(lane: &[(f64, f64)]) -> Vec<Step> {
    let step = |(place, (come, share)): (i64, &(f64, f64))| {
        let found = LaneStep { waiting: 9.0, come: *come, wait_s: Some(60.0), in_target: Some(*share) };
        Step { from: place * STEP, lanes: vec![found] }
    };
    (0..).zip(lane).map(step).collect()
}

fn plan() -> Plan {
    let id = "regular".into();
    let lane = LanePlan { id, h100: 0, p100: 1, guard_after_ms: 0, share1000: 0, target_s: 900 };
    Plan { lanes: vec![lane], ..Plan::default() }
}

fn verdict(lane: &[(f64, f64)]) -> Verdict {
    let lanes = lanes(&plan(), &steps(lane));
    assert_eq!(lanes[0].0, "late:regular");
    lanes[0].1
}

/// So many minutes after a day was opened.
fn seen(minute: i64, raised: &[Raised]) -> Seen {
    let at = Timestamp(minute * 60_000);
    Seen { at, opened: Some(Timestamp(0)), raised: raised.to_vec(), closing: Vec::new() }
}

fn raised(code: &str, acked: Option<i64>) -> Raised {
    Raised { code: code.to_owned(), acked: acked.map(|minute| Timestamp(minute * 60_000)) }
}

fn late(verdict: Verdict) -> Vec<(String, Verdict)> {
    vec![("late:regular".to_owned(), verdict)]
}

#[test]
fn two_steps_in_a_row_of_the_next_half_hour_make_a_lane_look_bad() {
    assert_eq!(verdict(&[(4.0, 0.49), (4.0, 0.2), (4.0, 0.9)]), Verdict::Bad);
    assert_eq!(verdict(&[(4.0, 0.9), (4.0, 0.49), (4.0, 0.0)]), Verdict::Bad);
    assert_eq!(verdict(&[(4.0, 0.2), (4.0, 0.9), (4.0, 0.2)]), Verdict::Good, "one bad step passes");
    assert_eq!(verdict(&[(4.0, 0.9), (4.0, 0.9), (4.0, 0.2), (4.0, 0.2)]), Verdict::Good, "too far away to tell");
    assert_eq!(verdict(&[(0.4, 0.0), (0.4, 0.0), (0.4, 0.0)]), Verdict::Good, "nobody comes");
    assert_eq!(verdict(&[(4.0, 0.2), (0.4, 0.0), (4.0, 0.2)]), Verdict::Good, "nobody in between");
    assert_eq!(verdict(&[(4.0, 0.5), (4.0, 0.5), (4.0, 0.5)]), Verdict::Between);
    assert_eq!(verdict(&[(4.0, 0.6), (4.0, 0.59), (4.0, 0.6)]), Verdict::Good);
    assert_eq!(verdict(&[]), Verdict::Good);
}

#[test]
fn what_looks_bad_twice_is_told_once_until_it_was_answered_and_half_an_hour_has_passed() {
    let mut watch = Watch::default();
    let code = ["late:regular"];
    assert!(watch.judge(&seen(10, &[]), late(Verdict::Bad)).is_empty(), "once may be chance");
    assert_eq!(watch.judge(&seen(11, &[]), late(Verdict::Bad)), code);
    let open = [raised("late:regular", None)];
    assert!(watch.judge(&seen(12, &open), late(Verdict::Bad)).is_empty());
    let acked = [raised("late:regular", Some(13))];
    assert!(watch.judge(&seen(42, &acked), late(Verdict::Bad)).is_empty());
    assert_eq!(watch.judge(&seen(43, &acked), late(Verdict::Bad)), code, "it still is bad");
    // The newest answer counts, and another code says nothing of this one.
    let twice = [raised("late:regular", Some(13)), raised("late:regular", Some(50))];
    assert!(watch.judge(&seen(60, &twice), late(Verdict::Bad)).is_empty());
    assert_eq!(watch.judge(&seen(60, &[raised("late:vip", None)]), late(Verdict::Bad)), code);
}

#[test]
fn around_the_limit_nothing_flutters() {
    let mut watch = Watch::default();
    let mut told = |verdict| !watch.judge(&seen(30, &[]), late(verdict)).is_empty();
    assert!(!told(Verdict::Bad));
    assert!(!told(Verdict::Good));
    assert!(!told(Verdict::Bad), "good in between: counted anew");
    assert!(!told(Verdict::Between), "and what is not bad now is not told");
    assert!(told(Verdict::Bad));
    watch.forget();
    assert!(watch.judge(&seen(30, &[]), late(Verdict::Bad)).is_empty());
}

#[test]
fn a_service_past_closing_is_told_like_a_lane() {
    let mut watch = Watch::default();
    let closing = vec![("past_closing:cash".to_owned(), Verdict::Bad), ("past_closing:loan".to_owned(), Verdict::Good)];
    let seen = Seen { closing, ..seen(400, &[]) };
    assert!(watch.judge(&seen, late(Verdict::Good)).is_empty());
    assert_eq!(watch.judge(&seen, late(Verdict::Good)), ["past_closing:cash"]);
}

#[test]
fn a_day_that_has_just_begun_is_not_judged() {
    assert!(!seen(9, &[]).is_judged() && seen(10, &[]).is_judged());
    assert!(!Seen { opened: None, ..seen(60, &[]) }.is_judged());
}
