//! Notices: asked for within bounds, ended once.

use super::Judgement;
use crate::{
    Actor, Branch, Command, Event, Notice, NoticeId, NoticeOutcome, NoticeRank, NoticeWish, Refusal, Timestamp,
    notice::{NOTICES_KEPT, NOTICES_WAITING},
};

impl Branch {
    /// What is asked of the voice, and what became of it.
    pub(super) fn decide_notices(&self, by: &Actor, wish: &Command) -> Judgement {
        match wish {
            Command::Announce(wish) => self.decide_announce(by, wish),
            Command::EndNotice { notice, outcome, cause } => {
                Ok(self.decide_end_notice(*notice, *outcome, cause.as_deref()))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn decide_announce(&self, by: &Actor, wish: &NoticeWish) -> Judgement {
        let waiting = self.notices.values().filter(|notice| notice.ended.is_none()).count();
        // In an emergency nobody is told to wait because of a welcome.
        if waiting >= NOTICES_WAITING && wish.rank != NoticeRank::Emergency || waiting >= NOTICES_KEPT {
            return Err(Refusal::TooManyNotices(waiting));
        }
        let notice = NoticeId(self.last_notice + 1);
        Ok(vec![Event::NoticeAsked { notice, by: by.clone(), wish: wish.clone() }])
    }

    /// A notice ends once; what was never asked for or has ended is no news.
    fn decide_end_notice(&self, id: NoticeId, outcome: NoticeOutcome, cause: Option<&str>) -> Vec<Event> {
        let waits = self.notices.get(&id).is_some_and(|notice| notice.ended.is_none());
        let ended = Event::NoticeEnded { notice: id, outcome, cause: cause.map(str::to_owned) };
        waits.then_some(ended).into_iter().collect()
    }

    /// The notices that are remembered, oldest first.
    pub fn notices(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        self.notices.values()
    }

    /// The notice of that id, if it is still remembered.
    pub fn notice(&self, id: NoticeId) -> Option<&Notice> {
        self.notices.get(&id)
    }

    /// The newest notice.
    pub fn last_notice(&self) -> Option<&Notice> {
        self.notices.get(&NoticeId(self.last_notice))
    }

    pub(crate) fn apply_notice(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::NoticeAsked { notice: id, by, wish } => {
                self.last_notice = self.last_notice.max(id.0);
                let notice = Notice { id: *id, asked_at: at, by: by.clone(), wish: wish.clone(), ended: None };
                self.notices.insert(*id, notice);
                while self.notices.len() > NOTICES_KEPT {
                    let over = self.notices.values().find(|notice| notice.ended.is_some()).map(|notice| notice.id);
                    let Some(over) = over else { break };
                    self.notices.remove(&over);
                }
            }
            Event::NoticeEnded { notice, outcome, cause } => {
                if let Some(known) = self.notices.get_mut(notice) {
                    known.ended = Some((at, *outcome, cause.clone()));
                }
            }
            _ => {}
        }
    }
}
