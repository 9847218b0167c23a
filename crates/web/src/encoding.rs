//! Which of the encodings that lie in `dist/` a browser takes.

/// How a file in `dist/` is stored. Smallest first, which is also the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// What follows the name of the plain file.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// Value of `Content-Encoding`.
    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The encodings that `accept` (an `Accept-Encoding` header, RFC 9110 12.5.3) allows, best first.
    ///
    /// A weight above 0 means yes; among those the smallest file wins, whatever the weights. The plain file is
    /// always last, even where a client forbids it: a body is better than a 406.
    pub(crate) fn preferred(accept: &str) -> Vec<Self> {
        let allows = |name: &str| {
            let weight_of = |wanted: &str| {
                accept.split(',').find_map(|item| {
                    let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
                    coding.trim().eq_ignore_ascii_case(wanted).then(|| weight(parameters))
                })
            };
            weight_of(name).or_else(|| weight_of("*")).is_some_and(|weight| weight > 0.0)
        };
        [Self::Brotli, Self::Gzip]
            .into_iter()
            .filter(|encoding| encoding.header().is_some_and(allows))
            .chain([Self::Identity])
            .collect()
    }
}

/// The `q` among `parameters`; 1 when there is none, 0 when it cannot be read.
fn weight(parameters: &str) -> f32 {
    parameters
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("q="))
        .map_or(1.0, |value| value.trim().parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::Encoding::{self, Brotli, Gzip, Identity};

    #[test]
    fn a_browser_gets_brotli() {
        assert_eq!(Encoding::preferred("gzip, deflate, br, zstd"), [Brotli, Gzip, Identity]);
    }

    #[test]
    fn a_plain_client_gets_the_plain_file() {
        assert_eq!(Encoding::preferred(""), [Identity]);
        assert_eq!(Encoding::preferred("deflate"), [Identity]);
    }

    #[test]
    fn weights_forbid_and_stars_allow() {
        assert_eq!(Encoding::preferred("br;q=0, gzip;q=0.1"), [Gzip, Identity]);
        assert_eq!(Encoding::preferred("*"), [Brotli, Gzip, Identity]);
        assert_eq!(Encoding::preferred("br; q=0, *"), [Gzip, Identity]);
        assert_eq!(Encoding::preferred("BR;q=oops"), [Identity]);
    }
}
