//! Rules about the branch itself: where it is, which languages it speaks, who reaches it.

use super::super::{
    document::{At, Node},
    mistake::Mistakes,
};
use std::net::SocketAddr;

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    if let Some(branch) = root.get("branch") {
        branch.text("id").into_iter().for_each(|id| super::usable_name(id, out));
        time_zone(branch, out);
        if languages(branch, out) {
            names(root, branch, out);
        }
        for key in ["listen", "public_listen"] {
            listen(root, branch, key, out);
        }
        branch.text("public_url").into_iter().for_each(|url| public_url(url, out));
    }
    rolls_at(root, out);
}

fn time_zone(branch: Node<'_>, out: &mut Mistakes) {
    let Some(zone) = branch.text("time_zone") else { return };
    if jiff::tz::TimeZone::get(zone.value).is_err() {
        let remedy = "Write a name of the IANA list, such as \"Asia/Shanghai\"; the package tzdata must be installed.";
        out.error(zone.line, format!("time zone \"{}\" is not known", zone.value), remedy);
    }
}

/// Says whether the languages are such that texts can be held against them.
fn languages(branch: Node<'_>, out: &mut Mistakes) -> bool {
    let before = out.errors();
    for tag in branch.texts("languages") {
        language_tag(tag, out);
    }
    let remedy = "Write it once; the order is that of paper and speech.";
    super::unique(branch.texts("languages"), "language", remedy, out);
    if let Some(list) = branch.get("languages")
        && list.value().is_array()
        && list.items().next().is_none()
    {
        out.error(list.line(), "`languages` is empty", "Write at least one, such as languages = [\"zh-CN\"].");
    }
    out.errors() == before
}

/// The part of RFC 5646 that occurs: a language of 2–3 letters, then script, region or variant.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let good_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let good_rest = parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    good_language && good_rest
}

fn language_tag(tag: At<&str>, out: &mut Mistakes) {
    if !is_language_tag(tag.value) {
        let remedy = "Write a tag such as \"zh-CN\", \"en\" or \"yue\".";
        out.error(tag.line, format!("\"{}\" is no language tag", tag.value), remedy);
    }
}

fn listen(root: Node<'_>, branch: Node<'_>, key: &str, out: &mut Mistakes) {
    let Some(listen) = branch.text(key) else { return };
    match listen.value.parse::<SocketAddr>() {
        Err(_) => {
            let remedy = "Write an IP address and a port, such as \"127.0.0.1:8700\" or \"0.0.0.0:8700\".";
            out.error(listen.line, format!("\"{}\" is no address to listen on", listen.value), remedy);
        }
        Ok(address) if root.flag("demo") == Some(true) && !address.ip().is_loopback() => {
            let what = format!("demo = true has known tokens and may not be reached through {}", address.ip());
            let remedy = format!("Write {key} = \"127.0.0.1:{}\", or take demo = true out.", address.port());
            out.error(listen.line, what, remedy);
        }
        Ok(_) => {}
    }
}

fn public_url(url: At<&str>, out: &mut Mistakes) {
    let host = url.value.strip_prefix("https://").or_else(|| url.value.strip_prefix("http://"));
    let plain = |host: &str| {
        !host.is_empty()
            && !host.starts_with([':', '/'])
            && !host.ends_with('/')
            && !host.contains(['?', '#', '@', '"', '\\'])
            && !host.contains(char::is_whitespace)
    };
    if !host.is_some_and(plain) {
        let remedy = "Write where phones reach the lobby, without / at its end, such as \"https://tickets.example\".";
        out.error(url.line, format!("`public_url` cannot be \"{}\"", url.value), remedy);
    }
}

fn rolls_at(root: Node<'_>, out: &mut Mistakes) {
    let Some(time) = root.get("day").and_then(|day| day.text("rolls_at")) else { return };
    let number = |part: &str| (part.len() == 2).then(|| part.parse::<u8>().ok()).flatten();
    let good = time.value.split_once(':').and_then(|(hour, minute)| Some((number(hour)?, number(minute)?)));
    if !good.is_some_and(|(hour, minute)| hour < 24 && minute < 60) {
        let remedy = "Write hours and minutes as HH:MM, such as \"04:00\".";
        out.error(time.line, format!("`rolls_at` cannot be \"{}\"", time.value), remedy);
    }
}

/// Whatever customers see has a name in each language of the branch.
fn names(root: Node<'_>, branch: Node<'_>, out: &mut Mistakes) {
    let mut wanted: Vec<&str> = branch.texts("languages").map(|tag| tag.value).collect();
    if branch.get("languages").is_none() {
        wanted = vec!["zh-CN", "en"]; // the default of `BranchConfig::languages`
    }
    let mut named: Vec<Node<'_>> = branch.get("name").into_iter().collect();
    for block in root.list("services").chain(root.list("lanes")).chain(root.list("groups")) {
        named.extend(block.get("name").into_iter().chain(block.list("papers")));
    }
    for screen in root.list("screens") {
        named.extend(screen.get("name").into_iter().chain(screen.list("notices")));
    }
    for name in named.into_iter().filter(|name| name.value().is_table()) {
        for language in wanted.iter().filter(|language| name.get(language).is_none()) {
            let what = format!("there is no text for the language \"{language}\"");
            let remedy = format!("Add {language} = \"…\", or take \"{language}\" out of `languages`.");
            out.error(name.line(), what, remedy);
        }
        for (tag, _) in name.entries().filter(|(tag, _)| !wanted.contains(&tag.value)) {
            let what = format!("the text for \"{}\" is never shown", tag.value);
            let remedy = format!("Add \"{}\" to `languages`, or take the text out.", tag.value);
            out.warn(tag.line, what, remedy);
        }
    }
}
