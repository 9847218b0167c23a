//! Power cuts at every write, and disks that fail: nothing that anybody was told is lost, and nothing is made up. The
//! same judge sees every defect that is planted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::torture::{Defect, Outcome, TorturePlan, torture};

const SMALL: TorturePlan =
    TorturePlan { seed: 1, rounds: 20, faults: false, images: 1, deep: 60, defect: Defect::None };

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_at_every_write_loses_nothing() {
    let Outcome { judged, wishes, .. } = torture(SMALL).await;
    eprintln!("{wishes} wishes, {judged:?}");
    assert!(judged.images > 150, "only {} cuts", judged.images);
    assert!(judged.deep > 1, "no lobby was started on what was left");
    assert_eq!(judged.breaches, 0, "{:#?}", judged.worded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_ends_the_process_and_retries_settle_it() {
    let mut faults = 0;
    // In the last one a sync fails, and the power goes right after the restart that has read the group back.
    for seed in [1, 2, 3, 4, 110] {
        let Outcome { judged, faults: seen, .. } = torture(TorturePlan { seed, faults: true, ..SMALL }).await;
        assert_eq!(judged.breaches, 0, "seed {seed}: {:#?}", judged.worded);
        faults += seen;
    }
    assert!(faults > 1, "the disk failed {faults} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_sees_every_planted_defect() {
    use Defect::{EffectBeforeCommit, LyingDisk, SynchronousNormal, SynchronousOff};
    for defect in [SynchronousNormal, SynchronousOff, LyingDisk, EffectBeforeCommit] {
        let Outcome { judged, .. } = torture(TorturePlan { defect, ..SMALL }).await;
        eprintln!("{defect:?}: {} of {} cuts: {:?}", judged.breaches, judged.images, judged.worded.first());
        assert!(judged.breaches > 0, "{defect:?} was not seen in {} cuts", judged.images);
    }
}
