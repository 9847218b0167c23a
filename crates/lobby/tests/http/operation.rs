//! What whoever runs many branches watches them with (`config/operation`): every figure that dashboard and rules name is
//! one that `/metrics` has, with the labels they go by.

use crate::hall::Hall;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const DASHBOARD: &str = include_str!("../../../../config/operation/grafana.json");
const RULES: &str = include_str!("../../../../config/operation/alerts.yml");
/// Labels that the scrape adds, and figures of Prometheus itself.
const OF_SCRAPE: [&str; 3] = ["branch", "job", "instance"];
const OF_PROMETHEUS: [&str; 1] = ["up"];

/// Names of figures in an expression, each with the labels that it is picked by.
fn named(expression: &str) -> Vec<(String, Vec<String>)> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in expression.match_indices("lobby_").chain(expression.match_indices("up{")) {
        if expression[..at].ends_with(word) {
            continue;
        }
        let name: String = expression[at..].chars().take_while(|c| word(*c)).collect();
        let picked = expression[at + name.len()..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let picks = picked.map_or("", |(picks, _)| picks).split(',').filter(|pick| !pick.is_empty());
        let labels = picks.map(|pick| pick.split(['=', '!']).next().unwrap().trim().to_owned()).collect();
        found.push((name, labels));
    }
    found
}

/// Figures that a hall in which everything has happened shows, with their labels.
async fn exposed() -> BTreeMap<String, BTreeSet<String>> {
    let hall = Hall::new();
    hall.take("cash").await;
    hall.act("1", "open", json!({})).await;
    hall.registry.tally("kiosk-1").contact();
    hall.get("", "/metrics").await;
    let text = hall.get("", "/metrics").await.text();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_once(['{', ' ']).unwrap();
        let labels = rest.rsplit_once('}').map_or("", |(labels, _)| labels);
        let labels = labels.split("\",").filter_map(|label| Some(label.split_once('=')?.0.to_owned()));
        all.entry(name.to_owned()).or_default().extend(labels);
    }
    all
}

fn expressions_of_dashboard(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

fn expressions_of_rules() -> Vec<String> {
    RULES.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).map(str::to_owned).collect()
}

fn even(expression: &str) -> bool {
    let count = |c: char| expression.matches(c).count();
    count('(') == count(')') && count('{') == count('}') && count('[') == count(']') && count('"') % 2 == 0
}

#[tokio::test]
async fn every_figure_that_is_watched_is_exposed() {
    let exposed = exposed().await;
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let expressions = [expressions_of_dashboard(&dashboard), expressions_of_rules()].concat();
    assert!(expressions.len() > 30, "{}", expressions.len());
    let mut watched = BTreeSet::new();
    for expression in &expressions {
        assert!(even(expression), "brackets or quotes do not close: {expression}");
        let figures = named(expression);
        assert!(!figures.is_empty(), "nothing of ours in {expression}");
        for (name, labels) in figures.into_iter().filter(|(name, _)| !OF_PROMETHEUS.contains(&name.as_str())) {
            let known = exposed.get(&name).unwrap_or_else(|| panic!("/metrics has no {name}: {expression}"));
            for label in labels.iter().filter(|label| !OF_SCRAPE.contains(&label.as_str())) {
                assert!(known.contains(label), "{name} has no label {label}: {expression}");
            }
            watched.insert(name);
        }
    }
    let unwatched: Vec<_> = exposed.keys().filter(|name| !watched.contains(*name)).collect();
    assert!(unwatched.is_empty(), "figures that nobody looks at: {unwatched:?}");
}

#[test]
fn every_rule_says_how_urgent_it_is_and_what_to_do() {
    let rules: Vec<&str> = RULES.split("- alert: ").skip(1).collect();
    assert!(rules.len() >= 14, "{}", rules.len());
    let mut names = BTreeSet::new();
    for rule in rules {
        let name = rule.lines().next().unwrap();
        assert!(names.insert(name), "{name} twice");
        assert!(["page", "ticket"].iter().any(|how| rule.contains(&format!("severity: {how} }}"))), "{rule}");
        for part in ["expr: ", "for: ", "summary: \"{{ $labels.branch }}: ", "action: \""] {
            let optional = part == "for: " && rule.contains("[30m]) > 2");
            assert!(optional || rule.contains(part), "{name} has no {part}");
        }
    }
}

#[test]
fn the_dashboard_is_one_that_grafana_takes() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    assert_eq!((&dashboard["uid"], &dashboard["schemaVersion"]), (&json!("now-serving"), &json!(38)));
    let variables: Vec<_> =
        dashboard["templating"]["list"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(variables, ["source", "branch"]);
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(ids.insert(panel["id"].as_i64().unwrap()), "{panel}");
        let place = &panel["gridPos"];
        assert!(place["x"].as_i64().unwrap() + place["w"].as_i64().unwrap() <= 24, "{panel}");
        assert!(panel["title"].as_str().is_some_and(|title| !title.is_empty()), "{panel}");
    }
}
