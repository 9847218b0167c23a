//! Notices to the hall: asked for, listed, and their sound for the screens that play it.

use super::{
    AppState, Asking, Named as PathName, Sound,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, wish},
};
use crate::{
    accounts::Role,
    config::{Config, Text},
    controller::Answer,
    views::{self, NoticeAnswer, NoticeList, ZoneView},
    voice::free_text::plain,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use queue_core::{Command, NoticeRank, NoticeWish};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most times that a notice is said.
const MOST_REPEATS: u8 = 5;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(list, announce)).routes(routes!(audio)).routes(routes!(sound))
}

/// Notices, loudspeakers and the broadcast programme.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "staff", responses((status = 200, body = NoticeList), Problems))]
async fn list(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let mut list = state.handle.ask(views::notices).await?;
    let (config, speaking, devices) = (state.handle.config(), state.voices.speaking(), state.devices.list());
    let now = jiff::Timestamp::from_millisecond(state.clock.now().0).unwrap_or_default();
    list.zones = config
        .voice_zones()
        .into_iter()
        .map(|zone| {
            let device = format!("voice-{}", zone.id);
            ZoneView {
                state: devices
                    .iter()
                    .find(|known| known.id == device)
                    .map_or_else(String::new, |known| known.state.clone()),
                volume: config.volume(&zone).at(now),
                speed: config.speed(&zone).at(now),
                speaking: speaking.iter().find(|spoken| spoken.zone == zone.id).cloned(),
                id: zone.id,
                device,
                output: zone.output,
            }
        })
        .collect();
    Ok(answer(Answer { status: 200, body: json(&list) }))
}

/// What is to be said: words, or an entry of the programme.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnnounceBody {
    /// One sentence or two: a text in the first language of the branch, or texts by language. At most 200 characters each;
    /// markup is taken out.
    text: Option<Words>,
    /// In place of a text: an entry of the programme, said now.
    programme: Option<String>,
    /// `notice` without it: between calls. `emergency` is said at once; a manager or a greeter may ask for it.
    #[schema(value_type = Option<String>)]
    rank: Option<NoticeRank>,
    /// Zones that say it; without it all, or those of the programme.
    #[serde(default)]
    zones: Vec<String>,
    /// 1 to 5; 1 without it, 2 in an emergency.
    repeats: Option<u8>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
enum Words {
    One(String),
    ByLanguage(Text),
}

/// Says something to the hall. The answer comes when it is queued; `GET` says what became of it.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "staff", request_body = AnnounceBody,
    responses((status = 201, body = NoticeAnswer), Problems))]
async fn announce(
    State(state): State<Arc<AppState>>,
    by: Caller,
    Asked { body, request }: Asked<AnnounceBody>,
) -> Result<Response, ApiError> {
    let rank = body.rank.unwrap_or_default();
    if rank == NoticeRank::Emergency && !matches!(by.0.role, Role::Manager | Role::Greeter) {
        return Err(ApiError::WrongRole(by.0.role.name()));
    }
    let wish_of = notice(state.handle.config(), body, rank)?;
    let command = Command::Announce(wish_of);
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 201 };
    wish(&state, act, |view, _| views::notice_answer(view)).await
}

fn notice(config: &Config, body: AnnounceBody, rank: NoticeRank) -> Result<NoticeWish, ApiError> {
    let zones = config.voice_zones();
    if zones.is_empty() {
        let detail = "the voice of this branch is off; give [voice] an output in its file".to_owned();
        return Err(ApiError::Conflict { code: "voice_off", detail });
    }
    let unknown = body.zones.iter().find(|zone| zones.iter().all(|known| known.id != **zone));
    if let Some(zone) = unknown {
        let known: Vec<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
        let detail = format!("there is no voice zone `{zone}` here; there is {}", known.join(", "));
        return Err(ApiError::BadValue { code: "unknown_zone", detail });
    }
    let usual = if rank == NoticeRank::Emergency { 2 } else { 1 };
    let repeats = body.repeats.unwrap_or(usual);
    if !(1..=MOST_REPEATS).contains(&repeats) {
        let detail = format!("`repeats` has to be 1 to {MOST_REPEATS}");
        return Err(ApiError::BadValue { code: "bad_repeats", detail });
    }
    let (texts, zones, programme) = match (body.text, body.programme) {
        (Some(words), None) => (texts(config, words)?, body.zones, None),
        (None, Some(id)) => {
            let entry = config.voice.programme.iter().find(|entry| entry.id == id);
            let unknown = || format!("there is no entry `{id}` in the programme of this branch");
            let entry = entry.ok_or_else(|| ApiError::BadValue { code: "unknown_programme", detail: unknown() })?;
            let zones = if body.zones.is_empty() { entry.zones.clone() } else { body.zones };
            (entry.text.clone(), zones, Some(id))
        }
        _ => {
            let detail = "say either `text` or `programme`".to_owned();
            return Err(ApiError::BadValue { code: "bad_text", detail });
        }
    };
    Ok(NoticeWish { texts, rank, zones, repeats, programme })
}

