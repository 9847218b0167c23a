//! Devices from outside: state, words in two languages, counters, and the stream that follows them.

use crate::{
    hall::Hall,
    stream::{Events, serve},
};
use lobby::devices::health::Count;

#[tokio::test]
async fn a_change_of_state_is_on_the_stream_at_once_and_counters_come_along() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    let mut events = Events::of(served.address, "/api/v1/devices/events", "demo-engineer").await;
    let first = events.next().await.unwrap();
    assert_eq!((&*first.kind, &*first.retry), ("devices", "1000"));
    let printer = &first.data["devices"][0];
    assert_eq!(printer["texts"]["zh-CN"]["state"], "缺纸");
    assert_eq!(printer["texts"]["en"]["remedy"], "Put in a new roll and close the cover.");

    hall.registry.declare_behind("desk-1", "desk", "line-desks");
    hall.registry.report("desk-1", "desk", "offline", Some("it does not answer".to_owned()));
    let desk = loop {
        let event = events.next().await.unwrap();
        if let Some(desk) = event.data["devices"].as_array().unwrap().iter().find(|device| device["state"] == "offline")
        {
            break desk.clone();
        }
    };
    assert_eq!((&desk["id"], &desk["via"]), (&"desk-1".into(), &"line-desks".into()));
    assert_eq!(desk["texts"]["zh-CN"]["cause"], "没有应答");
    assert!(desk["last_contact"].is_null());

    // Nothing but a counter moves, and nobody is woken for it; it is on the stream a little later all the same.
    let tally = hall.registry.tally("desk-1");
    tally.set(Count::Garbled, 3);
    tally.contact();
    loop {
        let event = events.next().await.unwrap();
        let desk = event.data["devices"].as_array().unwrap().iter().find(|device| device["id"] == "desk-1").unwrap();
        if desk["errors"]["garbled"] == 3 {
            assert_eq!(desk["state"], "offline");
            assert!(desk["last_contact"].is_string());
            break;
        }
    }
}

#[tokio::test]
async fn prometheus_reads_the_health_of_every_device() {
    let hall = Hall::new();
    let tally = hall.registry.tally("kiosk-1");
    tally.add(Count::JobsUncertain);
    tally.contact();
    let text = hall.get("", "/metrics").await.text();
    for line in [
        "lobby_device_ok{device=\"kiosk-1\",kind=\"printer\",state=\"paper_out\"} 0",
        "lobby_device_errors_total{device=\"kiosk-1\",kind=\"printer\",what=\"jobs_uncertain\"} 1",
        "lobby_device_traffic_total{device=\"kiosk-1\",kind=\"printer\",what=\"replies\"} 0",
        "lobby_device_last_contact_seconds{device=\"kiosk-1\",kind=\"printer\"} ",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
