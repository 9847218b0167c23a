//! `lobby voice build|check|devices|grammar|say`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::pack::{ClipId, pack_dir};
use super::render::Sound;
use super::wording::{self, WordingOptions};
use super::{BuildSummary, Grammar, VoiceError, check, load_or_build, wav};

/// The voice of the hall: make its clips, judge them, write a call to a file.
#[derive(Debug, Clone, Subcommand)]
pub enum VoiceCommand {
    /// Make the voice clips with espeak-ng; recordings put in place of clips are kept
    Build(PackArgs),
    /// List clips that are missing, too loud, too long or silent
    Check(PackArgs),
    /// List the sound devices of this machine, as a configuration may name them
    Devices {
        /// Answer with one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Print how a language is worded, to begin an own one with: save it as grammar.toml in the folder of that language
    /// beside the clips, and run "lobby voice build"
    Grammar {
        /// Language that comes with the lobby: zh-CN, en or yue
        #[arg(long, default_value = "en")]
        lang: String,
    },
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
    /// Where the pack is to be made: beside the data, else where a checkout has it.
    fn build_dir(&self) -> PathBuf {
        match &self.data {
            Some(data) => data.join("voice"),
            None => pack_dir(None),
        }
    }

    /// Where the pack is looked for.
    fn dir(&self) -> PathBuf {
        pack_dir(self.data.as_deref())
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
            Self::Build(args) => build(&args.build_dir(), args.json),
            Self::Check(args) => check_pack(&args.dir(), args.json),
            Self::Say(args) => say(&args),
            Self::Devices { json } => devices(json),
            Self::Grammar { lang } => print(Grammar::text(&lang)?.trim_end()),
        }
    }
}

fn build(dir: &Path, json: bool) -> Result<(), VoiceError> {
    let summary = super::build(dir, &Grammar::languages_in(dir))?;
    if json {
        return print_json(&summary);
    }
    let BuildSummary { dir, made, kept } = summary;
    print(&format!("{made} files made in {}.", dir.display()))?;
    for file in kept {
        print(&format!("Kept, not made by the lobby: {}", file.display()))?;
    }
    Ok(())
}

fn check_pack(dir: &Path, json: bool) -> Result<(), VoiceError> {
    let findings = check(dir, &Grammar::languages_in(dir))?;
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

fn devices(json: bool) -> Result<(), VoiceError> {
    let devices = super::device_names().map_err(VoiceError::NoSound)?;
    if json {
        return print_json(&devices);
    }
    if devices.is_empty() {
        return Err(VoiceError::NoSound("this machine has no sound device".to_owned()));
    }
    devices.iter().try_for_each(|device| print(&format!("device:{device}")))
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
    let (said, words) = write_call(args)?;
    if args.pack.json {
        return print_json(&said);
    }
    let (seconds, out) = (said.seconds, args.out.display());
    print(&format!("{words}\n{seconds:.1} s written to {out}."))
}

/// Writes the call and returns what is in the file, and its words. Wrong use is found before a pack is
/// looked for.
fn write_call(args: &SayArgs) -> Result<(Said, String), VoiceError> {
    let dir = args.pack.dir();
    let grammar = Grammar::find(&args.lang, &dir)?;
    let options = WordingOptions::default();
    let sentence = wording::call(&grammar, &args.ticket, &args.counter, options)?;
    if !sentence.unspoken.is_empty() {
        let unspoken = &sentence.unspoken;
        tracing::warn!("\"{unspoken}\" cannot be spoken and is left out.");
    }
    let pack = load_or_build(&dir, &Grammar::languages_in(&dir))?;
    let sound = Sound::of(&pack, std::slice::from_ref(&sentence));
    wav::write(&args.out, &sound.samples)?;
    let seconds = sound.seconds();
    let clips = sound.clips;
    Ok((Said { clips, seconds }, sentence.words))
}

fn print_json<T: Serialize>(value: &T) -> Result<(), VoiceError> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from);
    print(&text.map_err(VoiceError::file("write", Path::new("standard output")))?)
}

fn print(line: &str) -> Result<(), VoiceError> {
    writeln!(std::io::stdout(), "{line}").map_err(VoiceError::file("write", Path::new("standard output")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use clap::Parser;

    use super::super::build::tests::shared_pack;
    use super::*;

    #[derive(Debug, Parser)]
    struct Lobby {
        #[command(subcommand)]
        voice: VoiceCommand,
    }

    fn say_args(line: &str, out: &Path) -> SayArgs {
        let data = shared_pack().parent().unwrap().to_str().unwrap().to_owned();
        let mut words: Vec<&str> = line.split(' ').collect();
        words.extend(["--data", &data, "--out", out.to_str().unwrap()]);
        match Lobby::try_parse_from(words).unwrap().voice {
            VoiceCommand::Say(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn say_writes_the_file_it_tells_about() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("call.wav");
        let line = "lobby say --ticket A012 --counter 12 --lang zh-CN --json";
        let (said, words) = write_call(&say_args(line, &out)).unwrap();
        assert_eq!(words, "请A零一二号顾客到十二号窗口办理业务");
        let json = serde_json::to_value(&said).unwrap();
        assert_eq!(json["clips"][0], "chime");
        assert_eq!(json["clips"][9], "zh-CN/counter");
        assert_eq!(json.as_object().unwrap().len(), 2);
        let reader = hound::WavReader::open(&out).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.spec().channels), (48_000, 1));
        assert!((f64::from(reader.duration()) / 48_000.0 - said.seconds).abs() < 0.001);
    }

    #[test]
    fn wrong_use_is_told_apart_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("call.wav");
        for line in ["lobby say --ticket A012 --counter 12 --lang tlh", "lobby say --ticket=-- --counter 12"] {
            let error = write_call(&say_args(line, &out)).unwrap_err();
            assert!(error.is_wrong_use(), "{error}");
        }
        assert!(!out.exists());
        let elsewhere = folder.path().join("no such folder/call.wav");
        let line = "lobby say --ticket A012 --counter 12";
        let error = write_call(&say_args(line, &elsewhere)).unwrap_err();
        assert!(!error.is_wrong_use() && error.to_string().contains("no such folder"));
    }

    #[test]
    fn the_pack_lies_in_the_data_directory_or_else_in_target() {
        let args = |data: Option<&str>| PackArgs { data: data.map(PathBuf::from), json: false };
        let data = tempfile::tempdir().unwrap();
        let own = data.path().join("voice");
        let data = data.path().to_str();
        assert_eq!(args(data).build_dir(), own);
        assert_eq!(args(data).dir(), own, "no pack anywhere yet");
        assert_eq!(args(None).dir(), Path::new("target/voice"));
        assert_eq!(args(None).build_dir(), Path::new("target/voice"));
    }
}
