//! What is wrong in a configuration file, worded for the person who wrote it.

use std::fmt;

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line in the file, from 1.
    pub line: usize,
    /// A warning: the lobby runs with it, though likely not as meant.
    pub warning: bool,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to write instead, a whole sentence.
    pub remedy: String,
}

/// Everything that is wrong in one file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes {
    file: String,
    list: Vec<Mistake>,
}

impl Mistakes {
    /// Nothing wrong yet in the file of that name.
    pub(super) fn none(file: impl Into<String>) -> Self {
        Mistakes { file: file.into(), list: Vec::new() }
    }

    /// The lobby cannot run with this.
    pub(super) fn error(&mut self, line: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.list.push(Mistake { line, warning: false, what: what.into(), remedy: remedy.into() });
    }

    /// The lobby runs with this, but somebody should look.
    pub(super) fn warn(&mut self, line: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.list.push(Mistake { line, warning: true, what: what.into(), remedy: remedy.into() });
    }

    /// By line; what stands in one line keeps the order in which it was found.
    pub(super) fn sort(&mut self) {
        self.list.sort_by_key(|mistake| mistake.line);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.list.iter()
    }

    /// How many keep the lobby from running.
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|mistake| !mistake.warning).count()
    }

    /// How many are only warnings.
    pub fn warnings(&self) -> usize {
        self.list.len() - self.errors()
    }
}

/// One line each: `FILE:LINE: what. Remedy`, with `warning: ` before what is one.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Mistake { line, warning, what, remedy }) in self.list.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            let kind = if *warning { "warning: " } else { "" };
            write!(f, "{end}{}:{line}: {kind}{what}. {remedy}", self.file)?;
        }
        Ok(())
    }
}
