//! The jobs of one printer in order, each with the moment when its patience ends.

use super::ear::Ear;
use super::task::{PrintLog, PrintOrder};
use queue_core::{PRINT_QUEUE, PrintOutcome};
use std::collections::VecDeque;
use std::future::pending;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tracing::warn;

/// Jobs in order, each with the moment when its patience ends.
pub(super) struct Queue {
    jobs: mpsc::Receiver<PrintOrder>,
    waiting: VecDeque<(PrintOrder, Instant)>,
    closed: bool,
    patience: Duration,
    /// Staff change the paper: nothing is printed and nothing loses its patience.
    changing: watch::Receiver<bool>,
}

impl Queue {
    pub(super) fn new(jobs: mpsc::Receiver<PrintOrder>, patience: Duration, changing: watch::Receiver<bool>) -> Queue {
        Queue { jobs, waiting: VecDeque::new(), closed: false, patience, changing }
    }

    /// Takes the next job out, unless the paper is being changed.
    pub(super) fn next(&mut self) -> Option<PrintOrder> {
        if *self.changing.borrow() {
            return None;
        }
        self.waiting.pop_front().map(|(order, _)| order)
    }

    /// Everybody's patience begins anew.
    fn renew(&mut self) {
        let until = Instant::now() + self.patience;
        self.waiting.iter_mut().for_each(|(_, end)| *end = until);
    }

    /// Waits until a job comes in or loses its patience, or the paper change begins or ends, and sees to it. Safe to cancel.
    pub(super) async fn step(&mut self, log: &dyn PrintLog, ear: &Ear) {
        let room = !self.closed && self.waiting.len() < PRINT_QUEUE;
        let first = self.waiting.front().map(|(order, until)| (order.job, *until));
        let over = async {
            match first {
                Some((job, until)) => {
                    sleep_until(until).await;
                    job
                }
                None => pending().await,
            }
        };
        let turned = async {
            if self.changing.changed().await.is_err() {
                pending::<()>().await; // nobody can begin a change
            }
        };
        tokio::select! {
            biased;
            () = turned => self.renew(),
            order = self.jobs.recv(), if room => match order {
                Some(order) => self.waiting.push_back((order, Instant::now() + self.patience)),
                None => self.closed = true,
            },
            job = over => {
                if ear.state().prints() || *self.changing.borrow() {
                    return self.renew();
                }
                let cause = ear.state().name();
                warn!(%job, cause, "a ticket waited too long for its printer; the kiosk shows the number");
                // Told before it is forgotten: when this is cancelled in between, it is told once more.
                log.ended(job, PrintOutcome::Failed { cause: cause.to_owned() }).await;
                self.waiting.pop_front();
            }
        }
    }
}
