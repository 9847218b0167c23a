//! What a file may say that no single key shows: names that point nowhere, things said twice, queues nobody serves.
//! Each rule looks at what is there and passes over the rest, so one mistake does not hide the next.

mod acts;
mod backup;
mod cards;
mod displays;
mod groups;
mod hours;
mod lanes;
mod network;
mod past;
mod people;
mod place;
mod printers;
mod queue;
mod screens;
mod selftest;
mod voice;
mod wires;

#[cfg(test)]
mod tests;

use super::{
    document::{At, Document, Node},
    mistake::Mistakes,
    model::Config,
    shape,
};
use crate::report::Past;
use std::{collections::BTreeMap, path::Path};

/// Reads a file's text. `file` is what mistakes call it; profiles of printers are looked for beside it. `past`
/// is what its targets are compared with.
///
/// # Errors
/// Everything that is wrong with it, warnings among them, when one of them keeps the lobby from running.
pub(super) fn read(file: &Path, text: &str, past: Option<&Past>) -> Result<(Config, Mistakes), Mistakes> {
    let mut out = Mistakes::none(file.display().to_string());
    let (document, syntax) = Document::parse(text);
    let whole = syntax.is_empty();
    for error in syntax {
        let remedy = "Mend this line; what it hides is checked after that.";
        out.error(error.line, format!("this is not TOML: {}", error.value), remedy);
    }
    // A line that could not be read hides keys and names: what would only be missed because of it is not counted.
    shape::check(document.root(), whole, &mut out);
    if whole {
        place::check(document.root(), &mut out);
        hours::check(document.root(), &mut out);
        queue::check(document.root(), &mut out);
        people::check(document.root(), &mut out);
        lanes::check(document.root(), &mut out);
        acts::check(document.root(), &mut out);
        let base = file.parent().unwrap_or(Path::new(""));
        if let Some(past) = past {
            past::check(document.root(), past, &mut out);
        }
        wires::check(document.root(), base, &mut out);
        displays::check(document.root(), base, &mut out);
        selftest::check(document.root(), &mut out);
        backup::check(document.root(), &mut out);
        network::check(document.root(), base, &mut out);
        screens::check(document.root(), &mut out);
        groups::check(document.root(), &mut out);
        cards::check(document.root(), &mut out);
        voice::check(document.root(), &mut out);
    }
    let config = match document.read::<Config>() {
        Ok(mut config) if out.errors() == 0 => {
            let guaranteed = config.rules.preset == queue_core::Preset::Targets;
            super::lanes::complete(&mut config.lanes, guaranteed);
            Some(config)
        }
        Err(error) if out.errors() == 0 => {
            out.error(error.line, error.value, "See config/README.md for what may stand here.");
            None
        }
        _ => None,
    };
    out.sort();
    match config {
        Some(config) => Ok((config, out)),
        None => Err(out),
    }
}

/// The texts under `key` of every block in a list of blocks.
fn ids<'a>(root: Node<'a>, list: &str, key: &str) -> Vec<At<&'a str>> {
    root.list(list).filter_map(|block| block.text(key)).collect()
}

/// Complains about every repetition after the first. `what` names the thing: `service`, `port`.
fn unique<'a>(things: impl IntoIterator<Item = At<&'a str>>, what: &str, remedy: &str, out: &mut Mistakes) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for thing in things {
        match seen.get(thing.value) {
            Some(line) => {
                out.error(thing.line, format!("{what} \"{}\" is also in line {line}", thing.value), remedy);
            }
            None => {
                seen.insert(thing.value, thing.line);
            }
        }
    }
}

/// Complains when a name is none of `known`. `what` is the block that would define it: `services`.
fn refers(name: At<&str>, what: &str, known: &[At<&str>], out: &mut Mistakes) {
    let known: Vec<&str> = known.iter().map(|at| at.value).collect();
    if known.contains(&name.value) {
        return;
    }
    let remedy = match shape::nearest(name.value, &known) {
        Some(near) => format!("Write \"{near}\", or add [[{what}]] with id = \"{}\".", name.value),
        None if known.is_empty() => format!("Add [[{what}]] with id = \"{}\".", name.value),
        None => format!("Write {}, or add [[{what}]] with id = \"{}\".", shape::quoted(&known), name.value),
    };
    out.error(name.line, format!("\"{}\" is none of the [[{what}]]", name.value), remedy);
}

/// Names stand in paths, addresses and device ids: small letters, digits and single hyphens.
fn usable_name(name: At<&str>, out: &mut Mistakes) {
    let good = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !name.value.split('-').all(good) {
        let remedy = "Write small letters, digits and hyphens, such as \"window-3\".";
        out.error(name.line, format!("\"{}\" cannot be an id", name.value), remedy);
    }
}
