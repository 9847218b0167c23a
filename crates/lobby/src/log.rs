//! Logs go to standard error: for people on a terminal, as JSON otherwise. `RUST_LOG` chooses what.

use std::io::IsTerminal as _;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging for this process; a second start changes nothing.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // It says each address, and those of phones and of enrolments hold what opens them.
    let filter = match "tower_http::csrf=info".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if std::io::stderr().is_terminal() {
        log.with_target(false).compact().try_init()
    } else {
        log.json().flatten_event(true).try_init()
    };
    // Refused only when a test has started logging already.
    drop(started);
}
