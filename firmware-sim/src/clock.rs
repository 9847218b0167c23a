//! Wall-clock time as the control port writes it.

use jiff::Timestamp;

/// RFC 3339, UTC, with milliseconds.
pub fn rfc3339(at: Timestamp) -> String {
    format!("{at:.3}")
}
