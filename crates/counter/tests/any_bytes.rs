//! Any bytes at all into every decoder: random ones, frames with a few bytes changed, and the corpus, which holds what
//! once went wrong and one good frame of each kind. A file under `tests/corpus` is replayed for ever.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use common::decoders;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Good frames of every wire.
fn seeds() -> Vec<Vec<u8>> {
    let golden = ["frames.txt", "ff68.txt", "displays.txt"];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let texts = golden.map(|file| std::fs::read_to_string(folder.join(file)).unwrap());
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
    lines.map(|line| common::bytes(line.split_once(' ').unwrap().1)).collect()
}

#[test]
fn the_corpus_replays() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            decoders::all(&common::bytes(line));
            seen += 1;
        }
    }
    assert!(seen >= 10, "only {seen} lines in the corpus");
    for frame in seeds() {
        decoders::all(&frame);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn random_bytes_harm_nothing(bytes in vec(any::<u8>(), 0..600)) {
        decoders::all(&bytes);
    }

    #[test]
    fn frames_with_changes_harm_nothing(
        picks in vec(any::<Index>(), 1..6),
        changes in vec((any::<Index>(), any::<u8>()), 0..4),
    ) {
        let seeds = seeds();
        let mut bytes: Vec<u8> = picks.iter().flat_map(|pick| pick.get(&seeds).clone()).collect();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        decoders::all(&bytes);
    }

    #[test]
    fn random_profiles_are_refused_or_usable(text in "[a-z_]{0,8} ?= ?\"?[{}a-z0-9:<$ #]{0,30}\"?\n?") {
        decoders::all(format!("protocol = \"template\"\nframe = \"{{number}}\"\n{text}").as_bytes());
        decoders::all(format!("protocol = \"template\"\nframe = '{}'\n", text.replace('\n', "")).as_bytes());
    }
}
