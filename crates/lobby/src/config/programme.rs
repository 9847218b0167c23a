//! When entries of the broadcast programme are due: pure, from the calendar of the branch.

use super::{calendar, model::Config, model_voice::ProgrammeConfig};
use jiff::ToSpan as _;
use queue_core::{BusinessDay, Millis, Timestamp};

const MINUTE_MS: Millis = 60_000;
/// A programme is looked through so many days ahead: a week, and a holiday of another.
const LOOK_AHEAD_DAYS: i64 = 15;

impl Config {
    /// The next time after this moment that an entry is said; `None` when it is not within a fortnight.
    pub fn programme_next(&self, entry: &ProgrammeConfig, after: Timestamp) -> Option<Timestamp> {
        let first = calendar::date(self.business_day(after).as_str())?;
        let days = (0..LOOK_AHEAD_DAYS)
            .filter_map(|days| BusinessDay::new(first.saturating_add(days.days()).to_string()).ok());
        days.filter_map(|day| self.times_on(entry, &day).into_iter().filter(|time| *time > after).min()).min()
    }

    /// All times of an entry on a business day; none on days without sessions, where the branch has any.
    fn times_on(&self, entry: &ProgrammeConfig, day: &BusinessDay) -> Vec<Timestamp> {
        let Some(date) = calendar::date(day.as_str()) else { return Vec::new() };
        if !entry.on().is_some_and(|days| days.contains(date.weekday())) {
            return Vec::new();
        }
        let sessions = self.hours(day).sessions;
        if sessions.as_ref().is_some_and(Vec::is_empty) {
            return Vec::new();
        }
        let mut times: Vec<Timestamp> = entry.at.iter().filter_map(|at| self.on_day(day, at)).collect();
        if let Some(before) = entry.before_close_min {
            let closes = sessions.iter().flatten().map(|session| session.until).max();
            times.extend(closes.map(|closes| closes.plus(-Millis::from(before) * MINUTE_MS)));
        }
        if let Some(every) = entry.every_min.filter(|every| *every > 0) {
            let own = (entry.from.as_deref(), entry.until.as_deref());
            let spans: Vec<(Timestamp, Timestamp)> = match (own, sessions) {
                ((Some(from), Some(until)), _) => {
                    let (from, until) = (self.on_day(day, from), self.on_day(day, until));
                    from.zip(until).into_iter().collect()
                }
                (_, Some(sessions)) => sessions.iter().map(|session| (session.from, session.until)).collect(),
                (_, None) => {
                    let begin = self.on_day(day, &self.day.rolls_at);
                    begin.map(|begin| (begin, begin.plus(24 * 60 * MINUTE_MS))).into_iter().collect()
                }
            };
            for (from, until) in spans {
                let step = Millis::from(every) * MINUTE_MS;
                let count = until.since(from).max(0) / step;
                times.extend((0..=count).map(|n| from.plus(n * step)).filter(|time| *time < until));
            }
        }
        times
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// `config/bank` with one entry.
    fn bank(entry: &str) -> Config {
        let file = include_str!("../../../../config/bank/branch.toml").replace("[voice]", "[voice]\nrepeats = 2");
        let mut config: Config = toml::from_str(&file).unwrap();
        let text = format!("id = \"it\"\ntext = {{ zh-CN = \"您好\" }}\n{entry}");
        config.voice.programme = vec![toml::from_str(&text).unwrap()];
        config
    }

    fn moment(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    /// The next `count` times after `from`, local.
    fn times(config: &Config, from: &str, count: usize) -> Vec<String> {
        let mut at = moment(from);
        let mut out = Vec::new();
        while out.len() < count {
            let Some(next) = config.programme_next(&config.voice.programme[0], at) else { break };
            out.push(config.local(next).strftime("%a %R").to_string());
            at = next;
        }
        out
    }

    #[test]
    fn fixed_times_go_on_the_next_day_and_only_on_their_days() {
        let config = bank("at = [\"09:30\", \"14:00\"]\ndays = \"mon-tue\"");
        // A Monday, 12:00 local.
        assert_eq!(times(&config, "2026-11-23T04:00:00Z", 3), ["Mon 14:00", "Tue 09:30", "Tue 14:00"]);
    }

    #[test]
    fn before_closing_is_before_the_end_of_the_last_session() {
        let config = bank("before_close_min = 15");
        let noon = moment("2026-11-23T04:00:00Z");
        let closes = config.hours(&config.business_day(noon)).sessions.unwrap().iter().map(|s| s.until).max().unwrap();
        let next = config.programme_next(&config.voice.programme[0], noon).unwrap();
        assert_eq!(closes.since(next), 15 * MINUTE_MS);
    }

    #[test]
    fn again_and_again_between_two_times() {
        let config = bank("every_min = 20\nfrom = \"10:00\"\nuntil = \"11:00\"");
        let found = times(&config, "2026-11-23T01:59:00Z", 4);
        assert_eq!(found[..3], ["Mon 10:00", "Mon 10:20", "Mon 10:40"]);
        assert!(found[3].ends_with("10:00"), "{found:?}");
    }

    #[test]
    fn no_programme_on_a_holiday() {
        let mut config = bank("at = [\"09:30\"]");
        config.day.holidays = vec!["2026-11-24".to_owned()];
        assert_eq!(times(&config, "2026-11-23T04:00:00Z", 1), ["Wed 09:30"]);
    }
}
