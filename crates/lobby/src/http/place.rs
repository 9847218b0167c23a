//! Where a call comes from: an enrolled device, or an address in the network.

use super::{
    AppState,
    auth::{bearer, cookie, cookie_name, device_cookie_name},
    error::ApiError,
};
use crate::accounts::{Place, Role};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use std::{net::SocketAddr, sync::Arc};

/// The place of a call.
pub(super) struct At(pub(super) Place);

impl FromRequestParts<Arc<AppState>> for At {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<At, ApiError> {
        let shown = std::iter::once(device_cookie_name(state.port))
            .chain(Role::ALL.into_iter().map(|role| cookie_name(role, state.port)));
        let cookies = shown.filter_map(|name| cookie(&parts.headers, &name).map(str::to_owned));
        // A token that is no token is the business of whoever asks for one.
        let token = bearer(&parts.headers).ok().flatten().map(str::to_owned);
        for secret in cookies.chain(token).collect::<Vec<_>>() {
            if let Some(name) = state.accounts.device(&secret).await? {
                return Ok(At(Place { name, enrolled: true }));
            }
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let name = peer.map_or_else(|| "network".to_owned(), |peer| format!("network:{}", peer.0.ip().to_canonical()));
        Ok(At(Place { name, enrolled: state.accounts.is_demo() }))
    }
}
