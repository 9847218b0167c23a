//! `lobby voice build|check|say`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::pack::ClipId;
use super::render::Sound;
use super::wording::{self, WordingOptions};
use super::{BuildSummary, Grammar, VoiceError, check, load_or_build, wav};

/// Where the pack lies when there is no data directory.
const PACK_WITHOUT_DATA: &str = "target/voice";

/// The voice of the hall: make its clips, judge them, write a call to a file.
#[derive(Debug, Clone, Subcommand)]
pub enum VoiceCommand {
    /// Make the voice clips with espeak-ng; recordings put in place of clips are kept
    Build(PackArgs),
    /// List clips that are missing, too loud, too long or silent
    Check(PackArgs),
    /// Write one call as a WAV file, in one language, once, chime included
    Say(SayArgs),
}

/// Which pack.
#[derive(Debug, Clone, Args)]
pub struct PackArgs {
    /// Data directory; the clips lie in its folder "voice" (without it: target/voice)
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Answer with one JSON document
    #[arg(long)]
    pub json: bool,
}

/// What to say, and where to.
#[derive(Debug, Clone, Args)]
pub struct SayArgs {
    /// Ticket number, such as A012
    #[arg(long)]
    pub ticket: String,
    /// Counter, such as 12
    #[arg(long)]
    pub counter: String,
    /// Language, such as zh-CN or en
    #[arg(long, default_value = "zh-CN")]
    pub lang: String,
    /// WAV file to write, 48 kHz mono
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Which pack, and how to answer
    #[command(flatten)]
    pub pack: PackArgs,
}

impl PackArgs {
    /// Folder of the pack: the data directory's `voice`, else `target/voice`.
    pub fn dir(&self) -> PathBuf {
        match &self.data {
            Some(data) => data.join("voice"),
            None => PathBuf::from(PACK_WITHOUT_DATA),
        }
    }
}

impl VoiceCommand {
    /// Runs the command; what it finds goes to standard output.
    ///
    /// # Errors
    /// [`VoiceError`]; [`VoiceError::is_wrong_use`] tells exit status 2 from 1. `check` fails with
    /// [`VoiceError::NeedsAttention`] after listing what it found.
    pub fn run(self) -> Result<(), VoiceError> {
        match self {
            Self::Build(args) => build(&args.dir(), args.json),
            Self::Check(args) => check_pack(&args.dir(), args.json),
            Self::Say(args) => say(&args),
        }
    }
}

fn all_languages() -> Vec<String> {
    Grammar::languages().into_iter().map(str::to_owned).collect()
}

fn build(dir: &Path, json: bool) -> Result<(), VoiceError> {
    let summary = super::build(dir, &all_languages())?;
    if json {
        return print_json(&summary);
    }
    let BuildSummary { dir, made, kept } = summary;
    print(&format!("{made} clips made in {}.", dir.display()))?;
    for file in kept {
        print(&format!("Kept, not made by the lobby: {}", file.display()))?;
    }
    Ok(())
}

fn check_pack(dir: &Path, json: bool) -> Result<(), VoiceError> {
    let findings = check(dir, &all_languages())?;
    if json {
        print_json(&findings)?;
    } else if findings.is_empty() {
        print(&format!("All clips in {} are in order.", dir.display()))?;
    } else {
        for finding in &findings {
            print(&finding.to_string())?;
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(VoiceError::NeedsAttention { dir: dir.to_owned(), count: findings.len() })
}

/// The answer of `lobby voice say --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Said {
    /// Clips in the order they are heard, chime first.
    clips: Vec<ClipId>,
    /// Length of the file.
    seconds: f64,
}

fn say(args: &SayArgs) -> Result<(), VoiceError> {
    let grammar = Grammar::of(&args.lang)?;
    let options = WordingOptions::default();
    let sentence = wording::call(&grammar, &args.ticket, &args.counter, options)?;
    let pack = load_or_build(&args.pack.dir(), &all_languages())?;
    let unspoken = sentence.unspoken.clone();
    let words = sentence.words.clone();
    let sound = Sound::of(&pack, &[sentence]);
    wav::write(&args.out, &sound.samples)?;
    if !unspoken.is_empty() {
        tracing::warn!("\"{unspoken}\" cannot be spoken and was left out.");
    }
    let seconds = sound.seconds();
    if args.pack.json {
        return print_json(&Said { clips: sound.clips, seconds });
    }
    print(&format!("{words}\n{seconds:.1} s written to {}.", args.out.display()))
}

fn print_json<T: Serialize>(value: &T) -> Result<(), VoiceError> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from);
    print(&text.map_err(VoiceError::file("write", Path::new("standard output")))?)
}

fn print(line: &str) -> Result<(), VoiceError> {
    writeln!(std::io::stdout(), "{line}").map_err(VoiceError::file("write", Path::new("standard output")))
}