/// Plain, polite, and in languages that the branch speaks.
fn texts(config: &Config, words: Words) -> Result<Text, ApiError> {
    let languages = &config.branch.languages;
    let written = match words {
        Words::One(text) => languages.first().map(|first| (first.clone(), text)).into_iter().collect(),
        Words::ByLanguage(texts) => texts,
    };
    let written: Text = written.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    let bad = |code, detail| Err(ApiError::BadValue { code, detail });
    if written.is_empty() {
        return bad("bad_text", "`text` has no word in it".to_owned());
    }
    let mut texts = Text::new();
    for (language, text) in written {
        if !languages.contains(&language) {
            return bad(
                "unknown_language",
                format!("this branch does not speak `{language}`; it speaks {}", languages.join(", ")),
            );
        }
        let text = match plain(&text) {
            Ok(text) => text,
            Err(why) => return bad("bad_text", format!("`text` cannot be said: {why}")),
        };
        if let Some(word) = config.banned_word(&text) {
            let detail = format!("\"{word}\" is a word that customers should not hear; say it politely");
            return bad("banned_word", detail);
        }
        texts.insert(language, text);
    }
    Ok(texts)
}

/// Which clip.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AudioQuery {
    /// The zone.
    zone: String,
    /// Counts the clips of the announcement, from 1.
    pass: u32,
    /// Whose cookie counts: an audio element cannot send `X-Role`.
    #[allow(dead_code, reason = "read before the route is reached; stands here for openapi.json")]
    role: Option<String>,
}

/// The sound of an announcement while screens are to play it: a WAV file, 48 kHz mono.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/audio", tag = "screen", params(("id" = String, Path), AudioQuery),
    responses((status = 200, body = Vec<u8>, content_type = "audio/wav"), Problems))]
async fn audio(
    State(state): State<Arc<AppState>>,
    _: Caller,
    PathName(id): PathName,
    Asking(query): Asking<AudioQuery>,
) -> Result<Response, ApiError> {
    let clip = id.parse().ok().and_then(|id| state.voices.shelf().get(&query.zone, id, query.pass));
    let Some(clip) = clip else {
        let detail = "there is no such sound, or it is over".to_owned();
        return Err(ApiError::NotFound { code: "unknown_sound", detail });
    };
    let headers = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, clip.to_vec()).into_response())
}

/// How a loudspeaker is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SoundBody {
    /// `ok`, `blocked` (the browser wants to be tapped first) or `failed`.
    #[schema(value_type = String)]
    state: SoundState,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SoundState {
    Ok,
    Blocked,
    Failed,
}

/// That the lobby knows it now.
#[derive(Debug, Serialize, ToSchema)]
struct SoundAnswer {
    /// The screen.
    screen: String,
    /// `ok`, `blocked` or `failed`.
    state: &'static str,
}

/// A screen says how its loudspeaker is: blocked autoplay is a fault of its device, with its remedy.
#[utoipa::path(post, path = "/api/v1/screens/{id}/sound", tag = "screen", params(("id" = String, Path)),
    request_body = SoundBody, responses((status = 200, body = SoundAnswer), Problems))]
async fn sound(
    State(state): State<Arc<AppState>>,
    _: Caller,
    PathName(id): PathName,
    Asked { body, .. }: Asked<SoundBody>,
) -> Result<Response, ApiError> {
    let screens = &state.handle.config().screens;
    if !screens.iter().any(|screen| screen.id == id && screen.sound) {
        let detail = format!("there is no screen `{id}` with sound in the configuration of this branch");
        return Err(ApiError::NotFound { code: "unknown_screen", detail });
    }
    let (said, name) = match body.state {
        SoundState::Ok => (Sound::Ok, "ok"),
        SoundState::Blocked => (Sound::Blocked, "blocked"),
        SoundState::Failed => (Sound::Failed, "failed"),
    };
    state.screens.says(&id, said);
    Ok(answer(Answer { status: 200, body: json(&SoundAnswer { screen: id, state: name }) }))
}
