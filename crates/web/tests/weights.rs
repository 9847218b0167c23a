//! How much each page weighs on the wire when it is opened for the first time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

/// Most of a first load, compressed with gzip, which every browser takes. Issue 5.
const LIMIT: usize = 200 * 1024;

/// What stands between two signs: `"…"` of an address that a page, a script or a style loads at once. What a script
/// loads later (`import("…")`) is not part of the first load.
fn loaded_by(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.match_indices('"').filter_map(move |(at, _)| {
        let (before, rest) = (text.get(..at)?, text.get(at + 1..)?);
        let (name, _) = rest.split_once('"')?;
        (!before.ends_with("import(")).then_some(name)
    });
    let urls = text.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    quoted.chain(urls).filter_map(|address| {
        let file = address.strip_prefix("/t").unwrap_or(address);
        file.strip_prefix("/assets/").or_else(|| file.strip_prefix("./"))
    })
}

/// A page and everything that it loads at once, with their size in gzip.
fn first_load(page: &str) -> usize {
    let shell = web::page(page, "").unwrap();
    let mut weight = web::page(page, "gzip").unwrap().bytes.len();
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<String> = loaded_by(std::str::from_utf8(&shell.bytes).unwrap()).map(str::to_owned).collect();
    while let Some(file) = ahead.pop() {
        let address = format!("/assets/{file}");
        // A quoted text that only looks like an address names nothing.
        let Some(plain) = web::find(&address, "") else { continue };
        if !seen.insert(file) {
            continue;
        }
        weight += web::find(&address, "gzip").unwrap_or_else(|| plain.clone()).bytes.len();
        if let Ok(text) = std::str::from_utf8(&plain.bytes) {
            ahead.extend(loaded_by(text).map(str::to_owned));
        }
    }
    assert!([".js", ".css"].iter().all(|kind| seen.iter().any(|file| file.ends_with(*kind))), "{page}: {seen:?}");
    weight
}

#[test]
fn the_first_load_of_every_page_is_light() {
    let heavy: Vec<_> =
        web::PAGES.iter().map(|page| (page, first_load(page))).filter(|(_, bytes)| *bytes > LIMIT).collect();
    assert!(heavy.is_empty(), "more than {LIMIT} bytes: {heavy:?}");
}

#[test]
fn what_is_loaded_later_does_not_count() {
    let script = r#"import{a}from"./one.js";import"./two.js";const later=()=>import("./three.js");const x="./four""#;
    assert_eq!(loaded_by(script).collect::<Vec<_>>(), ["one.js", "two.js", "four"]);
    assert_eq!(loaded_by("@font-face{src:url(/assets/a.woff2)}").collect::<Vec<_>>(), ["a.woff2"]);
}
