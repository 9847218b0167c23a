//! The lobby's side of the network: listeners with limits, TLS with certificates that are read anew when they change, and an
//! authority of the branch's own for halls that have none.
//!
//! A connection comes through the [`Door`], which counts it, then through TLS where that is configured, then to hyper, which
//! gives it so long for the head of each call. What is asked on it is the business of [`crate::http`].

mod authority;
mod certificate;
pub mod cli;
mod door;
mod keep;
mod redirect;
mod serve;
mod steady;

pub(crate) use authority::made_here;
pub(crate) use certificate::SOON;
pub use certificate::{CertificateError, Facts, Pair};
pub use door::Door;
pub(crate) use keep::{Kept, keep};
pub(crate) use redirect::router as redirect;
pub use serve::{Listening, serve};
pub use steady::Steady;

/// Gives this process as many open files as it may have: each connection is one.
pub(crate) fn take_open_files() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}

/// Open files that this process may have.
pub(crate) fn open_files() -> usize {
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX)
}
