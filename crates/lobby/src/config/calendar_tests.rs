//! Hours of a business day, as the clock on the wall of the branch would show them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::model::Config;
use queue_core::{BusinessDay, Timestamp};

/// A branch with these keys in `[day]`, and one service with these windows.
fn branch(zone: &str, day: &str, windows: &str) -> Config {
    let text = format!(
        "[branch]\nid = \"b\"\nname = {{ en = \"B\" }}\ntime_zone = \"{zone}\"\nlanguages = [\"en\"]\n[day]\n{day}\n\
         [[services]]\nid = \"cash\"\nseries = \"A\"\nname = {{ en = \"Cash\" }}\nmean_min = 4\n{windows}\n\
         [[lanes]]\nid = \"regular\"\nname = {{ en = \"Regular\" }}\ntarget_min = 15\n\
         [[counters]]\nid = \"1\"\nserves = [\"*\"]\n"
    );
    let (config, _) =
        super::check::read(std::path::Path::new("branch.toml"), &text, None).unwrap_or_else(|m| panic!("{m}"));
    config
}

fn day(text: &str) -> BusinessDay {
    BusinessDay::new(text).unwrap()
}

/// An instant as the date and time in the branch, without the date where it is that of the business day.
fn shown(config: &Config, day: &str, at: Timestamp) -> String {
    config.local(at).strftime("%F %H:%M").to_string().replace(&format!("{day} "), "")
}

/// Sessions as `from last_ticket until`, and then the windows of the service.
fn hours(config: &Config, date: &str) -> Vec<String> {
    let hours = config.hours(&day(date));
    let show = |at| shown(config, date, at);
    let sessions = hours.sessions.iter().flatten();
    let sessions = sessions.map(|s| format!("{} {} {}", show(s.from), show(s.last_ticket), show(s.until)));
    let windows = hours.services.values().flatten().map(|w| format!("cash {} {}", show(w.from), show(w.until)));
    sessions.chain(windows).collect()
}

fn at(config: &Config, local: &str) -> Timestamp {
    let local: jiff::civil::DateTime = local.parse().unwrap();
    let zone = jiff::tz::TimeZone::get(&config.branch.time_zone).unwrap();
    Timestamp(local.to_zoned(zone).unwrap().timestamp().as_millisecond())
}

const BANK: &str = r#"open = "by_schedule"
    sessions = [
        { from = "13:30", last_ticket = "16:45", until = "17:00" },
        { from = "08:30", last_ticket = "11:45", until = "12:00" },
        { from = "09:00", until = "12:00", days = "sat" },
    ]
    holidays = ["2026-10-01", "2026-10-02"]
    workdays = ["2026-10-10"]"#;

#[test]
fn a_week_of_a_bank() {
    let bank = branch("Asia/Shanghai", BANK, "");
    let weekday = ["08:30 11:45 12:00", "13:30 16:45 17:00"];
    assert_eq!(hours(&bank, "2026-11-23"), weekday, "Monday, in the order of the clock");
    assert_eq!(hours(&bank, "2026-11-28"), ["09:00 12:00 12:00"], "Saturday");
    assert_eq!(hours(&bank, "2026-11-29"), [""; 0], "Sunday");
    assert_eq!(bank.hours(&day("2026-11-29")).sessions, Some(Vec::new()), "and not around the clock");
    assert_eq!(hours(&bank, "2026-10-01"), [""; 0], "a holiday on a Thursday");
    assert_eq!(hours(&bank, "2026-10-10"), weekday, "a Saturday that makes up for it runs like a Monday");
    // 08:30 in Shanghai is 00:30 UTC.
    assert_eq!(bank.hours(&day("2026-11-23")).sessions.unwrap()[0].from, Timestamp(1_795_393_800_000));
}

#[test]
fn without_sessions_a_branch_is_open_around_the_clock() {
    let branch = branch("Asia/Shanghai", "open = \"at_start\"", "");
    assert_eq!(branch.hours(&day("2026-11-23")), queue_core::Hours::default());
    assert_eq!(branch.next_session(Timestamp(0)), None);
    assert!(branch.wants_day(Timestamp(0)));
}

#[test]
fn the_next_session_is_found_over_a_weekend_and_a_holiday() {
    let bank = branch("Asia/Shanghai", BANK, "");
    let next = |now: &str| {
        let next = bank.next_session(at(&bank, now)).unwrap();
        bank.local(next).strftime("%F %H:%M").to_string()
    };
    assert_eq!(next("2026-11-23T08:29"), "2026-11-23 08:30");
    assert_eq!(next("2026-11-23T08:30"), "2026-11-23 13:30", "this one has begun");
    assert_eq!(next("2026-11-28T12:30"), "2026-11-30 08:30", "Saturday noon");
    assert_eq!(next("2026-11-30T02:00"), "2026-11-30 08:30", "in the night the business day before is not over");
    assert_eq!(next("2026-09-30T18:00"), "2026-10-03 09:00", "after two holidays, a Saturday");
}

