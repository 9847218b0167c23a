//! The writer: judges wishes in order, journals their facts as one group, then answers and publishes.

use super::{
    Handle, Input, Question, Reply, RequestKey, Setup, View, Wish,
    publish::Publisher,
    secrets::{random_key, sealed},
    snapshot::{self, Keeper, Moment},
};
use crate::{
    chance::Chance,
    clock::Clock,
    config::{Config, IdentityRule},
    identity::Identity,
    journal::{Draft, Journal, JournalError, NoteRow},
};
use queue_core::{Actor, Branch, Command, Event, Handled, Refusal, Timestamp};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tracing::{info, warn};

/// Most wishes in one transaction.
pub(super) const GROUP: usize = 64;

pub(super) struct Writer {
    pub(super) config: Arc<Config>,
    pub(super) clock: Clock,
    chance: Chance,
    journal: Journal,
    pub(super) branch: Branch,
    publisher: Publisher,
    last: Timestamp,
    /// The state before the day that is being opened, until that is durable.
    before: Option<Moment>,
    snapshots: Keeper,
}

/// An answer that leaves when the group is durable.
type Pending = (oneshot::Sender<(Reply, Option<Refusal>)>, (Reply, Option<Refusal>));

impl Writer {
    /// The branch as its journal has it.
    pub(super) fn replay(setup: Setup, snapshots: Keeper) -> Result<Writer, JournalError> {
        let Setup { config, clock, chance, journal, outputs } = setup;
        let mut publisher = Publisher::new(outputs, &config);
        let (mut branch, mut last, mut after) = (Branch::default(), Timestamp::default(), 0);
        if let Some(moment) = snapshot::load(&journal) {
            (branch, last, after) = (moment.branch, moment.last, moment.seq);
            publisher.go_on_from(moment.drawn);
        }
        let mut before = None;
        journal.replay(after, |row| {
            if snapshot::is_border(&row.fact, &branch) && row.seq > after + 1 {
                let (seq, drawn) = (row.seq - 1, publisher.drawn().clone());
                before = Some(Moment { seq, last, branch: branch.clone(), drawn });
            }
            branch.apply(row.at, &row.fact);
            publisher.book(row.seq, row.at, &row.fact, &branch);
            last = last.max(row.at);
        })?;
        if let Some(day) = &branch.day().day
            && let Some(key) = journal.day_key(day)?
        {
            publisher.tracks_mut().begin(key, branch.tickets().map(|ticket| &ticket.id));
        }
        if journal.seq() > 0 {
            let waiting: usize = branch.waiting().values().sum();
            info!(
                rows = journal.seq() - after,
                after, waiting, "the journal is replayed; every number is where it was"
            );
        }
        let mut writer = Writer { config, clock, chance, journal, branch, publisher, last, before, snapshots };
        writer.keep_snapshot()?;
        Ok(writer)
    }

    /// The way to this writer, whose wishes arrive in the channel.
    pub(super) fn handle(&self, inbox: mpsc::Sender<Input>) -> Handle {
        let (promises, facts) = self.publisher.watches();
        Handle { inbox, config: self.config.clone(), promises, facts }
    }

    /// Sees to the wishes and questions of `batch`, and to those that come while they are judged.
    pub(super) fn turn(
        &mut self,
        batch: &mut Vec<Input>,
        inbox: &mut mpsc::Receiver<Input>,
    ) -> Result<(), JournalError> {
        let mut answers = Vec::with_capacity(batch.len());
        let mut questions: Vec<Question> = Vec::new();
        let mut facts = Vec::new();
        let (mut foreseen, mut heard) = (None, None);
        let mut inputs = 0;
        let mut first = batch.drain(..);
        // Who came while the others were judged is in time for the same sync of the disk.
        while let Some(input) = first.next().or_else(|| if inputs < GROUP { inbox.try_recv().ok() } else { None }) {
            match input {
                Input::Wish(wish, answer) => answers.push((answer, self.judge(*wish, &mut facts)?)),
                Input::Question(question) => questions.push(question),
                Input::Foreseen(promises) => foreseen = Some(*promises),
                Input::Heard(speaking) => heard = Some(speaking),
            }
            inputs += 1;
        }
        drop(first);
        self.finish_group(&facts, answers)?;
        if let Some(promises) = foreseen {
            let at = self.now();
            self.publisher.foresee(promises, at, &self.branch, &self.config);
        }
        if let Some(speaking) = heard {
            let at = self.now();
            self.publisher.hear(speaking, at, &self.branch, &self.config);
        }
        for question in questions {
            question(&self.view());
        }
        Ok(())
    }

