//! Random days on a disk that crashes: the real controller and journal, a power cut at every write, and a judge that
//! compares what is left with what anybody had been told. A defect can be planted to see that the judge sees it.

mod branch;
mod judge;
mod lived;
mod wishes;

pub use judge::{Breach, Judged};
pub(crate) use lived::scratch;
pub use lived::{Defect, Lived, TorturePlan};

use crash_disk::Rng;

/// What one seed came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Wishes that were made.
    pub wishes: usize,
    /// How often the disk failed and the lobby was started again on it.
    pub faults: usize,
    /// What the cuts showed.
    pub judged: Judged,
}

/// Lives through the days of a plan and judges the disk after a power cut at every write.
pub async fn torture(plan: TorturePlan) -> Outcome {
    let lived = Lived::live(plan).await;
    let judged = judge::every_cut(&lived, &mut Rng::new(plan.seed ^ 0xc0_ffee), plan).await;
    Outcome { wishes: lived.wishes(), faults: lived.faults(), judged }
}
