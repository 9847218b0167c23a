//! What the caller has in view. A page can be old by the time somebody presses: a button box was faster, another tab, or
//! the network. An act that says which ticket it saw does nothing to another one.

use queue_core::{Command, CounterId, TicketId};
use serde::{Deserialize, Deserializer};
use utoipa::{PartialSchema, ToSchema, openapi};

/// The ticket that the caller saw at the counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Expect {
    /// It does not say.
    #[default]
    Anything,
    /// This one, or nobody.
    Seen(Option<TicketId>),
}

impl<'de> Deserialize<'de> for Expect {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Expect, D::Error> {
        Option::<String>::deserialize(from).map(|seen| Expect::Seen(seen.map(Into::into)))
    }
}

impl PartialSchema for Expect {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        use openapi::schema::{SchemaType, Type};
        openapi::ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some(
                "Id of the ticket that the caller has in view at the counter, `null` for nobody; when another one is \
                 there by now nothing is done: 409 `other_ticket`",
            ))
            .into()
    }
}

impl ToSchema for Expect {}

impl Expect {
    /// The act, under that condition.
    pub(super) fn guard(self, counter: &CounterId, act: Command) -> Command {
        match self {
            Expect::Anything => act,
            Expect::Seen(ticket) => Command::Expecting { counter: counter.clone(), ticket, act: Box::new(act) },
        }
    }
}

/// Where an act is wished, and what the caller has in view there.
pub(super) struct At {
    pub(super) counter: CounterId,
    pub(super) expect: Expect,
}

impl From<String> for At {
    fn from(counter: String) -> At {
        At { counter: counter.into(), expect: Expect::Anything }
    }
}

impl From<(String, Expect)> for At {
    fn from((counter, expect): (String, Expect)) -> At {
        At { counter: counter.into(), expect }
    }
}

/// The body of an act at a counter that needs no words.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    #[serde(default)]
    pub(super) expect: Expect,
}
