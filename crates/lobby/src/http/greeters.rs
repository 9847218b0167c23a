//! Which greeters have their hands full.

use super::{
    AppState,
    auth::Caller,
    body::Asked,
    counters::{Answered, Lobby},
    error::{answer, json},
    spec::Problems,
};
use crate::{
    controller::Answer,
    views::{GreeterList, GreeterView, Time},
};
use axum::extract::State;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What greeters last said of themselves. Not a fact of the queue: after a restart they say it again.
#[derive(Clone, Debug, Default)]
pub struct Greeters(Arc<Mutex<BTreeMap<String, GreeterView>>>);

impl Greeters {
    fn say(&self, name: &str, busy: bool, at: Time) -> GreeterList {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.get(name).is_none_or(|known| known.busy != busy) {
            known.insert(name.to_owned(), GreeterView { name: name.to_owned(), busy, since: at });
        }
        GreeterList { greeters: known.values().cloned().collect() }
    }

    fn list(&self) -> GreeterList {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        GreeterList { greeters: known.values().cloned().collect() }
    }
}

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(list, say))
}

/// Greeters that have said whether they are busy since the lobby started.
#[utoipa::path(get, path = "/api/v1/greeters", tag = "staff", responses((status = 200, body = GreeterList), Problems))]
async fn list(State(state): Lobby, _: Caller) -> Answered {
    Ok(answer(Answer { status: 200, body: json(&state.greeters.list()) }))
}

/// Whether one's hands are full.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BusyBody {
    /// With a customer, or away.
    busy: bool,
}

/// A greeter says whether the guard should step in.
#[utoipa::path(post, path = "/api/v1/greeters", tag = "greeter", request_body = BusyBody,
    responses((status = 200, body = GreeterList), Problems))]
async fn say(State(state): Lobby, by: Caller, asked: Asked<BusyBody>) -> Answered {
    let said = state.greeters.say(&by.0.name, asked.body.busy, Time(state.clock.now()));
    Ok(answer(Answer { status: 200, body: json(&said) }))
}
