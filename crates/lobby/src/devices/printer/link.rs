//! One connection to a printer, seen from the writing end: questions, jobs, proof.

use super::ear::{Ear, Heard};
use super::model::{self, Model};
use super::profile::{Chinese, Profile, Proof, StatusKind};
use super::sheet::{AUTOMATIC_STATUS, CHINESE_MODE};
use super::status::{Sensors, digits};
use super::task::Timing;
use crate::devices::health::Count;
use queue_core::{JobId, PrintOutcome};
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{sleep, timeout};
use tracing::debug;

/// `ESC @`: everything as at power-on.
const INIT: [u8; 2] = [0x1B, 0x40];
/// `GS r 1`: the paper sensors, answered when everything before it was worked off.
const PAPER: [u8; 3] = [0x1D, 0x72, 0x01];
/// `GS ( H`, function 48, without its four digits. Source of all three: Epson ESC/POS reference.
const PROOF: [u8; 7] = [0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30];
/// Silence after which no late answer is expected any more.
const SETTLED: Duration = Duration::from_millis(150);

/// The port is gone, or has to be opened afresh.
#[derive(Debug)]
pub(super) struct Lost;

/// The writing end. Never flushed and never shut down: on a serial port both block the runtime.
pub(super) struct Link<'a, W> {
    pub(super) writer: W,
    pub(super) ear: &'a Ear,
    pub(super) profile: &'a Profile,
    pub(super) timing: &'a Timing,
    /// A question was not answered; its answer may still come.
    owed: bool,
    /// What it turned out to be.
    model: Model,
}

impl<'a, W: AsyncWrite + Unpin> Link<'a, W> {
    pub(super) fn new(writer: W, ear: &'a Ear, profile: &'a Profile, timing: &'a Timing) -> Self {
        Link { writer, ear, profile, timing, owed: false, model: Model::of(profile) }
    }

    /// The first words on a fresh connection. `torn` says that half a job may hang from the printer: it is cut off,
    /// so that nobody gets two tickets on one strip.
    pub(super) async fn greet(&mut self, torn: bool) -> Result<(), Lost> {
        let mut words = INIT.to_vec();
        if self.profile.chinese == Chinese::Gb18030 {
            words.extend(CHINESE_MODE);
        }
        if self.profile.status == StatusKind::Full {
            words.extend(AUTOMATIC_STATUS);
        }
        if torn {
            words.extend(&self.profile.cut);
            words.extend(&self.profile.retract); // nobody is handed half a ticket
        }
        self.say(&words).await?;
        self.look().await
    }

    /// Asks for the whole state. Between jobs only: inside a picture the question would be read as dots.
    pub(super) async fn look(&mut self) -> Result<(), Lost> {
        let asks = self.model.asks.clone();
        let Some(first) = asks.first() else { return Ok(()) };
        if self.owed {
            if self.real_time(*first).await?.is_none() {
                return self.missed(true).await;
            }
            self.settle().await;
            self.owed = false;
        }
        let pushes = self.ear.known(|heard| heard.pushes);
        let (mut sensors, mut possible) = (Sensors::default(), true);
        for n in &asks {
            let Some(byte) = self.real_time(*n).await? else { return self.missed(n == first).await };
            possible &= Sensors::possible(*n, byte);
            sensors.real_time(*n, byte);
        }
        self.model.whole(possible);
        let nonsense = self.model.is_nonsense();
        self.ear.update(|heard| {
            heard.answering = Some(true);
            if heard.pushes == pushes {
                heard.sensors = sensors; // else what was pushed meanwhile is newer
            }
            if heard.untrusted && !nonsense {
                (heard.untrusted, heard.complaint) = (false, None);
            }
        });
        if nonsense {
            self.distrust();
        }
        Ok(())
    }

    /// A question was not answered: perhaps this is a model that does not know it, or one that speaks another language.
    async fn missed(&mut self, first: bool) -> Result<(), Lost> {
        let strange = self.ear.known(|heard| heard.strange);
        if self.model.missed(first, strange) {
            let mut answered = Vec::new();
            for n in self.model.asks.clone() {
                self.settle().await;
                if self.real_time(n).await?.is_some() {
                    answered.push(n);
                }
            }
            if self.model.one_by_one(answered) {
                let complaint = model::partly(self.profile, &self.model.asks);
                self.ear.update(|heard| heard.complaint = Some(complaint));
                self.settle().await;
                self.owed = false;
                return Box::pin(self.look()).await;
            }
        }
        if self.model.is_nonsense() {
            self.distrust();
        } else if self.ear.known(|heard| heard.untrusted) {
            self.ear.update(|heard| {
                (heard.untrusted, heard.complaint, heard.answering) = (false, None, Some(false));
            });
        }
        Ok(())
    }

    /// What it says means nothing: it is printed to all the same, and nothing it says is believed but a proof.
    fn distrust(&self) {
        let complaint = model::nonsense(self.profile);
        self.ear.update(|heard| {
            (heard.untrusted, heard.complaint) = (true, Some(complaint));
            (heard.answering, heard.sensors) = (Some(true), Sensors::default());
        });
    }

    /// Lets late answers pass, so that none is taken for the answer to another question.
    async fn settle(&mut self) {
        while timeout(SETTLED, self.ear.news()).await.is_ok() {}
    }

