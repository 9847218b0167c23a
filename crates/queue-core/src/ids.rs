//! Names of things, each a type of its own, so that a lane cannot be passed where a service is meant.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as written.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self { $name(text.into()) }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self { $name(text.into()) }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String { name.0.as_ref().to_owned() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        // A map keyed by the name can be asked with plain text.
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str { &self.0 }
        }
    )*};
}

names! {
    /// A service (业务类型) of the branch, such as `cash`.
    ServiceId
    /// A lane (队列), such as `priority`.
    LaneId
    /// A counter (窗口), such as `3`.
    CounterId
    /// One ticket through its whole visit. Opaque to everybody outside; it authorises nothing.
    TicketId
    /// The electronics of a counter: `line/unit`, such as `desks/3`.
    DeskId
    /// A line of desk units, such as `desks`.
    LineId
    /// A ticket printer, such as `kiosk-1`.
    PrinterId
    /// Anything on a wire or a screen whose state staff should see.
    DeviceId
    /// Keyed hash of an identity number; the key lives outside the journal and goes at day end.
    IdentityHash
    /// Code of an appointment, as written: letters, digits and hyphens. Upper and lower case are the same appointment.
    AppointmentCode
    /// Who wished it, `role:name`, such as `clerk:1001`, `desk:desks/3` or `system:schedule`.
    Actor
}

/// A print job. Counts up through the whole life of a branch, so that no job is mistaken for another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
