//! `lobby voice build`: makes the clip pack with espeak-ng.
//!
//! espeak-ng is called, never linked (GPL). The pack is made beside the old one and takes its place
//! in one rename, so a lobby that loads meanwhile sees one or the other, whole. Files a person put
//! into the pack, recordings above all, are recognised by their digest and stay.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::grammar::{ClipText, Grammar, is_letter_clip};
use super::pack::{ClipId, Pack};
use super::{VoiceError, audio, chime, wav};

/// List of the files this program made, with their digests.
const MANIFEST: &str = "made-by-lobby.json";
/// In each language's folder: which file says what.
const WORDS: &str = "words.txt";
/// Counts up when trimming, levelling or the chime change.
const METHOD: u32 = 2;

/// espeak-ng takes a tenth of a second; one that takes so long hangs.
const ESPEAK_LIMIT: Duration = Duration::from_secs(20);
/// How often it is looked whether it has ended.
const ESPEAK_LOOK: Duration = Duration::from_millis(4);

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildSummary {
    /// Folder of the pack.
    pub dir: PathBuf,
    /// Files made: clips, chime, and a list of words per language.
    pub made: usize,
    /// Files of people that were kept, relative to the folder: recordings and whatever else.
    pub kept: Vec<PathBuf>,
}

/// Makes the clips of all `languages` and the chime in `dir`, keeping what people recorded.
///
/// Takes some seconds; two builds of the same folder wait for each other.
///
/// # Errors
/// [`VoiceError::EspeakMissing`], [`VoiceError::Espeak`], [`VoiceError::File`],
/// [`VoiceError::UnknownLanguage`]; the old pack is then as it was.
pub fn build(dir: &Path, languages: &[String]) -> Result<BuildSummary, VoiceError> {
    find_espeak()?;
    let _lock = lock(dir)?;
    build_alone(dir, languages)
}

fn build_alone(dir: &Path, languages: &[String]) -> Result<BuildSummary, VoiceError> {
    let grammars = languages.iter().map(|language| Grammar::find(language, dir)).collect::<Result<Vec<_>, _>>()?;
    let fresh = sibling(dir, "building");
    remove_if_there(&fresh)?; // left by a build that was killed
    fs::create_dir_all(&fresh).map_err(VoiceError::file("create", &fresh))?;
    let manifest = Manifest { recipes: recipes(&grammars), files: make_clips(&fresh, &grammars)? };
    let kept = keep_files_of_people(dir, &fresh)?;
    write_manifest(&fresh, &manifest)?;
    put_in_place(&fresh, dir)?;
    Ok(BuildSummary { dir: dir.to_owned(), made: manifest.files.len(), kept })
}

/// The pack in `dir`, made first when there is none, when clips are missing, or when the wording has
/// changed since it was made. A usable pack is used where espeak-ng is not installed.
///
/// # Errors
/// As [`build`] and [`Pack::load`].
pub fn load_or_build(dir: &Path, languages: &[String]) -> Result<Pack, VoiceError> {
    let made_anew = |loaded: &Result<Pack, VoiceError>| -> Result<bool, VoiceError> {
        Ok(loaded.is_err() || (!is_current(dir, languages)? && find_espeak().is_ok()))
    };
    let loaded = Pack::load(dir, languages);
    if !made_anew(&loaded)? {
        return loaded;
    }
    find_espeak()?;
    let _lock = lock(dir)?;
    // Somebody else may have made it meanwhile.
    let loaded = Pack::load(dir, languages);
    if !made_anew(&loaded)? {
        return loaded;
    }
    // Others may speak more languages out of the same folder.
    let made = read_manifest(dir)?;
    let others = made.recipes.keys().filter(|tag| !languages.contains(tag) && Grammar::find(tag, dir).is_ok());
    build_alone(dir, &languages.iter().chain(others).cloned().collect::<Vec<_>>())?;
    Pack::load(dir, languages)
}

/// Whether the clips of these languages are those that would be made now. A pack that this program did not make is as its
/// maker wished.
fn is_current(dir: &Path, languages: &[String]) -> Result<bool, VoiceError> {
    let grammars = languages.iter().map(|language| Grammar::find(language, dir)).collect::<Result<Vec<_>, _>>()?;
    let made = read_manifest(dir)?;
    Ok(made.files.is_empty() || recipes(&grammars).iter().all(|(tag, recipe)| made.recipes.get(tag) == Some(recipe)))
}

