//! An authority of the branch's own, for networks that have none: it issues the lobby's certificate and nothing else. Who
//! trusts it is decided at each machine, by hand.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// Certificate of the authority: what other machines have to trust.
pub(super) const CA: &str = "ca.pem";
/// Its key, which signs. It is needed for renewing only and can lie elsewhere until then.
pub(super) const CA_KEY: &str = "ca.key";
/// Certificate of the lobby, with that of the authority after it.
pub(super) const CERT: &str = "lobby.pem";
/// Its key.
pub(super) const KEY: &str = "lobby.key";
/// The longest life that browsers accept of a server's certificate, in days.
pub(super) const LONGEST_DAYS: u32 = 397;
/// Life of the authority, in years.
const CA_YEARS: i16 = 10;

/// Why nothing was issued. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum AuthorityError {
    #[error(
        "{0} is there already and is not overwritten; `lobby tls renew` issues a new certificate, or name another directory"
    )]
    There(PathBuf),
    #[error("`{0}` is no name or address of a machine; write it as lobby.branch.lan or 10.1.2.3")]
    BadName(String),
    #[error("say by which names or addresses the lobby is opened: --name lobby.branch.lan --name 10.1.2.3")]
    NoName,
    #[error("{path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error("{path} is not what `lobby tls init` made: {cause}")]
    Foreign { path: PathBuf, cause: String },
    #[error("no certificate could be made: {0}")]
    Made(#[from] rcgen::Error),
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> AuthorityError + use<> {
    let path = path.to_owned();
    |cause| AuthorityError::Io { path, cause }
}

/// Whether the certificates in a directory are of an authority that [`init`] made there.
pub(crate) fn made_here(dir: &Path) -> bool {
    dir.join(CA).is_file()
}

/// Makes an authority and a certificate of it in a directory. Files that are there stay.
pub(super) fn init(dir: &Path, names: &[String], days: u32) -> Result<(), AuthorityError> {
    check(names)?;
    fs::create_dir_all(dir).map_err(io_at(dir))?;
    if let Some(there) = [CA, CA_KEY, CERT, KEY].map(|name| dir.join(name)).into_iter().find(|path| path.exists()) {
        return Err(AuthorityError::There(there));
    }
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, format!("Now Serving {}", names[0]));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    from_until(&mut params, jiff::Span::new().years(CA_YEARS));
    let certificate = params.self_signed(&key)?;
    write(&dir.join(CA_KEY), key.serialize_pem().as_bytes(), 0o600)?;
    write(&dir.join(CA), certificate.pem().as_bytes(), 0o644)?;
    issue(dir, names, days, &KeyPair::generate()?)
}

/// Issues a new certificate for the same key. `names` in place of those of the one before, where there are any.
pub(super) fn renew(dir: &Path, names: &[String], days: u32) -> Result<(), AuthorityError> {
    check(names)?;
    let path = dir.join(KEY);
    let pem = fs::read_to_string(&path).map_err(io_at(&path))?;
    let key = KeyPair::from_pem(&pem).map_err(|why| AuthorityError::Foreign { path, cause: why.to_string() })?;
    issue(dir, names, days, &key)
}

fn check(names: &[String]) -> Result<(), AuthorityError> {
    if names.is_empty() {
        return Err(AuthorityError::NoName);
    }
    let bad = names.iter().find(|name| rustls::pki_types::ServerName::try_from(name.as_str()).is_err());
    bad.map_or(Ok(()), |name| Err(AuthorityError::BadName(name.clone())))
}

fn issue(dir: &Path, names: &[String], days: u32, key: &KeyPair) -> Result<(), AuthorityError> {
    let read = |name: &str| {
        let path = dir.join(name);
        fs::read_to_string(&path).map_err(io_at(&path))
    };
    let ca = read(CA)?;
    let foreign = |why: rcgen::Error| AuthorityError::Foreign { path: dir.join(CA_KEY), cause: why.to_string() };
    let signing = KeyPair::from_pem(&read(CA_KEY)?).map_err(foreign)?;
    let issuer = Issuer::from_ca_cert_pem(&ca, signing).map_err(foreign)?;
    // Programs of this machine open it, too.
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut all: Vec<String> = names.to_vec();
    all.extend(own.into_iter().filter(|name| !names.contains(name)));
    let mut params = CertificateParams::new(all)?;
    params.distinguished_name.push(DnType::CommonName, names[0].clone());
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    from_until(&mut params, jiff::Span::new().days(i64::from(days)));
    let certificate = params.signed_by(key, &issuer)?;
    write(&dir.join(KEY), key.serialize_pem().as_bytes(), 0o600)?;
    write(&dir.join(CERT), format!("{}{ca}", certificate.pem()).as_bytes(), 0o644)
}

/// From yesterday, so that a machine whose clock is a little behind takes it, too.
fn from_until(params: &mut CertificateParams, life: jiff::Span) {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let number = |part: i8| u8::try_from(part).unwrap_or(1);
    let at = |date: jiff::civil::Date| date_time_ymd(i32::from(date.year()), number(date.month()), number(date.day()));
    params.not_before = at(today.saturating_sub(jiff::Span::new().days(1)));
    params.not_after = at(today.saturating_add(life));
}

/// Writes a file whole, in one step: a lobby that looks at it meanwhile finds the one before.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), AuthorityError> {
    let whole = path.with_extension("new");
    let made = || {
        // One that a cut-off attempt left would keep its own mode.
        if whole.exists() {
            fs::remove_file(&whole)?;
        }
        let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(mode).open(&whole)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&whole, path)
    };
    made().map_err(io_at(path))
}
