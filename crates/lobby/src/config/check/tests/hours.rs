//! Bad files about the business day.

use super::says;
use expect_test::{Expect, expect};

/// The good branch with these lines in `[day]`.
fn day(lines: &str, expected: &Expect) {
    says(&[("[[services]]", &format!("[day]\n{lines}\n\n[[services]]"))], expected);
}

#[test]
fn good_hours_are_left_in_peace() {
    day(
        r#"open = "by_schedule"
rolls_at = "05:00"
sessions = [
    { from = "08:30", last_ticket = "11:45", until = "12:00" },
    { from = "12:00", until = "17:00", days = "mon,wed-fri" },
    { from = "20:00", last_ticket = "04:00", until = "05:00", days = "fri-sun" },
]
holidays = ["2026-10-01"]
workdays = ["2026-10-10"]"#,
        &expect![[""]],
    );
}

#[test]
fn times_days_and_dates_that_are_none() {
    day(
        r#"open = "by_schedule"
sessions = [
    { from = "8:30", last_ticket = "noon", until = "24:00" },
    { from = "08:30", until = "12:00", days = "mon-fry" },
]
holidays = ["2026-02-30", "1.5.2026", "2026-10-01", "2026-10-01"]
workdays = ["2026-10-01"]"#,
        &expect![[r#"
            branch.toml:10: `from` cannot be "8:30". Write hours and minutes as HH:MM, such as "08:30"; midnight is "00:00".
            branch.toml:10: `until` cannot be "24:00". Write hours and minutes as HH:MM, such as "08:30"; midnight is "00:00".
            branch.toml:10: `last_ticket` cannot be "noon". Write hours and minutes as HH:MM, such as "08:30"; midnight is "00:00".
            branch.toml:11: `days` cannot be "mon-fry". Write mon, tue, wed, thu, fri, sat, sun, with - for a range: "mon-fri", "sat", "mon,wed".
            branch.toml:13: holiday "2026-02-30" is no date. Write a date of the calendar as YYYY-MM-DD, such as "2026-10-01".
            branch.toml:13: holiday "1.5.2026" is no date. Write a date of the calendar as YYYY-MM-DD, such as "2026-10-01".
            branch.toml:13: holiday "2026-10-01" is also in line 13. Write it once.
            branch.toml:14: 2026-10-01 is a workday here and a holiday in line 13. Take it out of one of them."#]],
    );
}

#[test]
fn sessions_that_contradict_themselves_or_each_other() {
    day(
        r#"open = "by_schedule"
sessions = [
    { from = "08:30", last_ticket = "12:15", until = "12:00" },
    { from = "13:00", last_ticket = "13:00", until = "17:00" },
    { from = "13:00", until = "17:00", days = "mon-sat" },
    { from = "16:59", until = "18:00", days = "sat-sun" },
    { from = "22:00", until = "06:00" },
    { from = "19:00", until = "19:00" },
]"#,
        &expect![[r"
            branch.toml:10: `last_ticket` 12:15 lies outside its session, 08:30 to 12:00. Write a time after `from` and not after `until`.
            branch.toml:11: `last_ticket` 13:00 lies outside its session, 13:00 to 17:00. Write a time after `from` and not after `until`.
            branch.toml:13: the session 16:59 to 18:00 overlaps with 13:00 to 17:00 of line 12 on sat. Let one end before the other begins, or give them different `days`.
            branch.toml:14: the session 22:00 to 06:00 ends the next morning after 04:00, where another business day begins. End it by 04:00, or write `rolls_at` at an hour when nobody is served.
            branch.toml:15: the session 19:00 to 19:00 has no length. Write a later `until`; one before `from` is that of the next morning."]],
    );
}

#[test]
fn windows_and_quotas_that_give_no_number() {
    let windows = r#"mean_min = 4
quota = 0
issue_windows = [
    { from = "12:00", until = "13:30" },
    { from = "09:00", until = "10:00", days = "sun" },
    { from = "11:00", until = "10:00" },
    { from = "11:00", until = "25:00" },
    { from = "11:00", until = "12:30" },
]"#;
    let sessions = "[day]\nopen = \"by_schedule\"\nsessions = [{ from = \"08:30\", last_ticket = \"12:00\", until = \"13:00\" }]\n\n[[services]]";
    says(
        &[("mean_min = 4", windows), ("[[services]]", sessions)],
        &expect![[r#"
        branch.toml:16: `quota` cannot be 0. Write a whole number from 1 to 9999, without quotes, for example: quota = 40
        branch.toml:18: the window 12:00 to 13:30 meets no session in which numbers are given. Write hours and days inside a session of [day], or take the window out.
        branch.toml:19: the window 09:00 to 10:00 meets no session in which numbers are given. Write hours and days inside a session of [day], or take the window out.
        branch.toml:20: the window 11:00 to 10:00 ends the next morning after 04:00, where another business day begins. End it by 04:00, or write `rolls_at` at an hour when nobody is served.
        branch.toml:21: `until` cannot be "25:00". Write hours and minutes as HH:MM, such as "08:30"; midnight is "00:00"."#]],
    );
}

#[test]
fn openings_that_do_not_fit() {
    day(
        "open = \"by_schedule\"",
        &expect![[
            r#"branch.toml:8: open = "by_schedule" needs sessions to open and close the day by. Write, for example: sessions = [{ from = "08:30", until = "17:00" }]"#
        ]],
    );
    day(
        "open = \"by_schedule\"\nsessions = []",
        &expect![[
            r#"branch.toml:9: open = "by_schedule" needs sessions to open and close the day by. Write, for example: sessions = [{ from = "08:30", until = "17:00" }]"#
        ]],
    );
    day(
        "sessions = [{ from = \"08:30\", until = \"12:00\" }]",
        &expect![[
            r#"branch.toml:8: warning: with open = "at_start" the business day stays open between its sessions and over night, and nobody is given a number. Write open = "by_schedule": the day opens before its first session and closes after its last."#
        ]],
    );
    day(
        "holidays = [\"2026-10-01\"]",
        &expect![
            "branch.toml:8: warning: `holidays` mean nothing to a branch that is open around the clock. Write `sessions`, or take the dates out."
        ],
    );
}
