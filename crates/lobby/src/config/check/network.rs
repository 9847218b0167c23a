//! Rules about the network: certificates that can be used, and names that they are for.

use super::super::{
    document::{At, Node},
    mistake::Mistakes,
};
use crate::{
    clock::Clock,
    net::{CertificateError, Facts, Pair, SOON},
};
use queue_core::Timestamp;
use std::{net::SocketAddr, path::Path};

pub(super) fn check(root: Node<'_>, base: &Path, out: &mut Mistakes) {
    limits(root, out);
    let Some(tls) = root.get("tls") else { return };
    redirect(root, tls, out);
    public(root, tls, out);
    let (Some(cert), Some(key)) = (tls.text("cert"), tls.text("key")) else { return };
    match Pair::load(&base.join(cert.value), &base.join(key.value)) {
        Ok(pair) => {
            names(root, tls, &pair, cert.line, out);
            times(&pair.facts, cert.line, Clock::real().now(), out);
        }
        Err(why) => {
            let about_key = match &why {
                CertificateError::NoKey(_) | CertificateError::OtherKey { .. } => true,
                CertificateError::Read { path, .. } => *path == base.join(key.value),
                _ => false,
            };
            let told = why.to_string();
            let (what, remedy) = told.split_once("; ").unwrap_or((&told, "look at the file"));
            out.error(if about_key { key.line } else { cert.line }, what, sentence(remedy));
        }
    }
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn names(root: Node<'_>, tls: Node<'_>, pair: &Pair, line: usize, out: &mut Mistakes) {
    let known = pair.facts.names.join(", ");
    if let Some(name) = tls.text("name") {
        if !pair.is_for(name.value) {
            let remedy = "Write one of those names, or have a certificate made for this one.";
            out.error(name.line, format!("the certificate is not for \"{}\" but for {known}", name.value), remedy);
        }
        return;
    }
    // Where it listens on one address only, browsers are likely to open that.
    let listen = root.get("branch").and_then(|branch| branch.text("listen")?.value.parse::<SocketAddr>().ok());
    if let Some(address) = listen.map(|listen| listen.ip()).filter(|ip| !ip.is_unspecified())
        && !pair.is_for(&address.to_string())
    {
        let remedy = "Write `name`, the name by which pages are opened, to have it compared.";
        out.warn(line, format!("the certificate is not for {address} but for {known}"), remedy);
    }
}

fn times(facts: &Facts, line: usize, now: Timestamp, out: &mut Mistakes) {
    let day = |at: Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().strftime("%Y-%m-%d");
    let remedy = "Run `lobby tls renew`, or ask whoever issued it for the next one; browsers refuse the lobby without.";
    if facts.until <= now {
        out.warn(line, format!("the certificate was good until {}", day(facts.until)), remedy);
    } else if facts.until.since(now) <= SOON {
        out.warn(line, format!("the certificate is good until {} only", day(facts.until)), remedy);
    } else if facts.from > now {
        let remedy = "Look at the clock of this machine.";
        out.warn(line, format!("the certificate is good from {} on", day(facts.from)), remedy);
    }
}

fn redirect(root: Node<'_>, tls: Node<'_>, out: &mut Mistakes) {
    let Some(text) = tls.text("redirect") else { return };
    let Ok(address) = text.value.parse::<SocketAddr>() else {
        let remedy = "Write an address and a port, such as \"0.0.0.0:80\".";
        out.error(text.line, format!("`redirect` cannot be \"{}\"", text.value), remedy);
        return;
    };
    for key in ["listen", "public_listen"] {
        let other = root.get("branch").and_then(|branch| branch.text(key)?.value.parse::<SocketAddr>().ok());
        if address.port() != 0 && other.is_some_and(|other| other.port() == address.port()) {
            let remedy = "Give each of them a port of its own.";
            out.error(text.line, format!("`redirect` and `{key}` use the same port {}", address.port()), remedy);
        }
    }
}

/// What browsers keep of TLS counts for all ports of a name.
fn public(root: Node<'_>, tls: Node<'_>, out: &mut Mistakes) {
    let Some(branch) = root.get("branch") else { return };
    let Some(url) = branch.text("public_url") else { return };
    let plain = url.value.strip_prefix("http://");
    let tells = tls.whole("hsts_days").is_none_or(|days: At<i64>| days.value > 0);
    let host = plain.map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    if let (Some(host), Some(name)) = (host, tls.text("name"))
        && tells
        && host == name.value
    {
        let remedy = "Give the tracking page another name, or write hsts_days = 0.";
        let what = format!("browsers that were at https://{host} will not open {} any more", url.value);
        out.warn(url.line, what, remedy);
    }
}

fn limits(root: Node<'_>, out: &mut Mistakes) {
    let Some(limits) = root.get("limits") else { return };
    if let (Some(minute), Some(hour)) = (limits.whole("tickets_per_min"), limits.whole("tickets_per_hour"))
        && hour.value < minute.value
    {
        let remedy = "Write at least as many for the hour as for the minute.";
        out.error(hour.line, "`tickets_per_hour` is less than `tickets_per_min`", remedy);
    }
}
