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
    a_branch_without_a_lane_for_them_takes_no_appointments
    a_call_taken_back_leaves_the_accounts_and_pins_as_they_were
    a_cancelled_ticket_is_nowhere
    a_counter_knows_who_comes_next_and_why
    a_customer_counts_as_missing_after_calls_and_a_while
    a_customer_lets_others_go_first_once
    a_day_is_not_closed_over_customers_unless_by_force
    a_delay_opens_for_a_ready_counter_by_the_clock_alone
    a_device_alert_ends_when_the_device_is_well
    a_flag_has_a_reason_and_somebody_who_answers_for_it
    a_full_print_queue_fails_at_once_and_issuing_goes_on
    a_held_ticket_stays_with_its_counter_and_closing_says_where_it_goes
    a_no_show_comes_back_once_with_a_penalty
    a_no_show_goes_to_the_tail_where_the_branch_says_so
    a_no_show_is_void_where_the_branch_says_so
    a_paper_change_begins_and_ends_once
    a_pause_waits_for_the_customer_who_is_there
    a_pinned_ticket_waits_for_its_counter_for_a_while
    a_press_that_was_long_on_its_way_does_nothing
    a_quota_counts_the_numbers_of_a_service_for_the_day
    a_ready_counter_is_called_into_and_the_fittest_one_first
    a_second_session_ends_the_draining_of_the_first
    a_series_with_a_digit_counts_like_any_other
    a_service_of_seconds_is_marked
    a_ticket_called_before_its_time_has_no_minutes_to_keep
    a_transfer_keeps_the_minutes_waited_and_none_of_those_at_the_counter
    a_whole_list_of_appointments_is_booked_or_none
    after_the_last_ticket_the_hall_drains
    alerts_are_raised_once_answered_and_go_to_the_manager
    an_act_is_taken_back_once_and_within_a_minute
    an_act_out_of_turn_needs_a_reason
    an_appointment_needs_a_session_and_no_place_in_the_quota
    an_old_view_does_nothing_to_another_customer
    appointments_are_booked_changed_and_taken_back
    appointments_outlive_the_day
    auto_next_makes_a_counter_ready_by_finishing
    call_back_goes_on_with_whom_the_counter_has_held_longest
    checking_in_early_is_low_but_an_idle_counter_may_call
    checking_in_late_is_to_the_late_lane
    checking_in_on_time_counts_from_the_booked_time
    checking_in_twice_is_the_same_number
    closing_a_counter_sends_the_called_one_back
    customers_rate_who_served_them
    digits_are_typed_before_their_key
    digits_then_pause_and_nought_then_finish
    further_services_are_set_while_the_customer_is_there
    keys_call_and_finish
    next_finishes_whoever_is_there_and_a_bounced_button_calls_nobody
    nobody_gets_a_number_unknown_where_the_branch_must_know
    numbers_are_given_only_in_sessions_and_in_the_window_of_their_service
    numbers_go_past_999_and_end_at_9999
    one_clerk_is_named_at_a_counter_and_another_takes_it_over_knowingly
    one_live_number_for_a_person_and_service
    one_number_carries_further_services
    other_hours_in_the_course_of_a_day_count_at_once
    paper_has_its_outcome_before_its_day_is_forgotten
    paper_that_did_not_come_out_is_state
    somebody_with_needs_is_looked_for_first
    spoiled_paper_is_struck_off_by_a_person_and_not_at_once
    the_last_counter_for_people_who_wait_is_closed_by_a_manager
    the_series_goes_on_when_the_same_day_is_opened_again
    the_whole_life_of_a_ticket
    what_a_counter_takes_is_changed_for_the_day
    who_goes_on_to_a_further_service_keeps_the_lane_its_guarantee
    who_waits_for_a_counter_that_closes_waits_in_the_queue
    without_a_lane_for_urgent_cases_there_is_no_urgent_flag
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

#[test]
fn an_act_on_the_ticket_in_view_is_no_way_around_the_clerk_who_is_named() {
    use queue_core::{Clerk, Command, Outcome};
    let mut teller = support::Teller::new(support::plan());
    let open = support::wishes::parse(&mut teller, &["clerk", "1001", "open", "1"]);
    teller.wish(&open).unwrap();
    let act = Box::new(Command::Finish { counter: "1".into(), outcome: Outcome::Done });
    let expecting = Command::Expecting { counter: "1".into(), ticket: None, act };
    let clerk = Clerk { number: "1002".to_owned(), stars: None };
    let refused = teller.wish(&Command::AsClerk { clerk, wish: Box::new(expecting) }).unwrap_err();
    assert_eq!(refused.code(), "counter_taken");
}