/// What the clips of a folder were made from.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    /// Digest of wording and method, by language.
    #[serde(default)]
    recipes: BTreeMap<String, String>,
    /// Digest of each file made, by its path in the folder.
    files: BTreeMap<String, String>,
}

/// By language; changes whenever its clips would come out differently.
fn recipes(grammars: &[Grammar]) -> BTreeMap<String, String> {
    let recipe = |grammar: &Grammar| hex(&Sha256::digest(format!("{METHOD} {grammar:?}").as_bytes()));
    grammars.iter().map(|grammar| (grammar.language.clone(), recipe(grammar))).collect()
}

fn make_clips(dir: &Path, grammars: &[Grammar]) -> Result<BTreeMap<String, String>, VoiceError> {
    let mut digests = BTreeMap::new();
    let mut add = |id: &ClipId, samples: &[f32]| -> Result<(), VoiceError> {
        let path = id.path(dir);
        wav::write_f32(&path, samples)?;
        digests.insert(format!("{id}.wav"), digest(&path)?);
        Ok(())
    };
    add(&ClipId::chime(), &chime::chime())?;
    let spoken = dir.join("spoken.tmp");
    for grammar in grammars {
        let folder = dir.join(&grammar.language);
        fs::create_dir_all(&folder).map_err(VoiceError::file("create", &folder))?;
        for (name, clip) in grammar.all_clips() {
            espeak(grammar, &name, &clip, &spoken)?;
            let mut samples = audio::trim(&wav::read(&spoken)?);
            audio::level(&mut samples);
            if samples.is_empty() {
                return Err(VoiceError::Espeak {
                    text: clip.say,
                    voice: grammar.synthesis.voice.clone(),
                    cause: "it made no sound".to_owned(),
                });
            }
            add(&ClipId::of(&grammar.language, &name), &samples)?;
        }
    }
    for grammar in grammars {
        let name = format!("{}/{WORDS}", grammar.language);
        let path = dir.join(&name);
        fs::write(&path, words_to_record(grammar)).map_err(VoiceError::file("write", &path))?;
        digests.insert(name, digest(&path)?);
    }
    fs::remove_file(&spoken).map_err(VoiceError::file("remove", &spoken))?;
    Ok(digests)
}

/// The list a branch reads from when it records its own voice.
fn words_to_record(grammar: &Grammar) -> String {
    let head = "Record each line as a WAV file of this name and put it into this folder, over the one there.\n\
                Any sample rate will do. No pauses at the ends, one distance to the microphone, one evening.\n\
                \"lobby voice check\" tells what to record again; \"lobby voice build\" keeps your recordings.\n\n";
    let lines = grammar.all_clips().into_iter().map(|(name, clip)| {
        let words = clip.text.trim_start_matches([',', ' ']).to_owned();
        format!("{name}.wav\t{words}\n")
    });
    head.to_owned() + &lines.collect::<String>()
}

/// Has espeak-ng speak one clip into `out`.
fn espeak(grammar: &Grammar, name: &str, clip: &ClipText, out: &Path) -> Result<(), VoiceError> {
    let synthesis = &grammar.synthesis;
    let voice = if is_letter_clip(name) { &synthesis.letter_voice } else { &synthesis.voice };
    let speed = if clip.phrase { synthesis.phrase_speed } else { synthesis.number_speed };
    run_espeak(voice, speed, &clip.say, out)
}

/// Has espeak-ng speak a text into `out`. Blocking; one that hangs is ended.
///
/// # Errors
/// [`VoiceError::Espeak`].
pub(super) fn run_espeak(voice: &str, speed: u16, text: &str, out: &Path) -> Result<(), VoiceError> {
    let failed = |cause: String| VoiceError::Espeak { text: text.to_owned(), voice: voice.to_owned(), cause };
    // -w, not --stdout: on a pipe espeak-ng 1.51 writes a header with a made-up length.
    let child = Command::new("espeak-ng")
        .args(["-v", voice, "-s", &speed.to_string(), "-w"])
        .arg(out)
        .arg("--")
        .arg(text)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| failed(error.to_string()))?;
    let deadline = Instant::now() + ESPEAK_LIMIT;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => std::thread::sleep(ESPEAK_LOOK),
            Ok(None) => {
                // Ended or not: it is of no use any more, and is waited for so that nothing of it stays.
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(format!("it took longer than {} s", ESPEAK_LIMIT.as_secs())));
            }
            Err(error) => return Err(failed(error.to_string())),
        }
    };
    if status.success() {
        return Ok(());
    }
    let mut said = String::new();
    if let Some(mut errors) = child.stderr.take() {
        // What cannot be read explains nothing; the status stands.
        let _ = std::io::Read::read_to_string(&mut errors, &mut said);
    }
    Err(failed(format!("{status}, {}", said.trim())))
}

