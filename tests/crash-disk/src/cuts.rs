//! The disk as a power cut leaves it.

use crate::{Rng, recorder::Op};
use std::{collections::BTreeMap, path::Path};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A change of a file's content that was not synced.
#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

/// A file's content: a name may have stood for another one before.
#[derive(Clone, Debug, Default)]
struct Inode {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

/// The files of the directory after a cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// By name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Image {
    /// Writes them into a directory, in place of whatever files it has.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, dir: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.is_file() {
                std::fs::remove_file(path)?;
            }
        }
        for (name, content) in &self.files {
            std::fs::write(dir.join(name), content)?;
        }
        Ok(())
    }
}

/// Walks through the record, moment by moment.
#[derive(Debug)]
pub struct Cuts {
    ops: Vec<Op>,
    done: usize,
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    /// Makings and deletions that were not synced, in order: file systems journal them in order.
    entries: Vec<(String, Option<usize>)>,
}

impl Cuts {
    pub(crate) fn new(start: BTreeMap<String, Vec<u8>>, ops: Vec<Op>) -> Cuts {
        let mut names = BTreeMap::new();
        let mut inodes = Vec::new();
        for (name, durable) in start {
            names.insert(name, inodes.len());
            inodes.push(Inode { durable, pending: Vec::new() });
        }
        Cuts { ops, done: 0, inodes, durable_names: names.clone(), names, entries: Vec::new() }
    }

    /// How many operations have been done at this moment.
    pub fn moment(&self) -> usize {
        self.done
    }

    /// Goes on to the moment after the next operation; `false` at the end.
    pub fn step(&mut self) -> bool {
        let Some(op) = self.ops.get(self.done).cloned() else { return false };
        self.done += 1;
        self.apply(op);
        true
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Create(name) => {
                let inode = self.inodes.len();
                self.inodes.push(Inode::default());
                self.names.insert(name.clone(), inode);
                self.entries.push((name, Some(inode)));
            }
            Op::Write(name, offset, bytes) => self.change(&name, Change::Write(offset, bytes)),
            Op::Truncate(name, size) => self.change(&name, Change::Truncate(size)),
            Op::Sync(name) => {
                let Some(inode) = self.names.get(&name).and_then(|place| self.inodes.get_mut(*place)) else { return };
                for change in std::mem::take(&mut inode.pending) {
                    change.make(&mut inode.durable);
                }
                if let Some(last) = self.entries.iter().rposition(|(entry, _)| *entry == name) {
                    self.settle_entries(last + 1);
                }
            }
            Op::Delete(name, synced) => {
                self.names.remove(&name);
                self.entries.push((name, None));
                if synced {
                    self.settle_entries(self.entries.len());
                }
            }
        }
    }

    fn change(&mut self, name: &str, change: Change) {
        if let Some(inode) = self.names.get(name).and_then(|place| self.inodes.get_mut(*place)) {
            inode.pending.push(change);
        }
    }

    fn settle_entries(&mut self, count: usize) {
        for (name, inode) in self.entries.drain(..count) {
            enter(&mut self.durable_names, name, inode);
        }
    }

    /// The disk after a power cut now. What was not synced is drawn.
    pub fn image(&self, rng: &mut Rng) -> Image {
        let mut names = self.durable_names.clone();
        for (name, inode) in self.entries.iter().take(rng.below(self.entries.len() + 1)) {
            enter(&mut names, name.clone(), *inode);
        }
        let content = |inode: usize, rng: &mut Rng| self.inodes.get(inode).map(|inode| inode.after_cut(rng));
        let files = names.into_iter().filter_map(|(name, inode)| Some((name, content(inode, rng)?))).collect();
        Image { files }
    }
}

fn enter(names: &mut BTreeMap<String, usize>, name: String, inode: Option<usize>) {
    match inode {
        Some(inode) => names.insert(name, inode),
        None => names.remove(&name),
    };
}

impl Change {
    fn make(&self, content: &mut Vec<u8>) {
        match self {
            Change::Write(offset, bytes) => put(content, place(*offset), bytes),
            Change::Truncate(size) => content.resize(place(*size), 0),
        }
    }

    /// Some sectors of a write.
    fn tear(&self, content: &mut Vec<u8>, rng: &mut Rng) {
        let Change::Write(offset, bytes) = self else { return self.make(content) };
        let mut at = place(*offset);
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            // Up to the next border of a sector of the disk, not of the write.
            let (sector, further) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
            if rng.coin() {
                put(content, at, sector);
            }
            (at, rest) = (at + sector.len(), further);
        }
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at.saturating_add(bytes.len());
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

impl Inode {
    fn after_cut(&self, rng: &mut Rng) -> Vec<u8> {
        let mut content = self.durable.clone();
        let way = rng.below(6);
        let whole = rng.below(self.pending.len() + 1);
        for (number, change) in self.pending.iter().enumerate() {
            match way {
                1 => change.make(&mut content),
                2 if number < whole => change.make(&mut content),
                2 if number == whole => change.tear(&mut content, rng),
                3 | 4 if rng.coin() => change.make(&mut content),
                5 if rng.coin() => change.tear(&mut content, rng),
                // Way 0 keeps nothing.
                _ => {}
            }
        }
        content
    }
}
