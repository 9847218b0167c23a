//! The seeds of `tests/fuzz`, replayed on the stable compiler, with random bytes and random changes of seeds besides.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../fuzz/src/targets.rs"]
mod targets;

use lobby_tests::fuzz::seeds;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use targets::TARGETS;

#[test]
fn every_seed_replays() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(seeds.len() >= 5, "{name} has {} seeds", seeds.len());
        for seed in &seeds {
            target(seed);
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let manifest = std::fs::read_to_string(lobby_tests::hall::root().join("tests/fuzz/Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let program = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&program), "{name} is not in tests/fuzz/Cargo.toml");
        let source = lobby_tests::hall::root().join(format!("tests/fuzz/fuzz_targets/{name}.rs"));
        assert!(std::fs::read_to_string(source).unwrap().contains(&format!("targets::{name}(bytes)")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_bytes_harm_no_decoder(bytes in vec(any::<u8>(), 0..400)) {
        for (_, target) in TARGETS {
            target(&bytes);
        }
    }

    #[test]
    fn changed_seeds_harm_no_decoder(
        which in 0..TARGETS.len(),
        picks in vec(any::<Index>(), 1..4),
        changes in vec((any::<Index>(), any::<u8>()), 0..6),
        end in any::<Index>(),
    ) {
        let (name, target) = TARGETS[which];
        let seeds = seeds(name);
        let mut bytes: Vec<u8> = picks.iter().flat_map(|pick| pick.get(&seeds).clone()).collect();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        target(&bytes);
    }
}
