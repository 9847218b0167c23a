//! The door of the lobby: so many connections at once, so many of one address, and no more. Whoever is too much is let go
//! at once, so that those who are in are served.

use super::steady::Steady;
use crate::config::LimitsConfig;
use axum_server::accept::Accept;
use socket2::SockRef;
use std::{
    collections::BTreeMap,
    future::{Ready, ready},
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// Open files that are not connections: journal, accounts, ports, sound.
const OTHER_FILES: usize = 200;
/// Connections that there is always room for, however few files the system allows.
const FEWEST: usize = 64;
/// What the system keeps for a reader who does not read. Bytes; larger answers only take longer.
const SEND_BUFFER: usize = 256 * 1024;
/// How often a full door is told to the log.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// Counts who is in. Cheap to clone; all listeners of a lobby share one.
#[derive(Clone, Debug)]
pub struct Door(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    of_one: usize,
    stuck: Duration,
    inside: Mutex<Inside>,
    turned_away: AtomicU64,
}

#[derive(Debug, Default)]
struct Inside {
    count: usize,
    by_address: BTreeMap<IpAddr, usize>,
    told: Option<Instant>,
}

/// A place inside; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    door: Door,
    address: IpAddr,
}

impl Door {
    /// A door as configured. A demo lets one address have all places: everybody there is on loopback.
    pub fn new(limits: &LimitsConfig, demo: bool) -> Door {
        let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let allowed = super::open_files().saturating_sub(OTHER_FILES).max(FEWEST);
        let most = count(limits.connections).min(allowed);
        let of_one = if demo { most } else { count(limits.connections_per_address).min(most) };
        let stuck = Duration::from_secs(limits.stuck_s.into());
        let (inside, turned_away) = (Mutex::default(), AtomicU64::new(0));
        Door(Arc::new(Inner { most, of_one, stuck, inside, turned_away }))
    }

    /// Connections that are open.
    pub fn open(&self) -> usize {
        self.inside(|inside| inside.count)
    }

    /// Connections that found no place, since the start.
    pub fn turned_away(&self) -> u64 {
        self.0.turned_away.load(Ordering::Relaxed)
    }

    fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let entered = self.inside(|inside| {
            let theirs = inside.by_address.get(&address).copied().unwrap_or(0);
            if inside.count < self.0.most && theirs < self.0.of_one {
                inside.count += 1;
                inside.by_address.insert(address, theirs + 1);
                return true;
            }
            if inside.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                inside.told = Some(Instant::now());
                tracing::warn!(%address, theirs, open = inside.count, "too many connections; new ones are turned away");
            }
            false
        });
        if !entered {
            self.0.turned_away.fetch_add(1, Ordering::Relaxed);
        }
        entered.then(|| Place { door: self.clone(), address })
    }

    fn inside<T>(&self, act: impl FnOnce(&mut Inside) -> T) -> T {
        // Whoever panicked here left counts that are whole.
        act(&mut self.0.inside.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn admit(&self, stream: TcpStream) -> io::Result<Steady> {
        let place = self.enter(stream.peer_addr()?.ip()).ok_or(io::ErrorKind::ConnectionRefused)?;
        stream.set_nodelay(true)?;
        let socket = SockRef::from(&stream);
        socket.set_send_buffer_size(SEND_BUFFER)?;
        // Whoever has gone without a word (a tablet out of reach) is noticed by what is not acknowledged.
        socket.set_tcp_user_timeout(Some(self.0.stuck))?;
        Ok(Steady::new(stream, self.0.stuck, place))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let address = self.address;
        self.door.inside(|inside| {
            inside.count -= 1;
            if let Some(theirs) = inside.by_address.get_mut(&address) {
                *theirs -= 1;
                if *theirs == 0 {
                    inside.by_address.remove(&address);
                }
            }
        });
    }
}

impl<S> Accept<TcpStream, S> for Door {
    type Stream = Steady;
    type Service = S;
    type Future = Ready<io::Result<(Steady, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.admit(stream).map(|steady| (steady, service)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn door(connections: u32, connections_per_address: u32) -> Door {
        Door::new(&LimitsConfig { connections, connections_per_address, ..LimitsConfig::default() }, false)
    }

    #[test]
    fn one_address_does_not_take_the_places_of_all_and_gives_its_own_back() {
        let door = door(3, 2);
        let [a, b]: [IpAddr; 2] = ["10.0.0.7".parse().unwrap(), "10.0.0.8".parse().unwrap()];
        let mut inside: Vec<Place> = (0..2).filter_map(|_| door.enter(a)).collect();
        assert!(door.enter(a).is_none() && door.turned_away() == 1);
        // The same one, as a socket for both families names it.
        assert!(door.enter("::ffff:10.0.0.7".parse().unwrap()).is_none());
        inside.extend(door.enter(b));
        assert!(door.enter("10.0.0.9".parse().unwrap()).is_none(), "three are in");
        inside.remove(0);
        assert!(door.open() == 2 && door.enter(a).is_some());
        drop(inside);
        assert!(door.open() == 0 && door.inside(|inside| inside.by_address.is_empty()));
    }
}
