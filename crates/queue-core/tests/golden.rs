//! Journals in the field must stay readable: rows of every kind of fact, as they were once written
//! (`tests/golden/rows.jsonl`). Rows are added there, never changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use queue_core::Event;
use serde_json::Value;
use std::collections::BTreeSet;

const ROWS: &str = include_str!("../../../tests/golden/rows.jsonl");
const SOURCE: &str = include_str!("../src/event_kind.rs");

/// Each row as it was written, and as it is written today.
fn rows() -> Vec<(String, String)> {
    let mut lines = ROWS.lines();
    let header: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert!(header["header"].as_str().unwrap().starts_with("Do not change, add."));
    lines
        .map(|line| match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            None => (line.to_owned(), line.to_owned()),
            Some(both) => {
                let (old, new) = both.split_once("},{\"kind\"").unwrap();
                (format!("{old}}}"), format!("{{\"kind\"{new}"))
            }
        })
        .collect()
}

#[test]
fn every_row_is_read_and_written_to_the_letter() {
    let rows = rows();
    assert!(rows.len() >= 54);
    for (written, today) in rows {
        let fact: Event = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error} in {written}"));
        assert_eq!(serde_json::to_string(&fact).unwrap(), today);
        assert!(written.starts_with(&format!("{{\"kind\":\"{}\"", fact.kind())), "{written}");
        assert_eq!(serde_json::from_str::<Event>(&today).unwrap(), fact);
    }
}

#[test]
fn a_field_of_a_later_version_does_not_make_a_row_unreadable() {
    let row = r#"{"kind":"recalled","ticket":"20261121-A012","counter":"1","louder":true}"#;
    assert_eq!(serde_json::from_str::<Event>(row).unwrap().kind(), "recalled");
    assert!(serde_json::from_str::<Event>(r#"{"kind":"unheard_of"}"#).is_err());
}

#[test]
fn every_kind_of_fact_has_a_row() {
    // `Event::kind` names every kind: the compiler sees to that. Its arms stand in the source, one a line.
    let arms = SOURCE.lines().map(str::trim).filter(|line| line.starts_with("Event::"));
    let kinds: BTreeSet<&str> =
        arms.filter_map(|arm| arm.split_once("=> \"")?.1.split_once('"')).map(|(k, _)| k).collect();
    assert!(kinds.len() >= 34, "the arms of Event::kind were not found: {kinds:?}");
    let seen: BTreeSet<String> =
        rows().iter().map(|(row, _)| serde_json::from_str::<Event>(row).unwrap().kind().to_owned()).collect();
    let missing: Vec<_> = kinds.iter().filter(|kind| !seen.contains(**kind)).collect();
    assert!(missing.is_empty(), "no golden row for {missing:?}");
}
