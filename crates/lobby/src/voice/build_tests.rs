//! The pack made with espeak-ng, and what is said with it. Needs espeak-ng (`apt-get install espeak-ng`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use super::super::audio::{longest_gap, peak, to_db, to_f32};
use super::super::check::{Problem, check};
use super::super::render::Sound;
use super::super::wording::{self, WordingOptions};
use super::*;

fn languages() -> Vec<String> {
    Grammar::languages().into_iter().map(str::to_owned).collect()
}

/// The pack in `target/voice`, made once for all tests.
pub(in crate::voice) fn shared_pack() -> &'static PathBuf {
    static PACK: OnceLock<PathBuf> = OnceLock::new();
    PACK.get_or_init(|| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/voice");
        load_or_build(&dir, &languages()).expect("the voice tests need espeak-ng: apt-get install espeak-ng");
        dir
    })
}

fn render(language: &str, ticket: &str, counter: &str) -> Sound {
    let pack = Pack::load(shared_pack(), &[language.to_owned()]).unwrap();
    let grammar = Grammar::of(language).unwrap();
    let options = WordingOptions::default();
    let sentence = wording::call(&grammar, ticket, counter, options).unwrap();
    Sound::of(&pack, &[sentence])
}

#[test]
fn the_made_pack_has_nothing_to_mend() {
    assert_eq!(check(shared_pack(), &languages()).unwrap(), Vec::new());
}

/// Golden: do not change, add.
#[test]
fn a012_to_counter_12_is_the_golden_sequence_without_gaps_and_clipping() {
    let golden = [
        (
            "zh-CN",
            "chime zh-CN/please zh-CN/letter-a zh-CN/digit-0 zh-CN/digit-1 zh-CN/digit-2 \
                   zh-CN/customer-to zh-CN/number-10 zh-CN/digit-2 zh-CN/counter",
        ),
        (
            "en",
            "chime en/ticket en/letter-a en/digit-0 en/digit-1 en/digit-2 \
                en/please-go-to-counter en/number-12",
        ),
        (
            "yue",
            "chime yue/please yue/letter-a yue/digit-0 yue/digit-1 yue/digit-2 \
                 yue/number-to yue/number-10 yue/digit-2 yue/counter",
        ),
    ];
    for (language, sequence) in golden {
        let sound = render(language, "A012", "12");
        let ids: Vec<String> = sound.clips.iter().map(ToString::to_string).collect();
        assert_eq!(ids, sequence.split_whitespace().collect::<Vec<_>>());
        assert!(sound.missing.is_empty());
        let samples = to_f32(&sound.samples);
        let gap = longest_gap(&samples);
        assert!(gap <= Duration::from_millis(400), "{language}: {gap:?} of silence");
        assert!(to_db(peak(&samples)) < -0.1, "{language}: clipped");
        assert!((2.5..6.0).contains(&sound.seconds()), "{}", sound.seconds());
    }
}

#[test]
fn two_languages_twice_are_at_most_twelve_seconds_of_speech() {
    let chime = chime::chime().len();
    let speech: usize =
        ["zh-CN", "en"].iter().map(|language| render(language, "A012", "12").samples.len() - chime).sum();
    let seconds = audio::duration_of(2 * speech).as_secs_f64();
    assert!(seconds <= 12.0, "{seconds} s");
}

/// A small pack of one language in its own folder.
fn private_pack() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("voice");
    build(&dir, &["yue".to_owned()]).unwrap();
    (folder, dir)
}

#[test]
fn the_pack_says_what_to_record() {
    let words = fs::read_to_string(shared_pack().join("en/words.txt")).unwrap();
    for line in ["letter-b.wav\tB", "digit-0.wav\tzero", "please-go-to-counter.wav\tplease go to counter"] {
        assert!(words.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn building_again_keeps_recordings_and_replaces_the_rest() {
    let (folder, dir) = private_pack();
    let recorded = ClipId::of("yue", "digit-3");
    wav::write(&recorded.path(&dir), &[7_000; 4_800]).unwrap();
    fs::write(dir.join("who-spoke.txt"), "Ms Chan").unwrap();
    fs::remove_file(ClipId::of("yue", "digit-4").path(&dir)).unwrap();

    let summary = build(&dir, &["yue".to_owned()]).unwrap();
    assert_eq!(summary.kept, [PathBuf::from("who-spoke.txt"), PathBuf::from("yue/digit-3.wav")]);
    let pack = Pack::load(&dir, &["yue".to_owned()]).unwrap();
    assert_eq!(pack.clip(&recorded).unwrap().as_ref(), [7_000; 4_800]);
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("building"))
        .collect();
    assert!(left.is_empty(), "{left:?} left behind");
}

#[test]
fn check_names_what_is_missing_loud_long_silent_and_unreadable() {
    let (_folder, dir) = private_pack();
    let path = |name| ClipId::of("yue", name).path(&dir);
    fs::remove_file(path("digit-0")).unwrap();
    wav::write(&path("digit-1"), &vec![i16::MAX; 9_600]).unwrap();
    wav::write(&path("digit-2"), &vec![3_000; 48_000 * 5]).unwrap();
    wav::write(&path("digit-3"), &vec![3; 9_600]).unwrap();
    fs::write(path("digit-4"), "words").unwrap();
    let found = check(&dir, &["yue".to_owned()]).unwrap();
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    let expected = ["missing", "too loud", "5.0 s long", "silent", "cannot read"];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (digit, text) in expected.iter().enumerate() {
        let clip = format!("yue/digit-{digit}");
        let hit = |line: &&String| line.starts_with(&clip) && line.contains(text);
        assert!(lines.iter().any(|line| hit(&line)), "{clip} {text}: {lines:#?}");
    }
    assert!(matches!(found[0].problem, Problem::Missing));
}

#[test]
fn a_failed_build_leaves_the_old_pack() {
    let (_folder, dir) = private_pack();
    let before = files_below(&dir).unwrap().len();
    let refused = build(&dir, &["yue".to_owned(), "tlh".to_owned()]);
    assert!(matches!(refused, Err(VoiceError::UnknownLanguage { .. })));
    assert_eq!(files_below(&dir).unwrap().len(), before);
}

#[test]
fn who_needs_another_language_adds_it_and_who_needs_the_first_makes_nothing_anew() {
    let (_folder, dir) = private_pack();
    let [yue, en] = ["yue", "en"].map(|tag| vec![tag.to_owned()]);
    load_or_build(&dir, &en).unwrap();
    Pack::load(&dir, &[yue.clone(), en.clone()].concat()).unwrap();
    let made = || dir.join(MANIFEST).metadata().unwrap().modified().unwrap();
    let before = made();
    for languages in [&yue, &en] {
        load_or_build(&dir, languages).unwrap();
    }
    assert_eq!(made(), before);
}
