//! Keeps a certificate in force: reads its files anew when they change or SIGHUP comes, and tells staff before it ends.

use super::certificate::{CertificateError, Facts, Pair, SOON};
use crate::{clock::Clock, devices::registry::Registry};
use axum_server::tls_rustls::RustlsConfig;
use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// The device that stands for the certificate.
const DEVICE: &str = "certificate";
/// How often the files are looked at, by the wall's clock: somebody copies them in real time.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A certificate in force, and where it came from.
pub(crate) struct Kept {
    cert: PathBuf,
    key: PathBuf,
    seen: [Option<Stamp>; 2],
    /// What listeners serve with; it is replaced under them.
    pub(crate) served: RustlsConfig,
    /// What it says.
    pub(crate) facts: Facts,
}

/// Tells one file from the one that is there later.
type Stamp = (u64, u64, SystemTime);

fn stamp(path: &Path) -> Option<Stamp> {
    let meta = fs::metadata(path).ok()?;
    Some((meta.ino(), meta.len(), meta.modified().ok()?))
}

impl Kept {
    /// Reads both files.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub(crate) fn load(cert: PathBuf, key: PathBuf) -> Result<Kept, CertificateError> {
        // Before they are read: what changes meanwhile is read again.
        let seen = [stamp(&cert), stamp(&key)];
        let pair = Pair::load(&cert, &key)?;
        Ok(Kept { cert, key, seen, served: RustlsConfig::from_config(pair.server()), facts: pair.facts })
    }

    /// Puts what the files hold now in force. What cannot be used leaves the one before in force.
    fn renew(&mut self) -> Result<(), CertificateError> {
        self.seen = [stamp(&self.cert), stamp(&self.key)];
        let pair = Pair::load(&self.cert, &self.key)?;
        self.served.reload_from_config(pair.server());
        self.facts = pair.facts;
        info!(fingerprint = self.facts.fingerprint, names = ?self.facts.names, "a new certificate is in force");
        Ok(())
    }

    fn has_changed(&self) -> bool {
        self.seen != [stamp(&self.cert), stamp(&self.key)]
    }
}

/// Keeps it in force until `stop`.
///
/// # Errors
/// The system's, when it gives no signals.
pub(crate) async fn keep(mut kept: Kept, registry: Registry, clock: Clock, stop: CancellationToken) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    let mut trouble = None;
    loop {
        let (state, cause) = judged(&kept.facts, &clock, trouble.as_deref());
        registry.report(DEVICE, DEVICE, state, cause);
        let asked = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = hangup.recv() => true,
            () = sleep(LOOK_EVERY) => false,
        };
        if asked || kept.has_changed() {
            trouble = kept.renew().err().map(|why| why.to_string());
            if let Some(why) = &trouble {
                warn!(why, "the certificate that was put there cannot be used; the one before stays in force");
            }
        }
    }
}

/// State and cause, as staff read them.
fn judged(facts: &Facts, clock: &Clock, trouble: Option<&str>) -> (&'static str, Option<String>) {
    let left = facts.until.since(clock.now());
    let until = jiff::Timestamp::from_millisecond(facts.until.0).unwrap_or_default().strftime("%Y-%m-%d").to_string();
    if left <= 0 {
        ("certificate_over", Some(format!("it was good until {until}")))
    } else if let Some(trouble) = trouble {
        ("certificate_unusable", Some(trouble.to_owned()))
    } else if left <= SOON {
        ("certificate_ends", Some(format!("it is good until {until}")))
    } else {
        ("ok", None)
    }
}
