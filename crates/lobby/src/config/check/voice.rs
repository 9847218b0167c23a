//! Rules about the voice: outputs that lead somewhere, zones and times that are some, and notices that may be said.

use super::super::{
    calendar::{self, Days},
    document::{At, Node},
    mistake::Mistakes,
    model_voice::{banned, usually_banned},
};
use super::{ids, place::is_language_tag, refers, unique, usable_name};
use crate::voice::{Grammar, VoiceOutput, free_text};
use std::path::Path;

/// What may stand as an output.
const OUTPUTS: &str = "Write \"device\", \"device:NAME\", \"screens\", \"screens:ID\", \"wav:DIRECTORY\" or \"off\".";

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    languages(root, out);
    let Some(voice) = root.get("voice") else { return };
    voice.text("output").into_iter().for_each(|written| output(root, "voice `output`", written, out));
    zones(root, voice, out);
    spans(voice, out);
    let lanes = ids(root, "lanes", "id");
    voice.texts("quiet_lanes").for_each(|lane| refers(lane, "lanes", &lanes, out));
    programme(root, voice, out);
}

fn output(root: Node<'_>, name: &str, written: At<&str>, out: &mut Mistakes) {
    let screens: Vec<Node<'_>> = root.list("screens").filter(|screen| screen.flag("sound") == Some(true)).collect();
    match written.value.parse::<VoiceOutput>() {
        Err(_) => out.error(written.line, format!("{name} cannot be \"{}\"", written.value), OUTPUTS),
        Ok(VoiceOutput::Screens { ids }) => {
            let known: Vec<&str> = screens.iter().filter_map(|screen| screen.text("id")).map(|id| id.value).collect();
            if known.is_empty() {
                let remedy = "Add sound = true to the [[screens]] whose loudspeaker is meant.";
                out.error(written.line, "no screen has sound".to_owned(), remedy);
            }
            for id in ids.iter().filter(|id| !known.is_empty() && !known.contains(&id.as_str())) {
                let remedy = format!("Write one of {}, or add sound = true to that screen.", known.join(", "));
                out.error(written.line, format!("\"{id}\" is no screen with sound"), remedy);
            }
        }
        Ok(_) => {}
    }
}

/// Without a grammar a language is neither spoken nor stands in captions.
fn languages(root: Node<'_>, out: &mut Mistakes) {
    let pack = root.get("voice").and_then(|voice| voice.text("pack")).map(|pack| Path::new(pack.value));
    let ours = Grammar::languages();
    let tags = root.get("branch").into_iter().flat_map(|branch| branch.texts("languages"));
    for tag in tags.filter(|tag| !ours.contains(&tag.value) && is_language_tag(tag.value)) {
        let Err(cause) = Grammar::find(tag.value, pack.unwrap_or(Path::new(""))) else { continue };
        let remedy = "Save what \"lobby voice grammar\" prints, in that language, as grammar.toml in its folder of the \
                      clips, and write `pack`; without it calls are not spoken and not captioned in that language.";
        out.warn(tag.line, cause.to_string(), remedy);
    }
}

/// Times of the day at which something is other than usual.
fn spans(node: Node<'_>, out: &mut Mistakes) {
    for span in ["volume_by_hour", "speed_by_hour", "quiet"].into_iter().flat_map(|key| node.list(key)) {
        for key in ["from", "until"] {
            span.text(key).into_iter().for_each(|time| clock(key, time, out));
        }
    }
}

fn zones(root: Node<'_>, voice: Node<'_>, out: &mut Mistakes) {
    let names = ids(voice, "zones", "id");
    for name in &names {
        usable_name(*name, out);
    }
    unique(names, "voice zone", "Give each zone an id of its own.", out);
    let (services, counters) = (ids(root, "services", "id"), ids(root, "counters", "id"));
    for zone in voice.list("zones") {
        spans(zone, out);
        zone.text("output").into_iter().for_each(|written| output(root, "`output`", written, out));
        zone.texts("services").for_each(|service| refers(service, "services", &services, out));
        zone.texts("counters").for_each(|counter| refers(counter, "counters", &counters, out));
    }
    if let (Some(_), Some(written)) = (voice.list("zones").next(), voice.text("output")) {
        let remedy = "Take it out, or make a zone of it.";
        out.warn(written.line, "`output` of [voice] is of no use beside [[voice.zones]]".to_owned(), remedy);
    }
}

