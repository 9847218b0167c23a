//! Plain HTTP beside TLS: it says where the pages are, and nothing else.

use crate::http::ApiError;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header, uri::Authority},
    response::{IntoResponse, Response},
};

/// The only answer of that listener. `name` is where the pages are; without it, what the caller called us.
pub(crate) fn router(name: Option<String>, port: u16) -> Router {
    Router::new().fallback(async move |request: Request| answer(&request, name.as_deref(), port))
}

fn answer(request: &Request, name: Option<&str>, port: u16) -> Response {
    // What came in a body has been seen by whoever listens on the cable: it is not done, and not asked for again.
    if !request.method().is_safe() {
        return ApiError::TlsOnly.into_response();
    }
    let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let Some(host) = name.map(str::to_owned).or_else(|| Some(asked?.host().to_owned())) else {
        return ApiError::TlsOnly.into_response();
    };
    let place = if port == 443 { host } else { format!("{host}:{port}") };
    let uri = request.uri();
    // The code of a device has been seen; it is typed again where nobody sees it.
    let path =
        if uri.path() == "/enroll" { uri.path() } else { uri.path_and_query().map_or("/", |path| path.as_str()) };
    match HeaderValue::from_str(&format!("https://{place}{path}")) {
        Ok(to) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Err(_) => ApiError::TlsOnly.into_response(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::body::Body;

    fn told(method: &str, path: &str, host: &str, name: Option<&str>) -> (u16, String) {
        let request = Request::builder().method(method).uri(path).header("host", host).body(Body::empty()).unwrap();
        let answer = answer(&request, name, 8700);
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), to.unwrap_or_default())
    }

    #[test]
    fn it_leads_to_the_pages_and_never_elsewhere() {
        let to = |to: &str| (308, to.to_owned());
        assert_eq!(told("GET", "/kiosk?kiosk=k2", "10.1.2.3:80", None), to("https://10.1.2.3:8700/kiosk?kiosk=k2"));
        assert_eq!(told("GET", "/enroll?code=ABCD", "lobby.lan", None), to("https://lobby.lan:8700/enroll"));
        assert_eq!(told("GET", "/", "evil.example", Some("lobby.lan")), to("https://lobby.lan:8700/"));
        assert_eq!(told("GET", "//evil.example/", "lobby.lan", None), to("https://lobby.lan:8700//evil.example/"));
        assert_eq!(told("GET", "/", "bad host", None).0, 403);
        assert_eq!(told("POST", "/api/v1/signin", "lobby.lan", None).0, 403, "the secret is not asked for twice");
    }
}
