//! What happens in a hall, at random: customers, clerks, and now and then the end of a day or a restart.

use crash_disk::Rng;
use lobby::{
    controller::{Answer, RequestKey, Wish},
    identity::Identity,
};
use queue_core::{Command, Event, IssueWish, Outcome, PauseReason, TransferTo};
use serde_json::json;

const COUNTERS: [&str; 4] = ["1", "2", "3", "4"];
const SERVICES: [&str; 3] = ["cash", "account", "loan"];
const LANES: [&str; 3] = ["regular", "priority", "vip"];

/// A wish that can be made again under the same request id.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) key: RequestKey,
    command: Command,
    identity: Option<u32>,
}

impl Asked {
    /// The `number`th wish of a run.
    pub(super) fn draw(number: usize, rng: &mut Rng) -> Asked {
        let key = RequestKey { scope: "kiosk:k1".to_owned(), key: format!("wish-{number}"), fingerprint: [7; 32] };
        let identity = (rng.below(4) == 0).then(|| u32::try_from(rng.below(1_000)).unwrap_or(0));
        Asked { key, command: command(rng), identity }
    }

    /// A wish whose answer is the number that it is about, or the code of the refusal.
    pub(super) fn wish(&self) -> Wish {
        let number = self.identity.map(|number| json!(format!("32010219900101{number:04}")));
        Wish {
            actor: "kiosk:k1".into(),
            request: Some(self.key.clone()),
            command: self.command.clone(),
            identity: number.and_then(|number| Identity::read(&number).ok()),
            note: None,
            render: Box::new(|view, judged| match judged {
                Ok(handled) => {
                    let ticket = handled.facts.iter().find_map(Event::ticket);
                    let number = ticket.and_then(|id| view.branch.ticket(id)).map(|ticket| ticket.number.clone());
                    Answer { status: 200, body: number.unwrap_or_default() }
                }
                Err(refusal) => Answer { status: 409, body: refusal.code().to_owned() },
            }),
        }
    }

    pub(super) fn command(&self) -> &Command {
        &self.command
    }
}

fn one(of: &[&'static str], rng: &mut Rng) -> &'static str {
    rng.pick(of).copied().unwrap_or_default()
}

fn command(rng: &mut Rng) -> Command {
    let counter = one(&COUNTERS, rng).into();
    match rng.below(100) {
        0..=37 => issue(rng),
        38..=47 => Command::OpenCounter { counter, staff: None },
        48..=69 => Command::CallNext { counter },
        70..=73 => Command::Recall { counter },
        74..=78 => Command::Arrived { counter },
        79..=83 => Command::Finish { counter, outcome: Outcome::Done },
        84..=86 => Command::NoShow { counter },
        87..=89 => Command::Hold { counter },
        90..=92 => Command::Pause { counter, reason: PauseReason::Meal },
        93..=95 => Command::Resume { counter },
        96..=97 => Command::Undo { counter },
        _ => {
            let to = TransferTo::Service { service: one(&SERVICES, rng).into(), pin: None };
            Command::Transfer { counter, to, lane: None, confirm: true }
        }
    }
}

fn issue(rng: &mut Rng) -> Command {
    Command::Issue(IssueWish {
        service: one(&SERVICES, rng).into(),
        lane: one(&LANES, rng).into(),
        language: None,
        kiosk: Some("k1".to_owned()),
        identity: None,
        needs: vec![],
        then: vec![],
        printer: rng.coin().then(|| "kiosk-1".into()),
        promise: None,
    })
}
