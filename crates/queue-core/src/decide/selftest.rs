//! The self-test: one at a time, one result for each part, and ticks of people afterwards.

use super::Judgement;
use crate::{
    Actor, Branch, Command, DeviceId, Event, Refusal, SelfTest, SelfTestBegun, SelfTestId, SelfTestItem, SelfTestMeans,
    SelfTestPart, SelfTestResult, SelfTestTick, SelfTestTicked, Timestamp,
};

impl Branch {
    pub(super) fn decide_selftest(&self, by: &Actor, wish: &Command) -> Judgement {
        match wish {
            Command::StartSelfTest { parts, means } => self.decide_start_test(by, parts, *means),
            Command::FinishSelfTest { test, results } => Ok(self.decide_finish_test(*test, results)),
            Command::TickSelfTest { test, item, ok, note } => self.decide_tick(by, *test, item, *ok, note.as_deref()),
            _ => Ok(Vec::new()),
        }
    }

    fn decide_start_test(&self, by: &Actor, parts: &[SelfTestPart], means: SelfTestMeans) -> Judgement {
        if let Some(running) = self.running_selftest() {
            return Err(Refusal::SelfTestRunning(running.id));
        }
        let test = SelfTestId(self.selftest.as_ref().map_or(0, |last| last.id.0) + 1);
        let begun = SelfTestBegun { test, by: by.clone(), means, parts: parts.to_vec() };
        Ok(vec![Event::SelfTestStarted(begun)])
    }

    /// Late or repeated results are no news; only those of parts that the test has are kept.
    fn decide_finish_test(&self, test: SelfTestId, results: &[SelfTestResult]) -> Vec<Event> {
        let Some(running) = self.running_selftest().filter(|running| running.id == test) else { return Vec::new() };
        let known = |result: &&SelfTestResult| {
            running.items.iter().any(|item| item.part.item == result.item && !item.part.is_manual())
        };
        vec![Event::SelfTestFinished { test, results: results.iter().filter(known).cloned().collect() }]
    }

    fn decide_tick(&self, by: &Actor, test: SelfTestId, item: &DeviceId, ok: bool, note: Option<&str>) -> Judgement {
        let last = self.selftest.as_ref().filter(|last| last.id == test).ok_or(Refusal::UnknownSelfTest)?;
        let known = last.items.iter().find(|known| known.part.item == *item);
        let known = known.ok_or_else(|| Refusal::UnknownTestItem(item.clone()))?;
        if !known.may_be_ticked() {
            return Err(Refusal::TestedByItself(item.clone()));
        }
        let note = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
        let same = |tick: &SelfTestTick| tick.by == *by && tick.ok == ok && tick.note == note;
        if known.tick.as_ref().is_some_and(same) {
            return Ok(Vec::new());
        }
        let ticked = SelfTestTicked { test, item: item.clone(), by: by.clone(), ok, note };
        Ok(vec![Event::SelfTestTicked(ticked)])
    }

    /// The last self-test.
    pub fn selftest(&self) -> Option<&SelfTest> {
        self.selftest.as_ref()
    }

    /// The self-test that has not run through yet.
    pub fn running_selftest(&self) -> Option<&SelfTest> {
        self.selftest.as_ref().filter(|last| last.finished_at.is_none())
    }

    pub(crate) fn apply_selftest(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::SelfTestStarted(SelfTestBegun { test, by, means, parts }) => {
                let items = parts.iter().map(|part| SelfTestItem { part: part.clone(), result: None, tick: None });
                self.selftest = Some(SelfTest {
                    id: *test,
                    started_at: at,
                    by: by.clone(),
                    means: *means,
                    finished_at: None,
                    items: items.collect(),
                });
            }
            Event::SelfTestFinished { test, results } => {
                let Some(known) = self.selftest.as_mut().filter(|known| known.id == *test) else { return };
                known.finished_at = Some(at);
                for item in &mut known.items {
                    item.result = results.iter().find(|result| result.item == item.part.item).cloned();
                }
            }
            Event::SelfTestTicked(SelfTestTicked { test, item, by, ok, note }) => {
                let known = self.selftest.as_mut().filter(|known| known.id == *test);
                let items = known.into_iter().flat_map(|known| &mut known.items);
                for known in items.filter(|known| known.part.item == *item) {
                    known.tick = Some(SelfTestTick { at, by: by.clone(), ok: *ok, note: note.clone() });
                }
            }
            _ => {}
        }
    }
}
