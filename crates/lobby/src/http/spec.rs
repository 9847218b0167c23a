//! `openapi.json`, generated from the handlers.

use super::AppState;
use crate::views::Problem;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};
use utoipa::{
    IntoResponses, OpenApi, PartialSchema as _, ToSchema as _,
    openapi::{
        ContentBuilder, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::{Schema, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

#[derive(OpenApi)]
#[openapi(info(
    title = "Now Serving",
    description = "One branch: numbers, counters, screens, devices. Times are RFC 3339 in UTC, durations seconds in \
                   fields ending `_s`. Every POST, PUT and DELETE takes an `Idempotency-Key`: the same key again is the same fact \
                   and the same answer. Errors are RFC 9457 problems with a stable `code`.",
))]
struct Document;

/// What stands in the document beside the routes.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("token", bearer);
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    document
}

/// Every failure of every route: an RFC 9457 problem.
pub(super) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        let response = ResponseBuilder::new()
            .description("What is wrong and what to do")
            .content("application/problem+json", problem)
            .build();
        BTreeMap::from([("default".to_owned(), RefOr::T(response))])
    }
}

/// The document as it is served, and as the golden file keeps it.
pub fn openapi() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let (_, mut document) = super::api().split_for_parts();
        complete(&mut document);
        // A document of our own making is always JSON; an empty one would show in the golden file.
        let mut text = document.to_pretty_json().unwrap_or_default();
        text.push('\n');
        text
    })
}

/// What is the same for every operation and would only be repeated at each handler.
fn complete(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in
            [("get", &mut item.get), ("post", &mut item.post), ("put", &mut item.put), ("delete", &mut item.delete)]
        {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(operation_id(method, path));
            unwrap_body(operation);
            if method != "get" {
                operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
            }
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response
                    && response.description.is_empty()
                {
                    let known = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
                    let words = known.and_then(|status| status.canonical_reason()).unwrap_or("Answer");
                    words.clone_into(&mut response.description);
                }
            }
        }
    }
}

/// A body that may be missing is an object where there is one: `null` is none.
fn unwrap_body(operation: &mut utoipa::openapi::path::Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        let RefOr::T(content) = content else { continue };
        let Some(RefOr::T(Schema::OneOf(one))) = &content.schema else { continue };
        let own = one.items.iter().find(|item| matches!(item, RefOr::Ref(_))).cloned();
        content.schema = own.or(content.schema.take());
    }
}

/// `post /api/v1/tickets/{id}/cancel` is `post_tickets_id_cancel`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

fn idempotency_key() -> Parameter {
    let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(200));
    let key = key.pattern(Some("^[!-~]+$")).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same key again is the same fact and the same answer; visible ASCII."))
        .schema(Some(key))
        .build()
}

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(serve))
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "operation", security(()),
    responses((status = 200, body = Object), Problems))]
async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi()).into_response()
}