    /// Commits, and only then answers and publishes. Answers go first: whoever waits for one need not wait until the
    /// pictures of the hall are drawn; whoever asks for a picture afterwards asks in line ([`Handle::drawn`]).
    fn finish_group(&mut self, facts: &[(i64, Event)], answers: Vec<Pending>) -> Result<(), JournalError> {
        self.journal.commit()?;
        self.keep_snapshot()?;
        for fact in facts {
            if let (row, Event::DayClosed { day, counts, .. }) = fact {
                // Whoever owns the disk could recompute the chain; what the system log keeps elsewhere they could not.
                let head = self.journal.hash_of(*row)?;
                info!(%day, issued = counts.issued, done = counts.done, expired = counts.expired, head, "the day is closed");
                if !self.journal.empty_log()? {
                    warn!("somebody reads the journal: the log of this day is overwritten later, not now");
                }
            }
        }
        for (answer, reply) in answers {
            // Whoever wished may have gone away; the fact stands, and a retry finds the answer by its key.
            let _ = answer.send(reply);
        }
        if !facts.is_empty() {
            let (at, seq) = (self.last, self.journal.seq());
            self.publisher.publish(facts, at, seq, &self.branch, &self.config);
        } else if self.publisher.shows_alert() {
            // Time alone takes it down.
            let at = self.now();
            self.publisher.refresh(at, &self.branch, &self.config);
        }
        Ok(())
    }

    /// The state as it is, where a new day is about to begin.
    fn border(&self, command: &Command) -> Option<Moment> {
        let Command::OpenDay { day } = command else { return None };
        let begins = snapshot::is_border(&Event::DayOpened { day: day.clone() }, &self.branch);
        let (seq, last, drawn) = (self.journal.seq(), self.last, self.publisher.drawn());
        begins.then(|| Moment { seq, last, branch: self.branch.clone(), drawn: drawn.clone() })
    }

    /// Hands the state before a day to whoever writes it down, now that all of it is durable.
    fn keep_snapshot(&mut self) -> Result<(), JournalError> {
        if let Some(moment) = self.before.take()
            && let Some(hash) = self.journal.hash_of(moment.seq)?
        {
            self.snapshots.keep(moment, hash);
        }
        Ok(())
    }

    /// Time for the next wish: never before the last fact, even when the wall clock steps back.
    pub(super) fn now(&mut self) -> Timestamp {
        self.last = self.last.max(self.clock.now());
        self.last
    }

