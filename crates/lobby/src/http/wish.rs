//! From a call to a wish and back.

use super::{
    AppState,
    auth::Caller,
    error::{ApiError, Named, answer, json, refused},
};
use crate::{
    controller::{Answer, Reply, RequestKey, View, Wish},
    identity::Identity,
    notes::Note,
    views::Problem,
};
use axum::response::Response;
use queue_core::{Actor, Command, Handled};
use serde::{Deserialize, Serialize};

/// The body of an act that needs no words: none, or `{}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A wish as a route puts it.
pub(super) struct Act {
    pub(super) actor: Actor,
    pub(super) request: Option<RequestKey>,
    pub(super) command: Command,
    /// What the address named.
    pub(super) named: Named,
    /// Status when it is granted.
    pub(super) status: u16,
}

/// Wishes it, and answers what `show` makes of the branch afterwards.
pub(super) async fn wish<T: Serialize>(
    state: &AppState,
    act: Act,
    show: impl FnOnce(&View<'_>, &Handled) -> Option<T> + Send + 'static,
) -> Result<Response, ApiError> {
    let status = act.status;
    wish_as(state, act, Beside::default(), move |view, handled| Some((status, show(view, handled)?))).await
}

/// What goes with a wish and stands in no row.
#[derive(Default)]
pub(super) struct Beside {
    /// Whose number is asked for.
    pub(super) identity: Option<Identity>,
    /// Words for staff.
    pub(super) note: Option<Note>,
}

/// As [`wish`], for somebody, and with a status that depends on what came of it.
pub(super) async fn wish_as<T: Serialize>(
    state: &AppState,
    act: Act,
    Beside { identity, note }: Beside,
    show: impl FnOnce(&View<'_>, &Handled) -> Option<(u16, T)> + Send + 'static,
) -> Result<Response, ApiError> {
    let Act { actor, request, command, named, status: _ } = act;
    let render = move |view: &View<'_>, judged: Result<&Handled, &queue_core::Refusal>| match judged {
        Ok(handled) => match (handled.not_yet(), show(view, handled)) {
            // Something was done for it, and what was wished has to wait.
            (Some(refusal), _) => refused(&refusal, &named, view.config, view.at),
            (None, Some((status, shown))) => Answer { status, body: json(&shown) },
            (None, None) => lost(),
        },
        Err(refusal) => refused(refusal, &named, view.config, view.at),
    };
    match state.handle.wish(Wish { actor, request, command, identity, note, render: Box::new(render) }).await? {
        Reply::Answer(reply) => Ok(answer(reply)),
        Reply::KeyReused => Err(ApiError::KeyReused),
    }
}

/// What was booked a moment ago is not there: a fault of ours.
fn lost() -> Answer {
    tracing::error!("a wish was granted and its subject is not in the branch afterwards");
    let detail = "this was done, but the lobby cannot show the result; its log says why";
    Answer { status: 500, body: json(&Problem::new(500, "internal", detail)) }
}

impl Caller {
    /// As the journal names it.
    pub(super) fn actor(&self) -> Actor {
        Actor::from(self.0.actor())
    }
}

/// Longest free text that stands in a journal row.
const TEXT_LIMIT: usize = 200;

/// Free text of a person, without what a journal row must not carry.
pub(super) fn free_text(field: &'static str, text: String) -> Result<String, ApiError> {
    let fits = text.chars().count() <= TEXT_LIMIT && !text.chars().any(char::is_control);
    let bad = || ApiError::BadValue {
        code: "bad_text",
        detail: format!("`{field}` has to be one line of at most {TEXT_LIMIT} characters"),
    };
    if fits { Ok(text) } else { Err(bad()) }
}