#[test]
fn the_day_opens_half_an_hour_before_the_first_session() {
    let bank = branch("Asia/Shanghai", BANK, "");
    let wants = |now: &str| bank.wants_day(at(&bank, now));
    assert!(!wants("2026-11-23T07:59"));
    assert!(wants("2026-11-23T08:00"));
    assert!(wants("2026-11-23T12:30"), "lunch");
    assert!(wants("2026-11-23T16:59:59"));
    assert!(!wants("2026-11-23T17:00"));
    assert!(!wants("2026-10-01T10:00"), "a holiday");
    assert!(
        !branch("Asia/Shanghai", &BANK.replace("by_schedule", "by_manager"), "")
            .wants_day(at(&bank, "2026-11-23T10:00"))
    );
}

const NIGHT: &str = r#"open = "by_schedule"
    rolls_at = "06:00"
    sessions = [
        { from = "20:00", last_ticket = "01:30", until = "02:00", days = "fri,sat" },
        { from = "08:00", until = "20:00", days = "mon-sun" },
        { from = "04:00", last_ticket = "05:00", until = "06:00", days = "fri" },
    ]"#;

#[test]
fn a_session_that_crosses_midnight_belongs_to_the_day_on_which_it_began() {
    let hall = branch("Asia/Shanghai", NIGHT, "");
    let friday = [
        "08:00 20:00 20:00",
        "20:00 2026-11-28 01:30 2026-11-28 02:00",
        "2026-11-28 04:00 2026-11-28 05:00 2026-11-28 06:00",
    ];
    assert_eq!(hours(&hall, "2026-11-27"), friday, "the last one ends when the day rolls over");
    assert_eq!(hall.business_day(at(&hall, "2026-11-28T05:59")), day("2026-11-27"));
    assert!(hall.wants_day(at(&hall, "2026-11-28T05:59")));
    assert_eq!(hall.business_day(at(&hall, "2026-11-28T06:00")), day("2026-11-28"));
    assert!(!hall.wants_day(at(&hall, "2026-11-28T06:00")), "the next day opens at half past seven");
    assert_eq!(hours(&hall, "2026-11-29"), ["08:00 20:00 20:00"]);
}

#[test]
fn windows_are_cut_to_the_sessions_in_which_numbers_are_given() {
    let windows = "issue_windows = [{ from = \"11:00\", until = \"14:00\", days = \"mon\" }, { from = \"16:00\", until = \"18:00\", days = \"mon-tue\" }]";
    let bank = branch("Asia/Shanghai", BANK, windows);
    let monday = ["08:30 11:45 12:00", "13:30 16:45 17:00", "cash 11:00 11:45", "cash 13:30 14:00", "cash 16:00 16:45"];
    assert_eq!(hours(&bank, "2026-11-23"), monday);
    assert_eq!(hours(&bank, "2026-11-24")[2..], ["cash 16:00 16:45"]);
    assert_eq!(hours(&bank, "2026-10-10"), monday, "a make-up workday is a Monday here too");
    let wednesday = bank.hours(&day("2026-11-25"));
    assert_eq!(wednesday.services["cash"], [], "a service with windows, none of them today");
    let always = branch("Asia/Shanghai", "", windows);
    assert_eq!(hours(&always, "2026-11-23"), ["cash 11:00 14:00", "cash 16:00 18:00"]);
}

#[test]
fn when_the_clocks_change_the_sessions_follow_the_wall() {
    let day = "open = \"by_schedule\"\nrolls_at = \"00:00\"\nsessions = [{ from = \"02:30\", until = \"12:00\", days = \"sun\" }]";
    let hall = branch("Europe/Berlin", day, "");
    // 02:30 does not exist on that day: clocks go from 02:00 to 03:00. Later on the day all is as written.
    assert_eq!(hours(&hall, "2026-03-29"), ["03:30 12:00 12:00"]);
    // 02:30 is twice on that day; the first one counts, and the session has an hour more.
    let session = hall.hours(&self::day("2026-10-25")).sessions.unwrap()[0];
    assert_eq!(session.until.since(session.from), 10 * 3_600_000 + 30 * 60_000);
    assert_eq!(hours(&hall, "2026-10-25"), ["02:30 12:00 12:00"]);
}
