//! Logs go to standard error: for people on a terminal, as JSON otherwise. Where that is systemd's journal it gets them by its
//! own protocol, so that priority and fields can be asked for: `journalctl -u now-serving LOBBY_BRANCH=bank -p warning`.
//! `RUST_LOG` chooses what.

use std::io::{IsTerminal as _, Stderr};
use tracing_subscriber::{EnvFilter, Layer as _, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts logging for this process; a second start changes nothing.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // It says each address, and those of phones and of enrolments hold what opens them.
    let filter = match "tower_http::csrf=info".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    let stderr = std::io::stderr();
    let journal = if is_journal(&stderr) { tracing_journald::layer().ok() } else { None };
    let log = fmt::layer().with_writer(std::io::stderr);
    let log = match journal {
        Some(journal) => journal.with_field_prefix(Some("LOBBY".to_owned())).boxed(),
        None if stderr.is_terminal() => log.with_target(false).compact().boxed(),
        None => log.json().flatten_event(true).boxed(),
    };
    // Refused only when a test has started logging already.
    drop(tracing_subscriber::registry().with(log.with_filter(filter)).try_init());
}

/// Whether systemd put its journal behind our standard error: it says which file that is.
fn is_journal(stderr: &Stderr) -> bool {
    let Ok(named) = std::env::var("JOURNAL_STREAM") else { return false };
    rustix::fs::fstat(stderr).is_ok_and(|is| named == format!("{}:{}", is.st_dev, is.st_ino))
}
