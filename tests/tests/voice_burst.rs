//! A hall in which everything happens at once: 40 calls and 10 recalls, by a simulated clock, rendered as one recording.
//! Every call is in it once, alone or joined with others; none that nobody needs any more; in order of rank; never more
//! than half a minute late; and no pause inside a sentence is long enough to be taken for its end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::cast_precision_loss, reason = "seconds of a test")]

use lobby::voice::{
    Announcement, DropReason, Rank, Saying, Speech, audio,
    queue::{Form, Turn},
    render::Sound,
};
use lobby_tests::voice::{Loudspeaker, after, call};
use std::{collections::BTreeMap, time::Duration};

#[test]
fn a_burst_of_forty_calls_and_ten_recalls() {
    let mut hall = Loudspeaker::new();
    let mut coming = Vec::new();
    for n in 0..40_u64 {
        coming.push((0.0, call(n + 1, Rank::Call, &format!("A{:03}", n + 1), n % 12 + 1, 0.0)));
    }
    // Ten of the first are called again: those that have not been heard yet need it once only.
    for n in 0..10_u64 {
        coming.push((12.0, call(101 + n, Rank::Recall, &format!("A{:03}", n * 4 + 1), (n * 4) % 12 + 1, 12.0)));
        hall.over.insert(n * 4 + 1, 12.0);
    }
    // Five customers go to their counters by what the screens show.
    let came = [20, 24, 28, 32, 36];
    hall.over.extend(came.map(|id| (id, 15.0)));
    let newest: BTreeMap<String, u64> =
        coming.iter().map(|(_, job)| (job.as_call().unwrap().ticket.clone(), job.id)).collect();
    hall.live(coming);

    let heard = hall.heard();
    assert!(heard.values().all(|times| times.len() == 1), "nothing is said twice: {heard:?}");
    for (ticket, id) in &newest {
        let dropped = hall.dropped.iter().find(|(gone, _)| gone == id);
        let was_heard = heard.contains_key(id);
        match dropped {
            None => assert!(was_heard, "{ticket} was lost"),
            Some((id, DropReason::Overtaken)) => {
                assert!(hall.over.contains_key(id) && !was_heard, "{ticket} was dropped for nothing");
            }
            // Fifty calls at once are more than a minute of speech; what is left has lost its use and is told.
            Some((_, reason)) => panic!("{ticket} was dropped: {reason:?}"),
        }
    }
    for (begin, _, turn) in &hall.said {
        for job in &turn.jobs {
            assert!(after(*begin) < job.expires_at, "{} is stale", job.name());
            assert!(!hall.is_over(job.id, *begin), "{} is of no use any more", job.name());
        }
    }
    // Calls before recalls, once both wait.
    let ranks: Vec<Rank> =
        hall.said.iter().filter(|(begin, ..)| *begin >= 12.0).map(|(.., turn)| turn.rank()).collect();
    assert!(ranks.windows(2).all(|pair| pair[0] >= pair[1]), "{ranks:?}");
    assert!(hall.said.iter().any(|(.., turn)| turn.form == Form::Joined));
    let long: f64 = hall.said.iter().map(|(from, until, _)| until - from).sum();
    println!("{} turns, {long:.1} s of speech", hall.said.len());

    // Written and read again: what was said is in the recording, nothing clips.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("burst.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: audio::RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    hall.recording.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
    let read: Vec<i16> = hound::WavReader::open(&path).unwrap().into_samples().map(Result::unwrap).collect();
    let last = hall.said.iter().map(|(_, until, _)| *until).fold(0.0, f64::max);
    assert!(audio::duration_of(read.len()).as_secs_f64() >= last - 0.01);
    assert!(audio::to_db(audio::peak(&audio::to_f32(&read))) < -1.0);
}

#[test]
fn forty_calls_in_a_minute_are_never_half_a_minute_late() {
    let mut hall = Loudspeaker::new();
    let worst = hall.rush();
    assert!(hall.dropped.is_empty(), "{:?}", hall.dropped);
    assert_eq!(hall.heard().len(), 40);
    println!("{} turns; the last word of a call at most {worst:.1} s after it was made", hall.said.len());
    assert!(worst < 30.0, "{worst:.1} s");
}

#[test]
fn one_call_is_short_enough_to_be_borne_and_a_joined_one_has_no_gaps() {
    let hall = Loudspeaker::new();
    let turn = |jobs: Vec<Announcement>, form| Turn { jobs, form, done: 0, goes_on: false };
    let long = hall.speech(call(1, Rank::Call, "A012", 12, 0.0));
    println!("two languages twice: {long:.1} s of speech");
    assert!(long <= 12.0, "{long:.1} s");

    let jobs: Vec<Announcement> = (1..=8).map(|n| call(n, Rank::Call, &format!("A{n:03}"), n, 0.0)).collect();
    let joined = hall.phrasing.of(&turn(jobs, Form::Joined), 10).unwrap();
    assert_eq!((joined.passes.len(), joined.passes[0].parts.len()), (1, 2), "one sentence a language");
    for part in &joined.passes[0].parts {
        let sound = Sound::of_parts(&hall.pack, false, std::slice::from_ref(part));
        assert!(sound.missing.is_empty(), "{:?}", sound.missing);
        let gap = audio::longest_gap(&audio::to_f32(&sound.samples));
        assert!(gap < Duration::from_millis(400), "{gap:?}");
    }
}

#[test]
fn notices_wait_for_the_calls() {
    let mut hall = Loudspeaker::new();
    let sounds = vec![("zh-CN".to_owned(), vec![900_i16; 96_000].into())];
    let notice = Announcement {
        saying: Saying::Speech(Speech { sounds, ..Speech::default() }),
        rank: Rank::Notice,
        repeats: 1,
        expires_at: after(600.0),
        ..call(500, Rank::Call, "", 1, 0.0)
    };
    let mut coming = vec![(0.5, notice)];
    coming.extend((0..6_u64).map(|n| (n as f64, call(n + 1, Rank::Call, &format!("A{n:03}"), n + 1, n as f64))));
    hall.live(coming);
    let order: Vec<Rank> = hall.said.iter().map(|(.., turn)| turn.rank()).collect();
    assert_eq!(order.last(), Some(&Rank::Notice), "{order:?}");
    assert_eq!(hall.heard().len(), 7);
}
