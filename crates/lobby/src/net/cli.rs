//! `lobby tls`: makes, renews and shows certificates.

use super::{
    authority::{self, AuthorityError, CA, CA_KEY, CERT, KEY, LONGEST_DAYS},
    certificate::{CertificateError, Facts, Pair},
};
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// What to do with certificates.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum TlsCommand {
    /// Make an authority of the branch's own and a certificate of the lobby
    Init {
        /// Where; a directory that the lobby can read
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// Name or address by which the lobby is opened; repeat for each
        #[arg(long, value_name = "NAME", required = true)]
        name: Vec<String>,
        /// Days that the certificate is good for
        #[arg(long, default_value_t = LONGEST_DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(LONGEST_DAYS)))]
        days: u32,
    },
    /// Issue the next certificate; a running lobby takes it by itself
    Renew {
        /// Where `lobby tls init` put its files
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// Names or addresses in place of those of the one before
        #[arg(long, value_name = "NAME")]
        name: Vec<String>,
        /// Days that the certificate is good for
        #[arg(long, default_value_t = LONGEST_DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(LONGEST_DAYS)))]
        days: u32,
    },
    /// Say what a certificate is for and until when
    Show {
        /// Certificate
        #[arg(long, value_name = "FILE")]
        cert: PathBuf,
        /// Its key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Why a command about certificates failed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum TlsError {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("standard output: {0}")]
    Output(#[from] std::io::Error),
}

impl TlsError {
    /// Whether the command line is at fault.
    pub fn is_wrong_use(&self) -> bool {
        matches!(self, TlsError::Authority(AuthorityError::BadName(_) | AuthorityError::NoName))
    }
}

impl TlsCommand {
    /// Does it.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn run(&self, out: &mut dyn Write) -> Result<(), TlsError> {
        match self {
            TlsCommand::Init { dir, name, days } => {
                authority::init(dir, name, *days)?;
                let pair = Pair::load(&dir.join(CERT), &dir.join(KEY))?;
                told(&pair.facts, out)?;
                Ok(out.write_all(after_init(dir, &name[0]).as_bytes())?)
            }
            TlsCommand::Renew { dir, name, days } => {
                let before = Pair::load(&dir.join(CERT), &dir.join(KEY))?.facts.names;
                let names = if name.is_empty() { &before } else { name };
                authority::renew(dir, names, *days)?;
                told(&Pair::load(&dir.join(CERT), &dir.join(KEY))?.facts, out)?;
                Ok(writeln!(out, "A running lobby takes it within five seconds, or at once on SIGHUP.")?)
            }
            TlsCommand::Show { cert, key } => Ok(told(&Pair::load(cert, key)?.facts, out)?),
        }
    }
}

fn told(facts: &Facts, out: &mut dyn Write) -> std::io::Result<()> {
    let day = |at: queue_core::Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string();
    writeln!(out, "for      {}", facts.names.join(", "))?;
    writeln!(out, "good     {} to {}", day(facts.from), day(facts.until))?;
    writeln!(out, "SHA-256  {}", facts.fingerprint)
}

/// What to do next, to be read from top to bottom.
fn after_init(dir: &Path, name: &str) -> String {
    let [ca, ca_key, cert, key] = [CA, CA_KEY, CERT, KEY].map(|file| dir.join(file).display().to_string());
    format!(
        "
1. Write into the branch's file, then start the lobby again:

   [tls]
   cert = \"{cert}\"
   key = \"{key}\"
   name = \"{name}\"

2. Make every kiosk, counter PC, screen and tablet trust {ca}:

   Debian, programs       cp {CA} /usr/local/share/ca-certificates/now-serving.crt && update-ca-certificates
   Debian, Chromium       certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n now-serving -i {CA}
   Windows                certutil -addstore -f Root {CA}
   Android                Settings, Security, Install a certificate, CA certificate

   Compare the fingerprint above with the one the browser shows, once, at one of them.

3. Take {ca_key} off this machine, to where the backups are kept. Whoever has it can pretend to be the lobby. It is
   needed again for `lobby tls renew --dir {dir}` only, before the certificate ends; staff are told two weeks ahead.
",
        dir = dir.display()
    )
}