fn clock(key: &str, time: At<&str>, out: &mut Mistakes) {
    if calendar::time(time.value).is_none() {
        let remedy = "Write hours and minutes as HH:MM, such as \"12:30\".";
        out.error(time.line, format!("`{key}` cannot be \"{}\"", time.value), remedy);
    }
}

fn programme(root: Node<'_>, voice: Node<'_>, out: &mut Mistakes) {
    let names = ids(voice, "programme", "id");
    for name in &names {
        usable_name(*name, out);
    }
    unique(names, "entry of the programme", "Give each entry an id of its own.", out);
    let has_sessions = root.get("day").is_some_and(|day| day.list("sessions").next().is_some());
    let zones = ids(voice, "zones", "id");
    for entry in voice.list("programme") {
        entry.texts("at").for_each(|time| clock("at", time, out));
        for key in ["from", "until"] {
            entry.text(key).into_iter().for_each(|time| clock(key, time, out));
        }
        if let Some(days) = entry.text("days")
            && Days::parse(days.value).is_none()
        {
            let remedy = "Write days such as \"mon-fri\" or \"sat,sun\".";
            out.error(days.line, format!("`days` cannot be \"{}\"", days.value), remedy);
        }
        let fixed = entry.texts("at").next().is_some();
        if !fixed && entry.get("every_min").is_none() && entry.get("before_close_min").is_none() {
            let remedy = "Add at = [\"09:00\"], every_min = 30 or before_close_min = 15.";
            out.error(entry.line(), "an entry of the programme is never said".to_owned(), remedy);
        }
        if entry.get("from").is_some() != entry.get("until").is_some() {
            let remedy = "Write both `from` and `until`, or neither for the time in which numbers are given.";
            out.error(entry.line(), "one of `from` and `until` is missing".to_owned(), remedy);
        }
        if let (Some(before), false) = (entry.get("before_close_min"), has_sessions) {
            let remedy = "Give [day] its sessions, or write times with `at`.";
            out.error(before.line(), "there is no closing to be before: the branch has no sessions".to_owned(), remedy);
        }
        if !zones.is_empty() {
            entry.texts("zones").for_each(|zone| refers(zone, "voice.zones", &zones, out));
        }
        texts(root, voice, entry, out);
    }
}

/// What is said is plain, in languages of the branch, and polite.
fn texts(root: Node<'_>, voice: Node<'_>, entry: Node<'_>, out: &mut Mistakes) {
    let spoken: Vec<&str> =
        root.get("branch").into_iter().flat_map(|branch| branch.texts("languages")).map(|tag| tag.value).collect();
    let spoken = if spoken.is_empty() { vec!["zh-CN", "en"] } else { spoken };
    let own: Vec<&str> = voice.texts("banned_words").map(|word| word.value).collect();
    for (tag, text) in entry.get("text").into_iter().flat_map(Node::entries) {
        if !spoken.contains(&tag.value) {
            let remedy = format!("Add \"{}\" to `languages`, or take the text out.", tag.value);
            out.warn(tag.line, format!("the text for \"{}\" is never said", tag.value), remedy);
        }
        let Some(text) = text.as_text() else { continue };
        if let Err(why) = free_text::plain(text.value) {
            out.error(text.line, format!("this cannot be said: {why}"), "Write one or two plain sentences.");
        }
        let word = match voice.get("banned_words") {
            Some(_) => banned(text.value, own.iter().copied()),
            None => banned(text.value, usually_banned()),
        };
        if let Some(word) = word {
            let remedy = "Say it politely, or take the word out of `banned_words`.";
            out.warn(text.line, format!("\"{word}\" is a word that customers should not hear"), remedy);
        }
    }
}
