//! The pages of every place in the hall, embedded in the binary.
//!
//! The sources lie in `pages/` (Svelte, TypeScript), `build.rs` makes them into `dist/`, and this crate hands
//! single files of `dist/` to whoever serves HTTP. It knows nobody and no web framework: the server turns an
//! [`Asset`] into its own response. A debug build reads the disk at each call, a release build carries the files.
//!
//! Two kinds of address:
//!
//! - [`page`]: the public shells (`kiosk`, `counter`, `screen`, `manager`, `greeter`, `devices`, `wiring`, `track`, `index`), without data and revalidated
//!   each time (`Cache-Control: no-cache`);
//! - [`find`]: what the shells load, at `/assets/…`. The name carries a hash of the content, so a browser may
//!   keep it for ever (`immutable`). The same files answer at `/t/assets/…`, because the listener for phones
//!   serves nothing outside `/t/` and `/api/v1/track/`.

mod encoding;

use std::borrow::Cow;

use encoding::Encoding;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/dist"]
struct Dist;

/// The shells that [`page`] knows.
pub const PAGES: [&str; 12] = [
    "index", "kiosk", "counter", "screen", "track", "manager", "greeter", "wiring", "devices", "signin", "staff",
    "enroll",
];

/// One file, ready to be sent.
///
/// Send `Vary: Accept-Encoding` with it; answer 304 when `If-None-Match` holds `etag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The body, already compressed when `encoding` says so.
    pub bytes: Cow<'static, [u8]>,
    /// Value of `Content-Type`.
    pub mime: &'static str,
    /// Value of `ETag`, with its quotes. Differs between the encodings of one file.
    pub etag: String,
    /// Value of `Content-Encoding`: `br`, `gzip`, or none for the plain file.
    pub encoding: Option<&'static str>,
    /// The name carries a content hash: `Cache-Control: public, max-age=31536000, immutable`.
    /// Otherwise `no-cache`.
    pub immutable: bool,
}

/// The file that the pages ask for at `path` (`/assets/…` or `/t/assets/…`), in the best encoding that
/// `accept_encoding` (the request's header, or `""`) allows.
///
/// `None` for everything else: pages have no address here, so that they are served only at their own routes.
pub fn find(path: &str, accept_encoding: &str) -> Option<Asset> {
    let inside = path.strip_prefix("/t").unwrap_or(path).strip_prefix("/assets/")?;
    if inside.is_empty() || inside.contains(['/', '\\']) {
        return None; // the folder is flat, so a path that climbs is nobody's
    }
    load(&format!("assets/{inside}"), accept_encoding, true)
}

/// The shell called `name`, one of [`PAGES`], in the best encoding that `accept_encoding` allows.
///
/// `track` is the phone page behind `/t/{token}`: the same answer for every token.
pub fn page(name: &str, accept_encoding: &str) -> Option<Asset> {
    if !PAGES.contains(&name) {
        return None;
    }
    load(&format!("{name}.html"), accept_encoding, false)
}

fn load(file: &str, accept_encoding: &str, immutable: bool) -> Option<Asset> {
    let mime = mime_of(file)?;
    Encoding::preferred(accept_encoding).into_iter().find_map(|encoding| {
        let found = Dist::get(&format!("{file}{}", encoding.suffix()))?;
        Some(Asset {
            etag: etag(&found.metadata.sha256_hash()),
            bytes: found.data,
            mime,
            encoding: encoding.header(),
            immutable,
        })
    })
}

/// The type of `file`, or `None` for files that only help (compressed twins, marks of the build).
fn mime_of(file: &str) -> Option<&'static str> {
    Some(match mime_guess::from_path(file).first_raw()? {
        "text/html" => "text/html; charset=utf-8",
        "text/javascript" => "text/javascript; charset=utf-8",
        "text/css" => "text/css; charset=utf-8",
        "application/gzip" => return None,
        other => other,
    })
}

/// Half of the digest names the content well enough.
fn etag(sha256: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in &sha256[..16] {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}