    async fn real_time(&mut self, n: u8) -> Result<Option<u8>, Lost> {
        self.ear.update(|heard| (heard.asked, heard.answer, heard.strange) = (true, None, false));
        self.say(&[0x10, 0x04, n]).await?;
        let waited = timeout(self.timing.answer, self.ear.until(|heard| heard.answer.is_some() || heard.lost)).await;
        self.ear.update(|heard| heard.asked = false);
        if waited.is_ok() {
            return if self.ear.known(|heard| heard.lost) {
                Err(Lost)
            } else {
                Ok(self.ear.known(|heard| heard.answer))
            };
        }
        self.owed = true;
        self.ear.tally.add(Count::Timeouts);
        // Who was found to speak nonsense is not offline for it.
        if !self.ear.known(|heard| heard.untrusted) {
            self.ear.update(|heard| heard.answering = Some(false));
        }
        Ok(None)
    }

    /// A few bytes; a port that does not take them is as good as a printer that does not answer.
    async fn say(&mut self, words: &[u8]) -> Result<(), Lost> {
        match timeout(self.timing.answer, self.writer.write_all(words)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                self.ear.lose(&error);
                Err(Lost)
            }
            Err(_) => {
                debug!("the printer takes no bytes");
                Ok(())
            }
        }
    }

    /// Prints a job and finds out what became of it. `Err` with the outcome when the port has to be opened afresh;
    /// `true` beside it when half the job may have arrived.
    pub(super) async fn print(&mut self, job: JobId, paper: &[u8]) -> (PrintOutcome, Option<Torn>) {
        let proof = digits(job);
        let mut bytes = paper.to_vec();
        if self.profile.proof == Proof::GsH {
            bytes.extend(PROOF);
            bytes.extend(proof);
        }
        self.ear.update(|heard| heard.proof = None);
        match self.send(&bytes).await {
            Ok(()) => match self.prove(proof).await {
                Ok(outcome) => (outcome, None),
                // That the port took all bytes does not say that the printer got them.
                Err(Lost) => (uncertain("unplugged"), Some(Torn(true))),
            },
            Err((0, cause)) => (PrintOutcome::Failed { cause: cause.to_owned() }, Some(Torn(false))),
            Err((_, cause)) => (uncertain(cause), Some(Torn(true))),
        }
    }

    /// Hands all bytes to the port. The error says how many were taken, and why no more.
    async fn send(&mut self, bytes: &[u8]) -> Result<(), (usize, &'static str)> {
        let ear = self.ear;
        let mut sent = 0;
        while sent < bytes.len() {
            tokio::select! {
                biased;
                () = ear.until(|heard| heard.lost) => return Err((sent, "unplugged")),
                taken = self.writer.write(&bytes[sent..]) => match taken {
                    Ok(0) => return Err((sent, "unplugged")),
                    Ok(count) => sent += count,
                    Err(error) => {
                        ear.lose(&error);
                        return Err((sent, "unplugged"));
                    }
                },
                () = ear.working_time(self.timing.write, self.timing.repair) => return Err((sent, self.why())),
            }
        }
        Ok(())
    }

    /// What to call it that nothing moved for so long.
    fn why(&self) -> &'static str {
        if self.ear.known(|heard| heard.sensors.blocked()) { self.ear.state().name() } else { "stalled" }
    }

    async fn prove(&mut self, digits: [u8; 4]) -> Result<PrintOutcome, Lost> {
        let weak = match self.profile.proof {
            Proof::None => return Ok(uncertain("no_proof")),
            Proof::GsH => {
                if self.proved(self.timing.proof, |heard| heard.proof == Some(digits)).await? {
                    return Ok(PrintOutcome::Printed);
                }
                self.timing.answer * 2
            }
            Proof::GsR => self.timing.proof,
        };
        if self.ear.known(|heard| heard.untrusted) {
            return Ok(uncertain("no_proof")); // a single byte of it proves nothing
        }
        if self.ear.known(|heard| heard.sensors.blocked()) {
            return Ok(uncertain(self.why())); // nobody came in all that time; a question would wait as long
        }
        self.ear.update(|heard| heard.paper = None);
        self.say(&PAPER).await?;
        let out = self.proved(weak, |heard| heard.paper.is_some()).await?;
        Ok(if out { PrintOutcome::Printed } else { uncertain("no_proof") })
    }

    /// Waits for the proof, longer while somebody changes the paper. Every byte is sent, so the state may be asked for
    /// again: a printer that hangs or is switched off now pushes nothing, and staff must know within 5 s.
    async fn proved(&mut self, limit: Duration, so: impl Fn(&Heard) -> bool) -> Result<bool, Lost> {
        let ear = self.ear;
        let mut over = pin!(ear.working_time(limit, self.timing.repair));
        loop {
            tokio::select! {
                biased;
                () = ear.until(&so) => return Ok(true),
                () = ear.until(|heard| heard.lost) => return Err(Lost),
                () = &mut over => return Ok(false),
                // Twice the usual pause: a printer that answers only between tickets is given time to finish.
                () = sleep(self.timing.poll * 2) => self.look().await?,
            }
            if ear.known(|heard| heard.answering == Some(false)) {
                // Nobody can be seen repairing it any more: the time for the proof runs on.
                ear.update(|heard| heard.sensors = Sensors::default());
            }
        }
    }

    /// Takes a ticket back that nobody took.
    pub(super) async fn retract(&mut self) -> Result<(), Lost> {
        let words = self.profile.retract.clone();
        self.say(&words).await
    }
}

/// The port has to be opened afresh; `true` when half a job may hang from the printer.
pub(super) struct Torn(pub(super) bool);

fn uncertain(cause: &str) -> PrintOutcome {
    PrintOutcome::Uncertain { cause: cause.to_owned() }
}