/// Whether espeak-ng can be run here.
///
/// # Errors
/// [`VoiceError::EspeakMissing`] when it cannot.
pub(crate) fn find_espeak() -> Result<(), VoiceError> {
    let status = Command::new("espeak-ng")
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(VoiceError::EspeakMissing),
    }
}

/// Copies into `fresh` every file of the old pack that this program did not make or that was changed
/// since, and returns their names.
fn keep_files_of_people(old: &Path, fresh: &Path) -> Result<Vec<PathBuf>, VoiceError> {
    if !old.is_dir() {
        return Ok(Vec::new());
    }
    let made = read_manifest(old)?;
    let mut kept = Vec::new();
    for file in files_below(old)? {
        let name = file.strip_prefix(old).unwrap_or(&file).to_owned();
        let ours = name == Path::new(MANIFEST)
            || match made.files.get(&name.to_string_lossy().into_owned()) {
                Some(known) => *known == digest(&file)?,
                None => false,
            };
        if ours {
            continue;
        }
        let copy = fresh.join(&name);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).map_err(VoiceError::file("create", folder))?;
        }
        fs::copy(&file, &copy).map_err(VoiceError::file("copy", &file))?;
        kept.push(name);
    }
    kept.sort();
    Ok(kept)
}

fn files_below(dir: &Path) -> Result<Vec<PathBuf>, VoiceError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(VoiceError::file("read", dir))? {
        let path = entry.map_err(VoiceError::file("read", dir))?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Puts the finished folder where the old one was, in one step of the file system.
fn put_in_place(fresh: &Path, dir: &Path) -> Result<(), VoiceError> {
    if !dir.exists() {
        return fs::rename(fresh, dir).map_err(VoiceError::file("rename", fresh));
    }
    let here = rustix::fs::CWD;
    let exchange = rustix::fs::RenameFlags::EXCHANGE;
    rustix::fs::renameat_with(here, fresh, here, dir, exchange)
        .map_err(std::io::Error::from)
        .map_err(VoiceError::file("replace", dir))?;
    remove_if_there(fresh) // now the old pack
}

fn remove_if_there(dir: &Path) -> Result<(), VoiceError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(VoiceError::file("remove", dir)(error)),
        _ => Ok(()),
    }
}

/// A lock on a file beside the pack, released when dropped or when the process ends.
fn lock(dir: &Path) -> Result<File, VoiceError> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(VoiceError::file("create", parent))?;
    let path = sibling(dir, "lock");
    let file = File::create(&path).map_err(VoiceError::file("create", &path))?;
    file.lock().map_err(VoiceError::file("lock", &path))?;
    Ok(file)
}

/// `voice` → `.voice.building`, in the same folder so that a rename is enough.
fn sibling(dir: &Path, ending: &str) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!(".{name}.{ending}"))
}

fn digest(path: &Path) -> Result<String, VoiceError> {
    let bytes = fs::read(path).map_err(VoiceError::file("read", path))?;
    Ok(hex(&Sha256::digest(&bytes)))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        text.extend([byte >> 4, byte & 15].map(|half| char::from(b"0123456789abcdef"[usize::from(half)])));
        text
    })
}

fn read_manifest(dir: &Path) -> Result<Manifest, VoiceError> {
    let path = dir.join(MANIFEST);
    match fs::read(&path) {
        // A damaged list makes every file look recorded: too much is kept, nothing is lost.
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
        Err(error) => Err(VoiceError::file("read", &path)(error)),
    }
}

fn write_manifest(dir: &Path, manifest: &Manifest) -> Result<(), VoiceError> {
    let path = dir.join(MANIFEST);
    let text =
        serde_json::to_vec_pretty(manifest).map_err(std::io::Error::from).map_err(VoiceError::file("write", &path))?;
    fs::write(&path, text).map_err(VoiceError::file("write", &path))
}

#[cfg(test)]
#[path = "build_tests.rs"]
pub(super) mod tests;
