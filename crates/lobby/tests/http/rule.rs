//! The rule in words: whoever asks why somebody else was called first reads what is really in force.

use crate::hall::Hall;
use queue_core::Preset;

fn sentences(preset: Preset, language: &str) -> impl Future<Output = Vec<String>> {
    let hall = Hall::with(|config| {
        config.rules.preset = preset;
        for lane in &mut config.lanes {
            lane.guarantee_share = (preset == Preset::Shares && lane.id == "regular").then_some(25);
        }
    });
    let language = language.to_owned();
    async move {
        let rule = hall.get("kiosk", "/api/v1/rule").await.json();
        assert_eq!(rule["preset"], preset.name());
        serde_json::from_value(rule["sentences"][language].clone()).unwrap()
    }
}

#[tokio::test]
async fn each_preset_reads_as_what_it_does() {
    let targets = sentences(Preset::Targets, "en").await;
    assert_eq!(
        targets[0],
        "Waiting earns points: Regular 1 a minute, Priority 2.5 a minute, VIP 5 a minute, Appointment 3 a minute. A free counter calls whoever has most."
    );
    let strict = sentences(Preset::Strict, "zh-CN").await;
    assert_eq!(strict[0], "窗口空出时，按队列次序呼叫：贵宾，然后预约，然后优先（爱心），然后普通。");
    let fifo = sentences(Preset::Fifo, "en").await;
    assert_eq!(fifo[0], "All queues are first come, first served: a free counter calls whoever has waited longest.");
    assert!(!fifo[1].contains("points"), "{fifo:?}");
    let shares = sentences(Preset::Shares, "en").await;
    assert_eq!(shares[1], "As long as somebody waits in Regular, at least 25 % of the calls go to Regular.");
}

#[tokio::test]
async fn when_a_call_counts_as_missed_is_said_where_it_takes_more_than_not_coming() {
    let missed = async |calls: u32, seconds: u32| {
        let hall = Hall::with(|config| {
            (config.rules.no_show_after_calls, config.rules.no_show_gap_s) = (calls, seconds);
        });
        let rule = hall.get("kiosk", "/api/v1/rule").await.json();
        let all: Vec<String> = serde_json::from_value(rule["sentences"]["en"].clone()).unwrap();
        all.into_iter().find(|sentence| sentence.contains("counts as missed"))
    };
    assert_eq!(missed(1, 0).await, None);
    let both = missed(2, 20).await.unwrap();
    assert_eq!(both, "A number is called at least 2 times, and counts as missed 20 seconds after the last call.");
    assert!(missed(1, 30).await.unwrap().contains("30 seconds"));
    assert!(missed(3, 0).await.unwrap().contains("3 times"));
}
