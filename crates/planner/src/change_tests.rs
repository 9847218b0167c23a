//! Changes as they are typed, on the lobby of the demo.

use super::*;
use queue_core::{LanePlan, Rules, ServicePlan};

/// Cash and loans, three lanes by their targets, counters 1 (cash) and 2 (vip at once, the rest after 8 minutes).
fn plan() -> Plan {
    let lane = |id: &str, target_min: u32| LanePlan {
        id: id.into(),
        h100: 0,
        p100: 0,
        guard_after_ms: 0,
        share1000: 0,
        target_s: target_min * 60,
    };
    let service = |id: &str| ServicePlan { id: id.into(), series: id.to_owned(), mean_s: 240, quota: None };
    let skill = |service: Option<&str>, lane: Option<&str>, delay_ms| Skill {
        service: service.map(Into::into),
        lane: lane.map(Into::into),
        delay_ms: Some(delay_ms),
    };
    let counter = |id: &str, skills| CounterPlan { id: id.into(), skills, affinity: [].into(), auto_next: false };
    let mut lanes = vec![lane("regular", 15), lane("priority", 6), lane("vip", 3)];
    Preset::Targets.apply(&mut lanes);
    Plan {
        services: vec![service("cash"), service("loan")],
        lanes,
        counters: vec![
            counter("1", vec![skill(Some("cash"), None, 0)]),
            counter("2", vec![skill(Some("cash"), None, 480_000), skill(None, Some("vip"), 0)]),
        ],
        rules: Rules::default(),
    }
}

fn changed(text: &str) -> Plan {
    let plan = plan();
    Change::parse(text, &plan).unwrap().plan(&plan)
}

fn speeds(plan: &Plan) -> Vec<i64> {
    plan.lanes.iter().map(|lane| lane.p100).collect()
}

#[test]
fn nothing_changes_nothing() {
    assert_eq!(changed(""), plan());
    assert_eq!(changed("open:1,close:2"), plan(), "who is open is none of the Plan");
}

#[test]
fn counters_open_and_close_when_they_are_told_to() {
    let plan = plan();
    let told = |text: &str| Change::parse(text, &plan).unwrap().staffing(&plan, 7);
    assert_eq!(told("open:2, close:1"), [(7, 1, Staffing::Open), (7, 0, Staffing::Close)]);
    let half_past_ten = 630 * MINUTE;
    assert_eq!(told("open:2@10:30"), [(half_past_ten, 1, Staffing::Open)]);
    assert_eq!(told("close:1@10:30-12:00"), [(half_past_ten, 0, Staffing::Close), (720 * MINUTE, 0, Staffing::Open)]);
}

#[test]
fn a_moved_counter_serves_what_it_is_told_as_it_did_before() {
    let plan = changed("move:2:loan+cash");
    let delay = |service: &str, lane: &str| plan.counters[1].delay(&service.into(), &lane.into());
    assert_eq!(delay("loan", "vip"), Some(0));
    assert_eq!(delay("loan", "regular"), Some(0), "new to it: at once");
    assert_eq!(delay("cash", "regular"), Some(480_000), "as before");
    assert_eq!(changed("move:2:loan").counters[1].delay(&"cash".into(), &"vip".into()), None);
}

#[test]
fn rules_and_lanes_are_set_together() {
    assert_eq!(speeds(&changed("rule:fifo")), [100, 100, 100]);
    assert_eq!(speeds(&changed("lane:priority:target=5")), [100, 300, 500]);
    assert_eq!(speeds(&changed("rule:targets,lane:vip:target=1")), [100, 250, 1500]);
    let targets = changed("rule:targets");
    assert_eq!(
        (targets.lanes[0].share1000, targets.lanes[0].guard_after_ms),
        (250, 45 * MINUTE),
        "the usual guarantee"
    );
    let strict = changed("rule:strict");
    assert!(strict.lanes[2].h100 > strict.lanes[1].h100 && strict.lanes[1].h100 > strict.lanes[0].h100);
    let shares = changed("rule:shares,lane:regular:guarantee_share=40");
    assert_eq!((shares.lanes[0].share1000, shares.lanes[0].guard_after_ms), (400, 0));
    let owed = changed("lane:vip:guarantee_share=10,lane:vip:guarantee_after=20,lane:vip:head_start=3");
    assert_eq!((owed.lanes[2].share1000, owed.lanes[2].guard_after_ms, owed.lanes[2].h100), (100, 20 * MINUTE, 300));
}

#[test]
fn a_wrong_part_is_told_with_what_to_write() {
    let plan = plan();
    for (text, part, remedy) in [
        ("open:1,open:9", "open:9", "there is no counter `9`; the branch has 1, 2; write for example open:5"),
        ("open", "open", "there is no counter ``"),
        ("open:1@25:00", "open:1@25:00", "25:00 is no time of day; write open:5"),
        ("open:1@12:00-10:00", "open:1@12:00-10:00", "it ends before it begins"),
        ("open:1@10:60", "open:1@10:60", "10:60 is no time"),
        ("shut:1", "shut:1", "a change is open:5, close:2, move:3:cash+account"),
        ("move:1", "move:1", "write move:3:cash+account"),
        ("move:1:gold", "move:1:gold", "there is no service `gold`; the branch has cash, loan"),
        ("rule:magic", "rule:magic", "the rules are fifo, strict, targets, shares"),
        ("rule:shares", "rule:shares", "no lane has a share of the calls; add lane:regular:guarantee_share=25"),
        ("lane:vip", "lane:vip", "write for example lane:vip:target=5"),
        ("lane:gold:target=1", "lane:gold:target=1", "there is no lane `gold`; the branch has regular, priority, vip"),
        ("lane:vip:colour=1", "lane:vip:colour=1", "a lane has target, head_start, guarantee_after, guarantee_share"),
        ("lane:vip:target=0", "lane:vip:target=0", "`target` is a whole number from 1 to 10080"),
        (
            "lane:vip:guarantee_share=60,lane:regular:guarantee_share=60",
            "lane:vip:guarantee_share=60,lane:regular:guarantee_share=60",
            "all lanes together are then guaranteed 120 % of the calls",
        ),
        ("lane:vip:guarantee_share=NaN", "lane:vip:guarantee_share=NaN", "`guarantee_share` is a whole number from 0"),
    ] {
        let bad = Change::parse(text, &plan).unwrap_err();
        assert_eq!(bad.part, part);
        assert!(bad.remedy.starts_with(remedy), "{bad}");
    }
}
