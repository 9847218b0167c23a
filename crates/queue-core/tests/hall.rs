//! Days as text: the business day, numbers, identities, paper, and the keys of desk units.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
use expect_test::expect;
use support::{check, check_plan, plan};

#[test]
fn numbers_go_past_999_and_end_at_9999() {
    check(
        "take cash
         take-many 998 cash
         take cash
         take-many 8998 cash
         take cash
         take cash
         take account",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take-many 998 cash
            take cash
              A1000 issued for cash/regular
            take-many 8998 cash
            take cash
              A9999 issued for cash/regular
            take cash
            ! series_exhausted: series A has used all its 9,999 numbers today; take a number of another service
            take account
              B001 issued for account/regular
        "#]],
    );
}

#[test]
fn the_series_goes_on_when_the_same_day_is_opened_again() {
    check(
        "take cash
         open-day 2026-11-21
         open-day 2026-11-22
         close-day
         close-day
         take cash
         open-day 2026-11-21
         take cash
         close-day
         open-day 2026-11-22
         take cash
         close-day
         open-day 2026-11-21
         take cash
         take account",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            open-day 2026-11-21
              nothing new
            open-day 2026-11-22
            ! day_open: the business day 2026-11-21 is already open; close it first
            close-day
              A001 expired
              day 2026-11-21 closed: 1 issued, 0 done, 0 no-show, 0 cancelled, 1 expired
            close-day
              nothing new
            take cash
            ! day_closed: the business day is not open; a manager opens it
            open-day 2026-11-21
              day 2026-11-21 opened
            take cash
              A002 issued for cash/regular
            close-day
              A002 expired
              day 2026-11-21 closed: 2 issued, 0 done, 0 no-show, 0 cancelled, 2 expired
            open-day 2026-11-22
              day 2026-11-22 opened
            take cash
              A001 issued for cash/regular
            close-day
              A001 expired
              day 2026-11-22 closed: 1 issued, 0 done, 0 no-show, 0 cancelled, 1 expired
            open-day 2026-11-21
              day 2026-11-21 opened
            take cash
              A003 issued for cash/regular
            take account
              B001 issued for account/regular
        "#]],
    );
}

