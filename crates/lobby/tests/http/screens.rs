//! What each screen shows, as its page learns it.

use crate::hall::Hall;
use lobby::config::{ScreenConfig, ScreenLayout, ScreenTheme};
use serde_json::{Value, json};

fn entrance() -> ScreenConfig {
    ScreenConfig {
        id: "entrance".to_owned(),
        services: vec!["loan".to_owned(), "cash".to_owned()],
        layout: ScreenLayout::Waiting,
        languages: vec!["en".to_owned()],
        theme: ScreenTheme::Dark,
        sound: true,
        notices: vec![[("en".to_owned(), "No smoking".to_owned())].into()],
        ..ScreenConfig::hall()
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_demo_has_the_hall_and_a_window() {
    let list = Hall::new().get("screen", "/api/v1/screens").await.json();
    assert_eq!(list["usual"], list["screens"][0]);
    assert_eq!(list["usual"]["id"], "lobby");
    assert_eq!(list["usual"]["layout"], "hall");
    assert_eq!(list["usual"]["theme"], "light");
    assert_eq!(list["usual"]["languages"], json!(["zh-CN", "en"]));
    assert_eq!(ids(&list["usual"]["services"]), ["cash", "account", "loan"]);
    assert_eq!(list["usual"]["services"][0]["name"]["en"], "Cash");
    assert_eq!(list["usual"]["counters"], json!(["1", "2", "3", "4"]));
    assert_eq!(list["screens"][1]["counter"], "3");
}

#[tokio::test]
async fn a_screen_shows_what_its_block_says() {
    let hall = Hall::with(|config| {
        config.screens = vec![
            entrance(),
            ScreenConfig {
                counters: vec!["4".to_owned(), "2".to_owned()],
                id: "east".to_owned(),
                ..ScreenConfig::hall()
            },
        ];
        config.branch.languages = ["yue", "en", "zh-CN"].map(str::to_owned).into();
        config.branch.hotline = Some("95500".to_owned());
    });
    let list = hall.get("manager", "/api/v1/screens").await.json();
    let (entrance, east) = (&list["screens"][0], &list["screens"][1]);
    // The order is that of the menu; which counters take them changes during the day, so the board says it.
    assert_eq!(ids(&entrance["services"]), ["cash", "loan"]);
    assert_eq!(entrance["counters"], Value::Null);
    assert_eq!(
        (&entrance["layout"], &entrance["theme"], &entrance["sound"]),
        (&json!("waiting"), &json!("dark"), &json!(true))
    );
    assert_eq!(entrance["languages"], json!(["en"]));
    assert_eq!(entrance["notices"], json!([{"en": "No smoking"}]));
    assert_eq!(entrance["hotline"], "95500");
    assert_eq!(east["counters"], json!(["2", "4"]));
    assert_eq!(ids(&east["services"]), ["cash", "account", "loan"]);
    assert_eq!(east["languages"], json!(["yue", "en"]), "there is room for two");
}

#[tokio::test]
async fn without_screens_a_page_shows_the_hall_and_names_nobody() {
    let hall = Hall::with(|config| config.screens.clear());
    let list = hall.get("screen", "/api/v1/screens").await.json();
    assert_eq!(list["screens"], json!([]));
    assert_eq!((&list["usual"]["id"], &list["usual"]["layout"]), (&Value::Null, &json!("hall")));
}