    fn view(&mut self) -> View<'_> {
        let at = self.now();
        View {
            at,
            branch: &self.branch,
            config: &self.config,
            promises: self.publisher.promises(),
            tracks: self.publisher.tracks(),
            history: self.publisher.history(),
        }
    }

    fn judge(
        &mut self,
        mut wish: Wish,
        facts: &mut Vec<(i64, Event)>,
    ) -> Result<(Reply, Option<Refusal>), JournalError> {
        let who = self.identify(&mut wish);
        if let Some(request) = &wish.request
            && let Some(before) = self.journal.answered(request)?
        {
            // Once the day is closed nobody can tell any more whether it is the same person.
            let same_person =
                before.identity.is_none() || who.is_none() || before.identity.as_deref() == who.as_deref();
            let same = before.fingerprint == request.fingerprint && same_person;
            return Ok((if same { Reply::Answer(before.answer) } else { Reply::KeyReused }, None));
        }
        self.wake(facts)?;
        let salt = sealed(&mut wish, &self.chance)?;
        let at = self.now();
        let border = self.border(&wish.command);
        let judged = self.branch.handle(at, &wish.actor, &wish.command);
        self.before = border.filter(|_| judged.is_ok()).or(self.before.take());
        if let Ok(handled) = &judged {
            self.keep(at, handled, &wish.actor, wish.request.as_ref(), facts)?;
            self.keep_mask(handled, wish.identity.as_ref())?;
            self.keep_note(at, handled, &wish, salt.as_ref())?;
        }
        let answer = (wish.render)(&self.view(), judged.as_ref());
        if let Some(request) = &wish.request {
            let day = self.branch.day().day.as_ref().map_or("", |day| day.as_str()).to_owned();
            self.journal.keep_answer(request, who.as_deref(), &answer, &day)?;
        }
        Ok((Reply::Answer(answer), judged.err()))
    }

    /// Puts the hash of an identity number into the wish that it came with, where the service wants to know, and
    /// answers it.
    fn identify(&self, wish: &mut Wish) -> Option<String> {
        let hash = self.publisher.tracks().identity(wish.identity.as_ref()?)?;
        let (service, place) = match &mut wish.command {
            Command::Issue(issue) => (issue.service.clone(), &mut issue.identity),
            Command::CheckIn(check_in) => {
                (self.branch.appointment(&check_in.code)?.service.clone(), &mut check_in.identity)
            }
            _ => return None,
        };
        if self.config.identity_of(&service) == IdentityRule::None {
            wish.identity = None;
            return None;
        }
        *place = Some(hash.clone());
        Some(hash.into())
    }

    /// What staff may read of an identity number lies beside the facts, and goes with the day.
    fn keep_mask(&mut self, handled: &Handled, identity: Option<&Identity>) -> Result<(), JournalError> {
        let issued = handled.facts.iter().find(|fact| matches!(fact, Event::Issued { identity: Some(_), .. }));
        match (issued.and_then(Event::ticket), identity) {
            (Some(ticket), Some(identity)) => self.journal.keep_mask(ticket, &identity.mask()),
            _ => Ok(()),
        }
    }

    /// The words of a note lie beside the facts, and go when their time is over.
    fn keep_note(
        &mut self,
        at: Timestamp,
        handled: &Handled,
        wish: &Wish,
        salt: Option<&[u8; 32]>,
    ) -> Result<(), JournalError> {
        let kept = handled.facts.iter().find(|fact| matches!(fact, Event::NoteKept { .. })).and_then(Event::ticket);
        let (Some(ticket), Some(note), Some(salt)) = (kept, &wish.note, salt) else { return Ok(()) };
        let day = self.branch.day().day.as_ref();
        self.journal.keep_note(&NoteRow { ticket, at, actor: &wish.actor, text: note.text(), salt, day })
    }

    /// What time alone has changed comes before the next wish.
    fn wake(&mut self, facts: &mut Vec<(i64, Event)>) -> Result<(), JournalError> {
        let at = self.now();
        if self.branch.is_due(at) {
            let actor = Actor::from("system:queue");
            if let Ok(handled) = self.branch.handle(at, &actor, &Command::Wake) {
                self.keep(at, &handled, &actor, None, facts)?;
            }
        }
        Ok(())
    }

    /// Puts facts into the group under way, with what belongs to them.
    fn keep(
        &mut self,
        at: Timestamp,
        handled: &Handled,
        actor: &Actor,
        request: Option<&RequestKey>,
        facts: &mut Vec<(i64, Event)>,
    ) -> Result<(), JournalError> {
        let by_queue = Actor::from("system:queue");
        let wished = handled.facts.iter().map(|fact| (fact, actor));
        let settled = handled.settled.iter().map(|fact| (fact, &by_queue));
        for (fact, actor) in wished.chain(settled) {
            let day = self.branch.day().day.as_ref();
            self.journal.append(Draft { at, day, actor, request, fact })?;
            self.publisher.book(self.journal.seq(), at, fact, &self.branch);
            self.keep_secrets(fact)?;
            facts.push((self.journal.seq(), fact.clone()));
        }
        Ok(())
    }

    /// The key of a day comes and goes with it.
    fn keep_secrets(&mut self, fact: &Event) -> Result<(), JournalError> {
        match fact {
            Event::DayOpened { day } => {
                let key = if let Some(key) = self.journal.day_key(day)? {
                    key
                } else {
                    let key = random_key(&self.chance)?;
                    self.journal.keep_day_key(day, &key)?;
                    key
                };
                self.publisher.tracks_mut().begin(key, self.branch.tickets().map(|ticket| &ticket.id));
            }
            Event::DayClosed { day, .. } => {
                self.journal.destroy_day_key(day)?;
                self.journal.forget_identities()?;
                self.journal.forget_notes(day, self.config.rules.note_days)?;
                self.journal.forget_answers_before(day)?;
                self.publisher.tracks_mut().end();
            }
            Event::Issued { ticket, .. } => self.publisher.tracks_mut().add(ticket),
            _ => {}
        }
        Ok(())
    }

    /// A wish of the start itself, before anybody else is heard.
    pub(super) fn wish_at_start(&mut self, command: Command) -> Result<Result<(), Refusal>, JournalError> {
        let mut facts = Vec::new();
        let (_, refusal) = self.judge(Wish::silent("system:start", command), &mut facts)?;
        self.finish_group(&facts, Vec::new())?;
        Ok(refusal.map_or(Ok(()), Err))
    }

    /// A day that goes on without its key, as after a restored backup, gets a new one: new tracking links, and nobody is
    /// known again by an identity number of before.
    pub(super) fn renew_day_key(&mut self) -> Result<(), JournalError> {
        let state = self.branch.day();
        let Some(day) = state.day.clone().filter(|_| state.open) else { return Ok(()) };
        if self.journal.day_key(&day)?.is_none() {
            warn!(%day, "the key of the open day is not there, as after a restore; tracking links are new from here on");
            self.keep_secrets(&Event::DayOpened { day })?;
            self.journal.commit()?;
        }
        Ok(())
    }

    /// Sends print jobs that were ordered before the restart and not started to their printers.
    pub(super) fn resume_prints(&mut self) {
        self.publisher.resume_prints(self.last, &self.branch, &self.config);
    }

    /// The first picture for everybody.
    pub(super) fn publish_first(&mut self) {
        let at = self.now();
        let seq = self.journal.seq();
        self.publisher.publish(&[], at, seq, &self.branch, &self.config);
    }
}
