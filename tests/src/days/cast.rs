//! Whoever acts in a simulated hall, one at a time. Who is next among those that have something to do is drawn by the
//! seed: every order in which the parts of a lobby may be run is as likely, and the same seed runs them in the same
//! order. (The runtime's own order would not do: it wakes watchers by chance that no seed rules.)

use firmware_sim::rng::Chance;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

/// Who belongs together: a group leaves at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// Devices and whoever starts the lobby: there all day.
    Hall,
    /// Customers, staff, faults: until the day is over.
    People,
    /// Parts of the lobby: until it is killed.
    Lobby,
    /// The one part that writes the journal.
    Writer,
}

struct Part {
    group: Group,
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Waker,
}

/// All of them.
pub(super) struct Cast {
    parts: RefCell<BTreeMap<u64, Part>>,
    order: RefCell<Chance>,
    ready: Arc<Ready>,
}

/// Who has something to do.
#[derive(Default)]
struct Ready(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    ids: BTreeSet<u64>,
    next: u64,
    all: Option<Waker>,
}

impl Ready {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Bell {
    id: u64,
    ready: Arc<Ready>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut waiting = self.ready.lock();
        waiting.ids.insert(self.id);
        if let Some(all) = &waiting.all {
            all.wake_by_ref();
        }
    }
}

impl Cast {
    pub(super) fn new(seed: u64) -> Cast {
        let order = RefCell::new(Chance::new(seed, "order"));
        Cast { parts: RefCell::default(), order, ready: Arc::default() }
    }

    /// Somebody enters.
    pub(super) fn enter(&self, group: Group, future: impl Future<Output = ()> + 'static) {
        let id = {
            let mut waiting = self.ready.lock();
            waiting.next += 1;
            let id = waiting.next;
            waiting.ids.insert(id);
            id
        };
        let waker = Waker::from(Arc::new(Bell { id, ready: Arc::clone(&self.ready) }));
        self.parts.borrow_mut().insert(id, Part { group, future: Some(Box::pin(future)), waker });
    }

    /// A group leaves, in the middle of whatever it does.
    pub(super) fn leave(&self, group: Group) {
        let gone: Vec<u64> = {
            let parts = self.parts.borrow();
            parts.iter().filter(|(_, part)| part.group == group).map(|(id, _)| *id).collect()
        };
        for id in gone {
            let part = self.parts.borrow_mut().remove(&id);
            drop(part); // may wake others, and has to find the cast free
        }
    }

    /// Whether anybody of a group is there.
    pub(super) fn any(&self, group: Group) -> bool {
        self.parts.borrow().values().any(|part| part.group == group)
    }

    /// Plays until `over`, waiting for time to pass whenever nobody has anything to do. `acted` hears of everybody who
    /// acted, before (`false`) and after.
    pub(super) async fn play(&self, over: impl Fn() -> bool, acted: impl Fn(Group, bool)) {
        std::future::poll_fn(|context| {
            self.ready.lock().all = Some(context.waker().clone());
            loop {
                if over() {
                    return Poll::Ready(());
                }
                let Some(id) = self.next() else { return Poll::Pending };
                self.act(id, &acted);
            }
        })
        .await;
    }

    fn next(&self) -> Option<u64> {
        let mut waiting = self.ready.lock();
        let place = self.order.borrow_mut().index(waiting.ids.len());
        let id = *waiting.ids.iter().nth(place)?;
        waiting.ids.remove(&id);
        Some(id)
    }

    fn act(&self, id: u64, acted: &impl Fn(Group, bool)) {
        let taken = self
            .parts
            .borrow_mut()
            .get_mut(&id)
            .and_then(|part| Some((part.future.take()?, part.waker.clone(), part.group)));
        let Some((mut future, waker, group)) = taken else { return };
        acted(group, false);
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            // It may have been sent away by its own act.
            if let Some(part) = self.parts.borrow_mut().get_mut(&id) {
                part.future = Some(future);
            }
        } else {
            self.parts.borrow_mut().remove(&id);
        }
        acted(group, true);
    }
}
