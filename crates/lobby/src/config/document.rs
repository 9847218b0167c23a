//! A configuration file as it was written: values with the lines they stand in, whether or not the whole makes sense.

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Something and the line it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// A file's text with the tree that was made of it.
pub(super) struct Document<'a> {
    text: &'a str,
    tree: Spanned<DeValue<'a>>,
}

impl<'a> Document<'a> {
    /// Reads as much as can be read, and every syntax error on the way.
    pub(super) fn parse(text: &'a str) -> (Self, Vec<At<String>>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let span = table.span();
        let document = Document { text, tree: Spanned::new(span, DeValue::Table(table.into_inner())) };
        let place = |error: toml::de::Error| At {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            value: error.message().trim_end_matches('.').replace('\n', ", "),
        };
        (document, errors.into_iter().map(place).collect())
    }

    /// The whole file as a table.
    pub(super) fn root(&self) -> Node<'_> {
        Node { text: self.text, value: &self.tree }
    }

    /// The file as a value of the model.
    ///
    /// # Errors
    /// The first thing that does not fit, with its line.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, At<String>> {
        toml::from_str(self.text).map_err(|error| At {
            line: line_of(self.text, error.span().map_or(0, |span| span.start)),
            value: error.message().replace('\n', ", "),
        })
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// One value of a document. Asking for what is not there, or is of another kind, gives nothing: `shape` has said so.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    text: &'a str,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Node<'a> {
    /// Line that the value begins in.
    pub(super) fn line(self) -> usize {
        line_of(self.text, self.value.span().start)
    }

    /// The value itself.
    pub(super) fn value(self) -> &'a DeValue<'a> {
        self.value.get_ref()
    }

    /// Entries of a table with their keys; none for anything else.
    pub(super) fn entries(self) -> impl Iterator<Item = (At<&'a str>, Node<'a>)> {
        let table = self.value().as_table();
        table.into_iter().flatten().map(move |(key, value)| {
            let line = line_of(self.text, key.span().start);
            (At { value: key.get_ref().as_ref(), line }, Node { value, ..self })
        })
    }

    /// Items of an array; none for anything else.
    pub(super) fn items(self) -> impl Iterator<Item = Node<'a>> {
        let array = self.value().as_array();
        array.into_iter().flat_map(|array| array.iter()).map(move |value| Node { value, ..self })
    }

    /// What a table has under a key.
    pub(super) fn get(self, key: &str) -> Option<Node<'a>> {
        self.entries().find(|(at, _)| at.value == key).map(|(_, node)| node)
    }

    /// The items of the array under a key.
    pub(super) fn list(self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.get(key).into_iter().flat_map(Node::items)
    }

    /// The value as text.
    pub(super) fn as_text(self) -> Option<At<&'a str>> {
        self.value().as_str().map(|value| At { value, line: self.line() })
    }

    /// The value as a whole number.
    pub(super) fn as_whole(self) -> Option<At<i64>> {
        let integer = self.value().as_integer()?;
        let value = i64::from_str_radix(integer.as_str(), integer.radix()).ok()?;
        Some(At { value, line: self.line() })
    }

    /// The text under a key.
    pub(super) fn text(self, key: &str) -> Option<At<&'a str>> {
        self.get(key).and_then(Node::as_text)
    }

    /// The whole number under a key.
    pub(super) fn whole(self, key: &str) -> Option<At<i64>> {
        self.get(key).and_then(Node::as_whole)
    }

    /// The yes or no under a key.
    pub(super) fn flag(self, key: &str) -> Option<bool> {
        self.get(key).and_then(|node| node.value().as_bool())
    }

    /// The texts of the array under a key.
    pub(super) fn texts(self, key: &str) -> impl Iterator<Item = At<&'a str>> + use<'a> {
        self.list(key).filter_map(Node::as_text)
    }
}
