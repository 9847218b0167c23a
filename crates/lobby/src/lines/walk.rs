//! `lobby line walk`: the walk of a running lobby from a terminal. Presses stay where they belong, in its journal.

use super::{LineToolError, WalkArgs, list};
use crate::{
    accounts::Role,
    errand::{self, Errand},
    views::{LineUnitView, LineView},
};
use reqwest::{Client, Method, Url};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

/// How often the lobby is asked what was pressed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Walks a line until every key was pressed, somebody ends it, or Ctrl-C.
pub(super) async fn walk(
    args: WalkArgs,
    usual: impl FnOnce() -> Option<PathBuf>,
    out: &mut dyn Write,
) -> Result<(), LineToolError> {
    let data = args.data.clone().or_else(|| if args.lobby.is_some() && args.token.is_some() { None } else { usual() });
    let which = || LineToolError::Use("say which lobby is meant: --data DIR, or --lobby URL with --token".to_owned());
    let url = match (&args.lobby, &data) {
        (Some(url), _) => url.clone(),
        (None, Some(data)) => errand::address(data)?,
        (None, None) => return Err(which()),
    };
    let errand = match (&args.token, &data) {
        (Some(token), _) => Errand::with_token(token.clone()),
        (None, Some(data)) => Errand::begin(data, Role::Engineer, "walk")?,
        (None, None) => return Err(which()),
    };
    let lobby = Lobby { client: Client::new(), url, token: errand.token.clone(), line: args.line.clone() };
    let walked = lobby.walk(&args, out).await;
    errand.end()?;
    let line = walked?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&line).map_err(io::Error::from)?)?;
    } else {
        list::table(&line, args.lang, None, out)?;
    }
    let wanted = |unit: &&LineUnitView| args.counter.is_empty() || args.counter.contains(&unit.counter);
    if line.units.iter().filter(wanted).all(|unit| unit.complete) { Ok(()) } else { Err(LineToolError::NotWell) }
}

struct Lobby {
    client: Client,
    url: Url,
    token: String,
    line: String,
}

impl Lobby {
    async fn walk(&self, args: &WalkArgs, out: &mut dyn Write) -> Result<LineView, LineToolError> {
        let body = if args.counter.is_empty() { json!({}) } else { json!({ "counters": args.counter }) };
        let mut line = self.ask(Method::POST, "", Some(&body)).await?;
        let mut told = BTreeSet::new();
        if !args.json {
            writeln!(out, "press every key of every counter; each shows its number. Ctrl-C ends the walk")?;
        }
        while line.walk.is_some() {
            if !args.json {
                news(&line, &mut told, args.lang, out)?;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => line = self.ask(Method::GET, "", None).await?,
                // Without a handler the process just ends, and the lobby ends the walk by itself.
                Ok(()) = tokio::signal::ctrl_c() => line = self.ask(Method::POST, "/stop", Some(&json!({}))).await?,
            }
        }
        Ok(line)
    }

    async fn ask(&self, method: Method, act: &str, body: Option<&Value>) -> Result<LineView, LineToolError> {
        let mut url = self.url.clone();
        url.set_path("/api/v1/lines");
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(&self.line).push("walk").extend(act.strip_prefix('/'));
        }
        let mut call = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            call = call.json(body);
        }
        let answer = call.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        let detail = || body["detail"].as_str().unwrap_or("without saying why").to_owned();
        if !status.is_success() {
            return Err(LineToolError::Refused(detail()));
        }
        serde_json::from_value(body.clone()).map_err(|_| LineToolError::Refused(detail()))
    }
}

/// Says what was pressed since the last look.
fn news(
    line: &LineView,
    told: &mut BTreeSet<(u8, String)>,
    language: list::Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    for unit in line.units.iter().filter(|unit| unit.walking) {
        let left = unit.keys.iter().filter(|key| !key.ticked).count();
        for pressed in unit.keys.iter().filter(|key| key.ticked) {
            if told.insert((unit.unit, pressed.key.clone())) {
                let words = list::key(&pressed.key, language);
                writeln!(out, "counter {} (unit {}): {words} ✓, {left} left", unit.counter, unit.unit)?;
            }
        }
        for other in &unit.others {
            if told.insert((unit.unit, other.clone())) {
                let words = list::key(other, language);
                writeln!(
                    out,
                    "counter {} (unit {}): {words}, a key that its profile does not name",
                    unit.counter, unit.unit
                )?;
            }
        }
    }
    out.flush()
}
