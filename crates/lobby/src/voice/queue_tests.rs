//! Order, dropping and joining, by a simulated clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::ToSpan;

use super::super::announcement::{Call, Saying, Speech};
use super::*;

fn start() -> Timestamp {
    "2026-11-23T01:00:00Z".parse().unwrap()
}

fn job(id: u64, rank: Rank, ticket: &str, counter: &str) -> Announcement {
    let saying = match rank {
        Rank::Call | Rank::Recall => {
            Saying::Call(Call { ticket: ticket.to_owned(), counter: counter.to_owned(), ..Call::default() })
        }
        Rank::Notice | Rank::Emergency => Saying::Speech(Speech::default()),
    };
    Announcement {
        id,
        saying,
        rank,
        zones: Vec::new(),
        languages: vec!["zh-CN".to_owned(), "en".to_owned()],
        repeats: 2,
        created_at: start(),
        expires_at: start() + 60.seconds(),
    }
}

fn ids(turn: &Turn) -> Vec<u64> {
    turn.jobs.iter().map(|job| job.id).collect()
}

#[test]
fn the_highest_rank_goes_first_and_inside_of_it_the_oldest() {
    let mut queue = Queue::new(true);
    for (id, rank) in [(1, Rank::Notice), (2, Rank::Recall), (3, Rank::Call), (4, Rank::Call), (5, Rank::Emergency)] {
        assert_eq!(queue.push(job(id, rank, &format!("A00{id}"), "1")), None);
    }
    let order: Vec<_> = std::iter::from_fn(|| queue.take()).flat_map(|turn| ids(&turn)).collect();
    assert_eq!(order, [5, 3, 4, 2, 1]);
}

#[test]
fn what_is_past_its_use_is_never_taken() {
    let mut queue = Queue::new(true);
    let mut late = job(1, Rank::Call, "A001", "1");
    late.expires_at = start() + 5.seconds();
    queue.push(late);
    queue.push(job(2, Rank::Call, "A002", "2"));
    queue.push(job(3, Rank::Call, "A003", "3"));
    let gone = queue.sweep(start() + 5.seconds(), |job| job.id == 2);
    let gone: Vec<_> = gone.into_iter().map(|(job, reason)| (job.id, reason)).collect();
    assert_eq!(gone, [(1, DropReason::Expired), (2, DropReason::Overtaken)]);
    assert_eq!(ids(&queue.take().unwrap()), [3]);
    assert!(queue.take().is_none());
}

#[test]
fn a_recall_of_a_call_that_waits_takes_its_place() {
    let mut queue = Queue::new(true);
    queue.push(job(1, Rank::Call, "A001", "1"));
    queue.push(job(2, Rank::Call, "A002", "2"));
    let gone = queue.push(job(3, Rank::Recall, "A001", "1")).unwrap();
    assert_eq!((gone.0.id, gone.1), (1, DropReason::Overtaken));
    let turn = queue.take().unwrap();
    assert_eq!((ids(&turn), turn.rank()), (vec![3], Rank::Call), "nobody has heard it yet");
}

#[test]
fn the_more_wait_the_shorter_it_gets() {
    let mut queue = Queue::new(true);
    let call = |id| job(id, Rank::Call, &format!("A{id:03}"), &id.to_string());
    for id in 1..=2 {
        queue.push(call(id));
    }
    assert_eq!(queue.take().unwrap().form, Form::Full);
    for id in 3..=4 {
        queue.push(call(id));
    }
    let turn = queue.take().unwrap();
    assert_eq!((turn.form, turn.jobs.len()), (Form::Once, 1));
    for id in 5..=40 {
        queue.push(call(id));
    }
    queue.push(job(99, Rank::Recall, "B001", "9"));
    let turn = queue.take().unwrap();
    assert_eq!((turn.form, ids(&turn)), (Form::Joined, (3..=8).collect()));
    assert_eq!((turn.goes_on, turn.speed(100), turn.speed(130)), (false, 125, 140));
    let turn = queue.take().unwrap();
    assert_eq!((turn.goes_on, ids(&turn)), (true, (9..=14).collect()));
    // It stays short while anybody else waits, and the last one has all the time again.
    let rest: Vec<_> = std::iter::from_fn(|| queue.take()).map(|turn| (turn.form, turn.jobs.len())).collect();
    let joined = |count| (Form::Joined, count);
    assert_eq!(rest, [joined(6), joined(6), joined(6), joined(6), joined(2), (Form::Full, 1)]);
    // Recordings are one file a call, however many wait.
    let mut files = Queue::new(false);
    (1..=9).for_each(|id| assert!(files.push(call(id)).is_none()));
    assert!(std::iter::from_fn(|| files.take()).all(|turn| turn.jobs.len() == 1));
}

#[test]
fn notices_are_bounded_and_never_cost_a_call() {
    let mut queue = Queue::new(true);
    let refused = (0..1_000).filter(|id| queue.push(job(*id, Rank::Notice, "", "")).is_some()).count();
    assert_eq!(refused, 1_000 - ROOM);
    let gone = queue.push(job(2_000, Rank::Call, "A001", "1")).unwrap();
    assert_eq!((gone.0.rank, gone.1), (Rank::Notice, DropReason::Full));
    assert_eq!(ids(&queue.take().unwrap()), [2_000]);
}

#[test]
fn a_notice_makes_room_between_its_sentences_and_goes_on_afterwards() {
    let mut queue = Queue::new(true);
    queue.push(job(1, Rank::Notice, "", ""));
    let notice = queue.take().unwrap();
    queue.push(job(2, Rank::Notice, "", ""));
    assert!(!queue.outranks(notice.rank()));
    queue.push(job(3, Rank::Call, "A001", "1"));
    assert!(queue.outranks(notice.rank()) && !queue.outranks(Rank::Call));
    queue.put_back(notice, 1);
    assert_eq!(ids(&queue.take().unwrap()), [3]);
    let again = queue.take().unwrap();
    assert_eq!((ids(&again), again.done), (vec![1], 1));
    queue.push(job(4, Rank::Emergency, "", ""));
    assert!(queue.outranks(Rank::Call) && queue.outranks(Rank::Recall));
}
