//! Development: `cargo run --release -p planner --example days FILE > estimates.json`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let file = planner::estimate::DaysFile::parse(&text).unwrap();
    println!("{}", serde_json::to_string(&planner::estimate::days(&file).unwrap()).unwrap());
}
