//! Days as text, from the outside: the life of a ticket, of a counter and of the day itself. Each file in `days/` is one
//! day with everything that came of it; `support/mod.rs` explains the language. After a change that is meant:
//! `UPDATE_EXPECT=1 cargo test -p queue-core --test day`, and read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
use expect_test::expect_file;

macro_rules! days {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            let day = include_str!(concat!("days/", stringify!($name), ".day"));
            support::check(day, &expect_file![concat!("days/", stringify!($name), ".day")]);
        })*

        #[test]
        #[allow(clippy::disallowed_methods, reason = "the test looks for its own files")]
        fn every_file_is_played() {
            let played = [$(concat!(stringify!($name), ".day")),*];
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/days");
            let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
            found.sort();
            assert_eq!(found, played);
        }
    };
}

days! {
    a_cancelled_ticket_is_nowhere
    a_day_is_not_closed_over_customers_unless_by_force
    a_delay_opens_for_a_ready_counter_by_the_clock_alone
    a_full_print_queue_fails_at_once_and_issuing_goes_on
    a_held_ticket_stays_with_its_counter_and_closing_says_where_it_goes
    a_no_show_comes_back_once_with_a_penalty
    a_no_show_goes_to_the_tail_where_the_branch_says_so
    a_no_show_is_void_where_the_branch_says_so
    a_pause_waits_for_the_customer_who_is_there
    a_pinned_ticket_waits_for_its_counter_for_a_while
    a_ready_counter_is_called_into_and_the_fittest_one_first
    a_series_with_a_digit_counts_like_any_other
    a_ticket_called_before_its_time_has_no_minutes_to_keep
    a_transfer_keeps_the_minutes_waited_and_none_of_those_at_the_counter
    after_the_last_ticket_the_hall_drains
    an_act_is_taken_back_once_and_within_a_minute
    an_act_out_of_turn_needs_a_reason
    auto_next_makes_a_counter_ready_by_finishing
    call_back_goes_on_with_whom_the_counter_has_held_longest
    closing_a_counter_sends_the_called_one_back
    digits_are_typed_before_their_key
    digits_then_pause_and_nought_then_finish
    keys_call_and_finish
    next_finishes_whoever_is_there_and_a_bounced_button_calls_nobody
    numbers_go_past_999_and_end_at_9999
    one_live_number_for_a_person_and_service
    one_number_carries_further_services
    paper_that_did_not_come_out_is_state
    the_series_goes_on_when_the_same_day_is_opened_again
    the_whole_life_of_a_ticket
    who_goes_on_to_a_further_service_keeps_the_lane_its_guarantee
    who_waits_for_a_counter_that_closes_waits_in_the_queue
}

#[test]
fn a_stuck_digit_key_does_not_grow() {
    let mut teller = support::Teller::new(support::plan());
    for _ in 0..100 {
        let press = support::wishes::parse(&mut teller, &["key", "1", "35"]);
        teller.wish(&press).unwrap();
    }
    assert_eq!(teller.branch.desk(&"desks/1".into()).unwrap().typed, "555555555555");
}
