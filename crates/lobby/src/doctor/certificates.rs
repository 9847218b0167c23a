//! The certificate of `[tls]`: whether it is there, fits its key, is for the name that pages are opened by, and for how long.

use super::Finding;
use crate::{
    clock::Clock,
    net::{CertificateError, Facts, Pair, SOON, made_here},
};
use queue_core::Timestamp;
use serde::Deserialize;
use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

const PART: &str = "certificate";
/// Others of the machine may read it.
const OTHERS: u32 = 0o007;

/// What is needed of the branch's file, whatever else is wrong with it.
#[derive(Deserialize)]
struct Branch {
    tls: Option<Tls>,
}

#[derive(Deserialize)]
struct Tls {
    cert: PathBuf,
    key: PathBuf,
    name: Option<String>,
}

impl Tls {
    /// The name to have a certificate made for.
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("NAME")
    }

    fn dir(&self) -> &Path {
        self.cert.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// The command that brings the next certificate for the same key.
    fn next(&self) -> String {
        let (dir, name) = (self.dir().display(), self.name());
        if made_here(self.dir()) {
            return format!("lobby tls renew --dir {dir} --name {name}");
        }
        let (key, cert) = (self.key.display(), self.cert.display());
        format!(
            "openssl req -new -key {key} -subj /CN={name} -addext subjectAltName=DNS:{name} -out lobby.csr, have that \
             signed by whoever issued the certificate, and put the answer into {cert}"
        )
    }
}

/// Looks at the certificate that a branch's file names. One that cannot be used is a mistake of that file, too; here stands
/// what mends it.
pub(super) fn all(file: &Path) -> Vec<Finding> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let Ok(Branch { tls: Some(mut tls) }) = toml::from_str(&text) else {
        return Vec::new();
    };
    let base = file.parent().unwrap_or(Path::new("."));
    (tls.cert, tls.key) = (base.join(&tls.cert), base.join(&tls.key));
    let mut findings = match Pair::load(&tls.cert, &tls.key) {
        Ok(pair) => vec![good(&tls, &pair)],
        Err(why) => vec![bad(&tls, &why)],
    };
    findings.extend(secrecy(&tls));
    findings
}

fn good(tls: &Tls, pair: &Pair) -> Finding {
    let Facts { names, from, until, .. } = &pair.facts;
    let (now, names) = (Clock::real().now(), names.join(", "));
    let day = |at: Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().strftime("%Y-%m-%d");
    if *until <= now {
        return Finding::wrong(PART, format!("was good until {}; browsers refuse the lobby", day(*until)), tls.next());
    }
    if *from > now {
        let found = format!("is good from {} on, which this machine's clock has not reached", day(*from));
        return Finding::wrong(PART, found, "timedatectl set-ntp true");
    }
    if let Some(name) = tls.name.as_deref().filter(|name| !pair.is_for(name)) {
        return Finding::wrong(PART, format!("is for {names}, not for {name}"), tls.next());
    }
    if until.since(now) <= SOON {
        return Finding::warning(PART, format!("is good until {} only", day(*until)), tls.next());
    }
    Finding::ok(PART, format!("for {names}, good until {}", day(*until)))
}

fn bad(tls: &Tls, why: &CertificateError) -> Finding {
    let told = why.to_string();
    let found = told.split(';').next().unwrap_or(&told).to_owned();
    let missing = |path: &Path| !path.exists();
    let remedy = match why {
        CertificateError::Read { path, cause } if cause.kind() == io::ErrorKind::PermissionDenied => {
            format!("chown {} {}", super::machine::own_name(), path.display())
        }
        _ if missing(&tls.cert) && missing(&tls.key) => {
            format!("lobby tls init --dir {} --name {}", tls.dir().display(), tls.name())
        }
        // A key cannot be made again: another one, and a certificate for it.
        _ if missing(&tls.key) || matches!(why, CertificateError::NoKey(_)) => {
            let (dir, name) = (tls.dir().join("new"), tls.name());
            format!("lobby tls init --dir {} --name {name}, and write those files into [tls]", dir.display())
        }
        _ => tls.next(),
    };
    Finding::wrong(PART, found, remedy)
}

/// Whoever reads the key can pretend to be the lobby.
fn secrecy(tls: &Tls) -> Option<Finding> {
    let mode = fs::metadata(&tls.key).ok()?.permissions().mode();
    let found = || format!("everybody on this machine can read {}", tls.key.display());
    (mode & OTHERS != 0).then(|| Finding::wrong("certificate key", found(), format!("chmod 640 {}", tls.key.display())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    /// What is said of a certificate that is good from the first of one year to that of another.
    fn said(from: i32, until: i32) -> Finding {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("branch.toml");
        fs::write(&file, "nonsense = 1\n[tls]\ncert = \"a.pem\"\nkey = \"a.key\"\nname = \"lobby.lan\"\n").unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["lobby.lan".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
        fs::write(dir.path().join("a.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(dir.path().join("a.key"), key.serialize_pem()).unwrap();
        let found = all(&file);
        assert!(found.len() <= 2 && found[0].part == PART, "{found:?}");
        found[0].clone()
    }

    #[test]
    fn what_is_over_is_signed_again_by_whoever_signed_it_and_what_begins_later_is_the_clocks_fault() {
        let over = said(2019, 2020);
        let remedy = over.remedy.clone().unwrap_or_default();
        assert!(
            over.found.contains("was good until 2020-01-01") && remedy.starts_with("openssl req -new -key"),
            "{over:?}"
        );
        assert_eq!(said(2200, 2300).remedy.as_deref(), Some("timedatectl set-ntp true"));
        assert_eq!((said(2019, 2300).state, said(2019, 2300).remedy), (super::super::State::Ok, None));
    }
}
