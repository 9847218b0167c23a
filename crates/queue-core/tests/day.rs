//! Days as text, from the outside: the life of a ticket, of a counter and of the day itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
use expect_test::expect;
use support::{check, check_plan, plan};

#[test]
fn the_whole_life_of_a_ticket() {
    check(
        "take cash
         open 1 by 1001
         +30
         next 1
         +5
         recall 1
         arrived 1
         arrived 1
         recall 1
         no-show 1
         +60
         finish 1
         finish 1
         next 1
         show
         +10
         take account
         +1
         finish 1 papers_missing",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            open 1 by 1001
              counter_opened 1 1001
            +30
            next 1
              A001 called to 1 after 30 s (50 points/100)
            +5
            recall 1
              A001 recalled at 1
            arrived 1
              A001 arrived at 1
            arrived 1
              nothing new
            recall 1
            ! already_arrived: A001 has arrived and is being served; finish it instead
            no-show 1
            ! already_arrived: A001 has arrived and is being served; finish it instead
            +60
            finish 1
              A001 finished at 1
            finish 1
            ! nothing_called: counter 1 has called nobody
            next 1
              counter_ready 1
            show
              1 open ready staff 1001
              2 closed
              3 closed
              4 closed
            +10
            take account
              B001 issued for account/regular
              → B001 called to 1 after 0 s (0 points/100)
            +1
            finish 1 papers_missing
              B001 finished at 1 PapersMissing
        "#]],
    );
}

#[test]
fn next_finishes_whoever_is_there_and_a_bounced_button_calls_nobody() {
    check(
        "take cash
         take cash
         take cash
         next 1
         open 1
         next 1
         +1
         next 1
         +1
         next 1
         @7:00
         next 1
         show",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take cash
              A003 issued for cash/regular
            next 1
            ! counter_closed: counter 1 is closed; open it first
            open 1
              counter_opened 1
            next 1
              A001 called to 1 after 0 s (0 points/100)
            +1
            next 1
            ! too_soon: counter 1 called a moment ago; wait a second and press again
            +1
            next 1
              A001 finished at 1 by next
              A002 called to 1 after 2 s (3 points/100)
            @7:00
            next 1
              A002 finished at 1 by next
              A003 called to 1 after -3600 s (-6000 points/100)
            show
              1 open called A003
              2 closed
              3 closed
              4 closed
        "#]],
    );
}