#[test]
fn a_series_with_a_digit_counts_like_any_other() {
    let mut plan = plan();
    plan.services[0].series = "A1".to_owned();
    check_plan(
        plan,
        "take cash\ntake cash\ntake account",
        expect![[r#"
        take cash
          A1001 issued for cash/regular
        take cash
          A1002 issued for cash/regular
        take account
          B001 issued for account/regular
    "#]],
    );
}

#[test]
fn a_day_is_not_closed_over_customers_unless_by_force() {
    check(
        "open 1
         open 2
         open 3
         take cash
         take cash
         take cash
         take cash
         take cash
         take cash
         next 1
         arrived 1
         next 2
         hold 2
         next 3
         no-show 3
         next 3
         +60
         finish 1
         next 1
         cancel A006
         take account
         close-day
         show
         close-day force
         show
         reinstate A003
         next 1
         take cash",
        expect![[r#"
            open 1
              counter_opened 1
            open 2
              counter_opened 2
            open 3
              counter_opened 3
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take cash
              A003 issued for cash/regular
            take cash
              A004 issued for cash/regular
            take cash
              A005 issued for cash/regular
            take cash
              A006 issued for cash/regular
            next 1
              A001 called to 1 after 0 s (0 points/100)
            arrived 1
              A001 arrived at 1
            next 2
              A002 called to 2 after 0 s (0 points/100)
            hold 2
              A002 held at 2
            next 3
              A003 called to 3 after 0 s (0 points/100)
            no-show 3
              A003 no_show at 3
            next 3
            ! too_soon: counter 3 called a moment ago; wait a second and press again
            +60
            finish 1
              A001 finished at 1
            next 1
              A004 called to 1 after 60 s (100 points/100)
            cancel A006
              A006 cancelled
            take account
              B001 issued for account/regular
            close-day
            ! day_busy: A002, A004 still called, served or held: finish them, or confirm that the day is closed anyway
            show
              1 open called A004
              2 open holds A002
              3 open
              4 closed
              account/regular: 1 waiting
              cash/regular: 1 waiting
            close-day force
              A002 expired
              A004 expired
              A005 expired
              B001 expired
              counter_closed 1
              counter_closed 2
              counter_closed 3
              day 2026-11-21 closed by force: 7 issued, 1 done, 1 no-show, 1 cancelled, 4 expired
            show
              1 closed
              2 closed
              3 closed
              4 closed
            reinstate A003
            ! day_closed: the business day is not open; a manager opens it
            next 1
            ! counter_closed: counter 1 is closed; open it first
            take cash
            ! day_closed: the business day is not open; a manager opens it
        "#]],
    );
}

#[test]
fn after_the_last_ticket_the_hall_drains() {
    check(
        "open 4
         next 4
         take cash
         take loan
         drain
         drain
         take cash
         finish 4
         close-day
         drain
         open-day 2026-11-22
         take cash",
        expect![[r#"
            open 4
              counter_opened 4
            next 4
              counter_ready 4
            take cash
              A001 issued for cash/regular
            take loan
              C001 issued for loan/regular
            drain
              draining_started
              → A001 called to 4 after 0 s (0 points/100)
            drain
              nothing new
            take cash
            ! after_last_ticket: no more numbers are given today; those taken are still served
            finish 4
              A001 finished at 4
            close-day
              C001 expired
              counter_closed 4
              day 2026-11-21 closed: 2 issued, 1 done, 0 no-show, 0 cancelled, 1 expired
            drain
            ! day_closed: the business day is not open; a manager opens it
            open-day 2026-11-22
              day 2026-11-22 opened
            take cash
              A001 issued for cash/regular
        "#]],
    );
}

#[test]
fn one_live_number_for_a_person_and_service() {
    check(
        "take cash as h1 on p1
         take cash as h1 on p1
         take cash as h1
         take account as h1
         cancel A001
         take cash as h1 on p1",
        expect![[r#"
            take cash as h1 on p1
              A001 issued for cash/regular
              A001 print job 1 on p1
            take cash as h1 on p1
              A001 print job 2 on p1 copy
            take cash as h1
              nothing new
            take account as h1
              B001 issued for account/regular
            cancel A001
              A001 cancelled
            take cash as h1 on p1
              A002 issued for cash/regular
              A002 print job 3 on p1
        "#]],
    );
}

#[test]
fn paper_that_did_not_come_out_is_state() {
    check(
        "take cash on p1
         start-print 1
         start-print 1
         end-print 1 paper_out
         end-print 1 printed
         start-print 1
         reprint A001 on p1
         end-print 2 printed
         start-print 9
         end-print 9 printed
         cancel A001
         reprint A001 on p1",
        expect![[r#"
            take cash on p1
              A001 issued for cash/regular
              A001 print job 1 on p1
            start-print 1
              print job 1 started
            start-print 1
            ! wrong_state: print job 1 is started; this can be done only while it is queued
            end-print 1 paper_out
              print job 1 Failed { cause: "paper_out" }
            end-print 1 printed
              nothing new
            start-print 1
            ! wrong_state: print job 1 is failed; this can be done only while it is queued
            reprint A001 on p1
              A001 print job 2 on p1 copy
            end-print 2 printed
              print job 2 Printed
            start-print 9
            ! unknown_job: there is no such print job
            end-print 9 printed
            ! unknown_job: there is no such print job
            cancel A001
              A001 cancelled
            reprint A001 on p1
            ! wrong_state: A001 is cancelled; this can be done only while it is waiting
        "#]],
    );
}

#[test]
fn a_full_print_queue_fails_at_once_and_issuing_goes_on() {
    let mut teller = support::Teller::new(plan());
    for _ in 0..queue_core::PRINT_QUEUE {
        let wish = support::wishes::parse(&mut teller, &["take", "cash", "on", "p1"]);
        assert_eq!(teller.wish(&wish).unwrap().facts.len(), 2);
    }
    for (printer, facts) in [("p1", 3), ("p2", 2)] {
        let wish = support::wishes::parse(&mut teller, &["take", "cash", "on", printer]);
        assert_eq!(teller.wish(&wish).unwrap().facts.len(), facts, "{printer}");
    }
    let job = teller.branch.job(queue_core::JobId(33)).unwrap();
    assert_eq!(job.state.name(), "failed");
    let end = support::wishes::parse(&mut teller, &["end-print", "1", "printed"]);
    teller.wish(&end).unwrap();
    let again = support::wishes::parse(&mut teller, &["reprint", "A033", "on", "p1"]);
    assert_eq!(teller.wish(&again).unwrap().facts.len(), 1, "room again");
}

#[test]
fn keys_call_and_finish() {
    check(
        "take cash
         take cash
         take cash
         key 1 2
         key 1 1
         again 1 1
         key 1 1
         +3
         key 1 1 stale
         key 1 1
         key 1 4
         key 1 3
         key 1 5
         key 1 5
         +3
         key 1 1
         key 1 3
         key 1 9
         key 1 99
         show",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take cash
              A003 issued for cash/regular
            key 1 2
              key 2 refused: counter_closed
            key 1 1
              counter_opened 1
              A001 called to 1 after 0 s (0 points/100)
              key 1 Obeyed
            again 1 1
              nothing new
            key 1 1
              key 1 refused: too_soon
            +3
            key 1 1 stale
              key 1 refused: stale
            key 1 1
              A001 finished at 1 by next
              A002 called to 1 after 3 s (5 points/100)
              key 1 Obeyed
            key 1 4
              A002 arrived at 1
              key 4 Obeyed
            key 1 3
              key 3 refused: already_arrived
            key 1 5
              A002 finished at 1
              key 5 Obeyed
            key 1 5
              key 5 refused: nothing_called
            +3
            key 1 1
              A003 called to 1 after 6 s (10 points/100)
              key 1 Obeyed
            key 1 3
              A003 no_show at 1
              key 3 Obeyed
            key 1 9
              key 9 refused: unknown_key
            key 1 99
              key 99 refused: unknown_key
            show
              1 open
              2 closed
              3 closed
              4 closed
        "#]],
    );
}

#[test]
fn digits_are_typed_before_their_key() {
    check(
        "key 1 31
         key 1 30
         key 1 30
         key 1 31
         key 1 40
         key 1 40
         take cash
         take cash
         take account
         key 1 1
         key 1 6
         +5
         key 1 1
         key 1 36
         key 1 6
         key 1 5
         key 1 31
         key 1 6
         key 1 33
         key 1 8
         key 1 8
         key 1 32
         key 1 8
         show",
        expect![[r#"
            key 1 31
              key 31 Typed
            key 1 30
              key 30 Typed
            key 1 30
              key 30 Typed
            key 1 31
              key 31 Typed
            key 1 40
              staff_named 1 1001
              key 40 Obeyed
            key 1 40
              key 40 refused: nothing_typed
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take account
              B001 issued for account/regular
            key 1 1
              counter_opened 1
              A001 called to 1 after 0 s (0 points/100)
              key 1 Obeyed
            key 1 6
              A001 held at 1
              key 6 Obeyed
            +5
            key 1 1
              A002 called to 1 after 5 s (8 points/100)
              key 1 Obeyed
            key 1 36
              key 36 Typed
            key 1 6
              key 6 refused: unknown_entry
            key 1 5
              A002 finished at 1
              key 5 Obeyed
            key 1 31
              key 31 Typed
            key 1 6
              A001 ticket_resumed at 1
              key 6 Obeyed
            key 1 33
              key 33 Typed
            key 1 8
              key 8 refused: nobody_open
            key 1 8
              key 8 refused: nothing_typed
            key 1 32
              key 32 Typed
            key 1 8
              A001 sent on from 1 to account/regular
              key 8 Obeyed
            show
              1 open staff 1001
              2 closed
              3 closed
              4 closed
              account/regular: 2 waiting
        "#]],
    );
}

#[test]
fn digits_then_pause_and_nought_then_finish() {
    check(
        "open 1
         key 1 32
         key 1 7
         key 1 7
         key 1 7
         key 1 7
         key 1 36
         key 1 7
         key 1 35
         key 1 41
         key 1 7
         key 1 33
         +6
         key 1 7
         take cash
         key 1 1
         key 1 7
         key 1 30
         key 1 5
         show
         open 1
         key 1 1
         key 1 4
         key 1 30
         key 1 5
         key 1 5
         key 1 30
         key 1 5",
        expect![[r#"
            open 1
              counter_opened 1
            key 1 32
              key 32 Typed
            key 1 7
              counter_paused 1 meal
              key 7 Obeyed
            key 1 7
              counter_resumed 1
              key 7 Obeyed
            key 1 7
              counter_paused 1 rest
              key 7 Obeyed
            key 1 7
              counter_resumed 1
              key 7 Obeyed
            key 1 36
              key 36 Typed
            key 1 7
              key 7 refused: unknown_entry
            key 1 35
              key 35 Typed
            key 1 41
              key 41 Typed
            key 1 7
              counter_paused 1 rest
              key 7 Obeyed
            key 1 33
              key 33 Typed
            +6
            key 1 7
              counter_resumed 1
              key 7 Obeyed
            take cash
              A001 issued for cash/regular
            key 1 1
              A001 called to 1 after 0 s (0 points/100)
              key 1 Obeyed
            key 1 7
              counter_pausing 1 rest
              key 7 Obeyed
            key 1 30
              key 30 Typed
            key 1 5
              A001 returned at 1
              counter_closed 1
              key 5 Obeyed
            show
              1 closed
              2 closed
              3 closed
              4 closed
              cash/regular: 1 waiting
            open 1
              counter_opened 1
            key 1 1
              key 1 refused: too_soon
            key 1 4
              key 4 refused: nothing_called
            key 1 30
              key 30 Typed
            key 1 5
              counter_closed 1
              key 5 Obeyed
            key 1 5
              key 5 refused: counter_closed
            key 1 30
              key 30 Typed
            key 1 5
              key 5 Obeyed
        "#]],
    );
}

#[test]
fn a_stuck_digit_key_does_not_grow() {
    let mut teller = support::Teller::new(plan());
    for _ in 0..100 {
        let press = support::wishes::parse(&mut teller, &["key", "1", "35"]);
        teller.wish(&press).unwrap();
    }
    assert_eq!(teller.branch.desk(&"desks/1".into()).unwrap().typed, "555555555555");
}