#[test]
fn a_ready_counter_is_called_into_and_the_fittest_one_first() {
    check(
        "open 3
         +1
         open 1
         +1
         open 2
         next 3
         next 1
         next 2
         next 2
         take loan
         take cash
         take account
         take account
         show",
        expect![[r#"
            open 3
              counter_opened 3
            +1
            open 1
              counter_opened 1
            +1
            open 2
              counter_opened 2
            next 3
              counter_ready 3
            next 1
              counter_ready 1
            next 2
              counter_ready 2
            next 2
              nothing new
            take loan
              C001 issued for loan/regular
              → C001 called to 3 after 0 s (0 points/100)
            take cash
              A001 issued for cash/regular
              → A001 called to 2 after 0 s (0 points/100)
            take account
              B001 issued for account/regular
              → B001 called to 1 after 0 s (0 points/100)
            take account
              B002 issued for account/regular
            show
              1 open called B001
              2 open called A001
              3 open called C001
              4 closed
              account/regular: 1 waiting
        "#]],
    );
}

#[test]
fn a_delay_opens_for_a_ready_counter_by_the_clock_alone() {
    check(
        "open 4
         next 4
         take cash
         take cash vip
         finish 4
         +479
         next 4
         wake
         +1
         wake
         finish 4
         take loan vip
         next 4
         +5
         next 4",
        expect![[r#"
            open 4
              counter_opened 4
            next 4
              counter_ready 4
            take cash
              A001 issued for cash/regular
            take cash vip
              A002 issued for cash/vip
            finish 4
            ! nothing_called: counter 4 has called nobody
            +479
            next 4
              nothing new
            wake
              nothing new
            +1
            wake
              → A002 called to 4 after 480 s (4000 points/100)
            finish 4
              A002 finished at 4
            take loan vip
              C001 issued for loan/vip
            next 4
            ! too_soon: counter 4 called a moment ago; wait a second and press again
            +5
            next 4
              A001 called to 4 after 485 s (808 points/100)
        "#]],
    );
}

#[test]
fn a_no_show_comes_back_once_with_a_penalty() {
    check(
        "take cash
         take cash
         open 1
         +60
         next 1
         no-show 1
         +120
         reinstate A001
         reinstate A001
         show
         next 1
         finish 1
         +420
         next 1
         no-show 1
         reinstate A001
         cancel A001
         cancel A001
         close-day",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            open 1
              counter_opened 1
            +60
            next 1
              A001 called to 1 after 60 s (100 points/100)
            no-show 1
              A001 no_show at 1
            +120
            reinstate A001
              A001 reinstated
            reinstate A001
            ! wrong_state: A001 is waiting; this can be done only while it is no_show
            show
              1 open
              2 closed
              3 closed
              4 closed
              cash/regular: 2 waiting
            next 1
              A002 called to 1 after 180 s (300 points/100)
            finish 1
              A002 finished at 1
            +420
            next 1
              A001 called to 1 after 180 s (300 points/100)
            no-show 1
              A001 no_show at 1
            reinstate A001
            ! returned_before: A001 has missed its call a second time; take a new number
            cancel A001
              A001 cancelled
            cancel A001
              nothing new
            close-day
              counter_closed 1
              day 2026-11-21 closed: 2 issued, 1 done, 0 no-show, 1 cancelled, 0 expired
        "#]],
    );
}

#[test]
fn a_no_show_is_void_or_goes_to_the_tail_where_the_branch_says_so() {
    let mut void = plan();
    void.rules.no_show = queue_core::NoShowPolicy::Void;
    check_plan(
        void,
        "take cash\nopen 1\nnext 1\nno-show 1\nreinstate A001",
        expect![[r#"
        take cash
          A001 issued for cash/regular
        open 1
          counter_opened 1
        next 1
          A001 called to 1 after 0 s (0 points/100)
        no-show 1
          A001 no_show at 1
        reinstate A001
        ! void: A001 has missed its call and is void by the rule of this branch; take a new number
    "#]],
    );
    let mut tail = plan();
    tail.rules.no_show = queue_core::NoShowPolicy::Tail;
    let day = "take cash\nopen 1\nnext 1\nno-show 1\ntake cash\n+9\nreinstate A001\nnext 1\n+9\nnext 1\n+9
        no-show 1\nreinstate A001";
    check_plan(
        tail,
        day,
        expect![[r#"
        take cash
          A001 issued for cash/regular
        open 1
          counter_opened 1
        next 1
          A001 called to 1 after 0 s (0 points/100)
        no-show 1
          A001 no_show at 1
        take cash
          A002 issued for cash/regular
        +9
        reinstate A001
          A001 reinstated
        next 1
          A002 called to 1 after 9 s (15 points/100)
        +9
        next 1
          A002 finished at 1 by next
          A001 called to 1 after 9 s (15 points/100)
        +9
        no-show 1
          A001 no_show at 1
        reinstate A001
          A001 reinstated
    "#]],
    );
}

#[test]
fn a_held_ticket_stays_with_its_counter_and_closing_says_where_it_goes() {
    check(
        "take cash
         take cash
         take cash
         open 1
         open 2
         next 1
         hold 1
         +5
         next 1
         take-up 1 A001
         hold 1
         take-up 2 A001
         take-up 1 A001
         finish 1
         close 1 held to 1
         close 1 held to 3
         close 1 held to 2
         show
         take-up 2 A002
         close 2
         hold 2
         close 2
         show",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take cash
              A003 issued for cash/regular
            open 1
              counter_opened 1
            open 2
              counter_opened 2
            next 1
              A001 called to 1 after 0 s (0 points/100)
            hold 1
              A001 held at 1
            +5
            next 1
              A002 called to 1 after 5 s (8 points/100)
            take-up 1 A001
            ! counter_busy: counter 1 has A002; finish, hold or transfer it first
            hold 1
              A002 held at 1
            take-up 2 A001
            ! not_held_here: A001 is not held at this counter
            take-up 1 A001
              A001 ticket_resumed at 1
            finish 1
              A001 finished at 1
            close 1 held to 1
            ! counter_closed: counter 1 is closed; open it first
            close 1 held to 3
            ! counter_closed: counter 3 is closed; open it first
            close 1 held to 2
              A002 held_moved at 2
              counter_closed 1
            show
              1 closed
              2 open holds A002
              3 closed
              4 closed
              cash/regular: 1 waiting
            take-up 2 A002
              A002 ticket_resumed at 2
            close 2
            ! counter_busy: counter 2 has A002; finish, hold or transfer it first
            hold 2
              A002 held at 2
            close 2
              A002 returned at 2
              counter_closed 2
            show
              1 closed
              2 closed
              3 closed
              4 closed
              cash/regular: 2 waiting
        "#]],
    );
}

#[test]
fn closing_a_counter_sends_the_called_one_back() {
    check(
        "take cash
         take cash
         open 1
         +40
         next 1
         close 1
         show
         close 1
         open 2
         next 2",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            open 1
              counter_opened 1
            +40
            next 1
              A001 called to 1 after 40 s (66 points/100)
            close 1
              A001 returned at 1
              counter_closed 1
            show
              1 closed
              2 closed
              3 closed
              4 closed
              cash/regular: 2 waiting
            close 1
              nothing new
            open 2
              counter_opened 2
            next 2
              A001 called to 2 after 40 s (66 points/100)
        "#]],
    );
}

#[test]
fn a_transfer_keeps_the_minutes_waited_and_none_of_those_at_the_counter() {
    check(
        "open 1
         take cash
         +60
         next 1
         arrived 1
         +600
         send 1 to loan
         send 1 to nowhere
         open 3
         send 1 to loan in moon
         send 1 to loan in vip
         show
         +30
         next 3",
        expect![[r#"
            open 1
              counter_opened 1
            take cash
              A001 issued for cash/regular
            +60
            next 1
              A001 called to 1 after 60 s (100 points/100)
            arrived 1
              A001 arrived at 1
            +600
            send 1 to loan
            ! nobody_open: no open counter can serve loan; confirm to send the customer there anyway
            send 1 to nowhere
            ! unknown_service: there is no service `nowhere` here; the menu lists what there is
            open 3
              counter_opened 3
            send 1 to loan in moon
            ! unknown_lane: there is no lane `moon` here; the menu lists what there is
            send 1 to loan in vip
              A001 sent on from 1 to loan/vip
            show
              1 open
              2 closed
              3 open
              4 closed
              loan/vip: 1 waiting
            +30
            next 3
              A001 called to 3 after 90 s (750 points/100)
        "#]],
    );
}

#[test]
fn a_pinned_ticket_waits_for_its_counter_for_a_while() {
    check(
        "open 1
         open 2
         open 3
         take cash
         take account
         take cash
         next 1
         +10
         send 1 to counter 9
         send 1 to account at 3
         next 2
         +5
         send 2 to counter 1
         show
         next 3
         +899
         finish 3
         wake
         take cash
         next 2
         +5
         wake
         finish 2
         next 2",
        expect![[r#"
            open 1
              counter_opened 1
            open 2
              counter_opened 2
            open 3
              counter_opened 3
            take cash
              A001 issued for cash/regular
            take account
              B001 issued for account/regular
            take cash
              A002 issued for cash/regular
            next 1
              A001 called to 1 after 0 s (0 points/100)
            +10
            send 1 to counter 9
            ! unknown_counter: there is no counter `9` here
            send 1 to account at 3
              A001 sent on from 1 to account/regular pinned to 3
            next 2
              A002 called to 2 after 10 s (16 points/100)
            +5
            send 2 to counter 1
              A002 sent on from 2 to cash/regular pinned to 1
            show
              1 open
              2 open
              3 open
              4 closed
              account/regular: 2 waiting
              cash/regular: 1 waiting
            next 3
              A001 called to 3 after 5 s (pin)
            +899
            finish 3
              A001 finished at 3
            wake
              nothing new
            take cash
              A003 issued for cash/regular
            next 2
              A003 called to 2 after 0 s (0 points/100)
            +5
            wake
              A002 pin_expired
            finish 2
              A003 finished at 2
            next 2
              A002 called to 2 after 914 s (1523 points/100)
        "#]],
    );
}

#[test]
fn who_waits_for_a_counter_that_closes_waits_in_the_queue() {
    check(
        "open 1
         open 2
         take cash
         next 1
         send 1 to counter 2
         +5
         next 1
         close 2
         next 1
         send 1 to counter 2
         send 1 to counter 2 anyway
         show",
        expect![[r#"
            open 1
              counter_opened 1
            open 2
              counter_opened 2
            take cash
              A001 issued for cash/regular
            next 1
              A001 called to 1 after 0 s (0 points/100)
            send 1 to counter 2
              A001 sent on from 1 to cash/regular pinned to 2
            +5
            next 1
              counter_ready 1
            close 2
              A001 pin_expired
              counter_closed 2
              → A001 called to 1 after 5 s (8 points/100)
            next 1
            ! too_soon: counter 1 called a moment ago; wait a second and press again
            send 1 to counter 2
            ! nobody_open: no open counter can serve cash; confirm to send the customer there anyway
            send 1 to counter 2 anyway
              A001 sent on from 1 to cash/regular pinned to 2
            show
              1 open
              2 closed
              3 closed
              4 closed
              cash/regular: 1 waiting
        "#]],
    );
}

#[test]
fn a_pause_waits_for_the_customer_who_is_there() {
    check(
        "pause 1
         open 1
         pause 1 meal
         pause 1 meal
         pause 1 meeting
         next 1
         resume 1
         resume 1
         take cash
         take cash
         take cash
         next 1
         pause 1
         show
         resume 1
         +5
         pause 1
         pause 1 away
         call 1 A002 because of the bus
         next 1
         resume 1
         next 1
         pause 1
         no-show 1
         show",
        expect![[r#"
            pause 1
            ! counter_closed: counter 1 is closed; open it first
            open 1
              counter_opened 1
            pause 1 meal
              counter_paused 1 meal
            pause 1 meal
              nothing new
            pause 1 meeting
              counter_paused 1 meeting
            next 1
            ! counter_paused: counter 1 is paused; resume it first
            resume 1
              counter_resumed 1
            resume 1
              nothing new
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take cash
              A003 issued for cash/regular
            next 1
              A001 called to 1 after 0 s (0 points/100)
            pause 1
              counter_pausing 1 rest
            show
              1 pausing called A001
              2 closed
              3 closed
              4 closed
              cash/regular: 2 waiting
            resume 1
              counter_resumed 1
            +5
            pause 1
              counter_pausing 1 rest
            pause 1 away
              counter_pausing 1 away
            call 1 A002 because of the bus
            ! counter_paused: counter 1 is paused; resume it first
            next 1
              A001 finished at 1 by next
              counter_paused 1 away
            resume 1
              counter_resumed 1
            next 1
              A002 called to 1 after 5 s (8 points/100)
            pause 1
              counter_pausing 1 rest
            no-show 1
              A002 no_show at 1
              counter_paused 1 rest
            show
              1 paused
              2 closed
              3 closed
              4 closed
              cash/regular: 1 waiting
        "#]],
    );
}

#[test]
fn an_act_out_of_turn_needs_a_reason() {
    check(
        "take cash
         take cash
         take loan
         open 2
         call 2 A002
         call 2 A002 because she faints
         call 2 Z001 because why
         +5
         call 2 C001 because I can
         lane A001 vip
         lane A001 moon because x
         lane A001 vip because he is 90
         lane A001 vip because he is 90
         lane A002 vip because late
         show",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            take loan
              C001 issued for loan/regular
            open 2
              counter_opened 2
            call 2 A002
            ! reason_missing: say why: an act out of turn needs a reason
            call 2 A002 because she faints
              A002 called to 2 after 0 s (by hand: she faints)
            call 2 Z001 because why
            ! unknown_ticket: there is no ticket `Z001` today
            +5
            call 2 C001 because I can
              A002 finished at 2 by next
              C001 called to 2 after 5 s (by hand: I can)
            lane A001 vip
            ! reason_missing: say why: an act out of turn needs a reason
            lane A001 moon because x
            ! unknown_lane: there is no lane `moon` here; the menu lists what there is
            lane A001 vip because he is 90
              A001 moved to vip: he is 90
            lane A001 vip because he is 90
              nothing new
            lane A002 vip because late
            ! wrong_state: A002 is done; this can be done only while it is waiting
            show
              1 closed
              2 open called C001
              3 closed
              4 closed
              cash/vip: 1 waiting
        "#]],
    );
}

#[test]
fn one_number_carries_further_services() {
    check(
        "take cash then account,loan,account
         take cash then account,loan,cash,cash,cash
         take cash then moon
         open 2
         open 1
         open 3
         +60
         next 2
         arrived 2
         +100
         take account
         finish 2
         show
         next 1
         +20
         next 1
         next 3
         +100
         next 3
         close-day",
        expect![[r#"
            take cash then account,loan,account
              A001 issued for cash/regular then account, loan, account
            take cash then account,loan,cash,cash,cash
            ! too_many_services: a number carries at most 4 further services
            take cash then moon
            ! unknown_service: there is no service `moon` here; the menu lists what there is
            open 2
              counter_opened 2
            open 1
              counter_opened 1
            open 3
              counter_opened 3
            +60
            next 2
              A001 called to 2 after 60 s (100 points/100)
            arrived 2
              A001 arrived at 2
            +100
            take account
              B001 issued for account/regular
            finish 2
              A001 finished at 2, goes on to account with 60 s, 2 left
            show
              1 open
              2 open
              3 open
              4 closed
              account/regular: 2 waiting
            next 1
              A001 called to 1 after 60 s (100 points/100)
            +20
            next 1
              A001 finished at 1 by next, goes on to loan with 60 s, 0 left
              B001 called to 1 after 20 s (33 points/100)
            next 3
              A001 called to 3 after 60 s (100 points/100)
            +100
            next 3
              A001 finished at 3 by next
              counter_ready 3
            close-day
            ! day_busy: B001 still called, served or held: finish them, or confirm that the day is closed anyway
        "#]],
    );
}

#[test]
fn a_cancelled_ticket_is_nowhere() {
    check(
        "take cash
         take cash
         open 1
         cancel A001
         cancel A001 by staff
         next 1
         cancel A002
         hold 1
         cancel A002 by staff
         reinstate A002
         recall 1
         show
         cancel A009",
        expect![[r#"
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            open 1
              counter_opened 1
            cancel A001
              A001 cancelled
            cancel A001 by staff
              nothing new
            next 1
              A002 called to 1 after 0 s (0 points/100)
            cancel A002
            ! wrong_state: A002 is called; this can be done only while it is waiting
            hold 1
              A002 held at 1
            cancel A002 by staff
              A002 cancelled by staff
            reinstate A002
            ! wrong_state: A002 is cancelled; this can be done only while it is no_show
            recall 1
            ! nothing_called: counter 1 has called nobody
            show
              1 open
              2 closed
              3 closed
              4 closed
            cancel A009
            ! unknown_ticket: there is no ticket `A009` today
        "#]],
    );
}

#[test]
fn auto_next_makes_a_counter_ready_by_finishing() {
    let mut plan = plan();
    plan.counters[0].auto_next = true;
    check_plan(
        plan,
        "open 1
         take cash
         take cash
         next 1
         +5
         finish 1
         +5
         next 1
         +5
         next 1
         take cash
         pause 1
         finish 1
         show",
        expect![[r#"
            open 1
              counter_opened 1
            take cash
              A001 issued for cash/regular
            take cash
              A002 issued for cash/regular
            next 1
              A001 called to 1 after 0 s (0 points/100)
            +5
            finish 1
              A001 finished at 1
              counter_ready 1
              → A002 called to 1 after 5 s (8 points/100)
            +5
            next 1
              A002 finished at 1 by next
              counter_ready 1
            +5
            next 1
              nothing new
            take cash
              A003 issued for cash/regular
              → A003 called to 1 after 0 s (0 points/100)
            pause 1
              counter_pausing 1 rest
            finish 1
              A003 finished at 1
              counter_paused 1 rest
            show
              1 paused
              2 closed
              3 closed
              4 closed
        "#]],
    );
}
