//! Which keys a configuration file has and what may stand there. Says the same as `model.rs` (a test compares them),
//! but can go on after the first mistake and knows an example of everything.

use super::{document::Node, mistake::Mistakes, shape_table::BRANCH_FILE};

/// What may stand under a key.
pub(super) enum Shape {
    /// true or false.
    Flag,
    /// A string that is not empty.
    Text,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A whole number from, up to and with.
    Whole(i64, i64),
    /// One of these numbers.
    OneOf(&'static [i64]),
    /// Any number of these, one after the other.
    List(&'static Shape),
    /// These keys.
    Table(&'static [Key]),
    /// Any keys, all of this shape.
    Map(&'static Shape),
}

/// A key of a table.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) needed: bool,
    pub(super) shape: Shape,
    /// A line, or the beginning of a block, that would be right.
    pub(super) example: &'static str,
}

/// Finds every unknown key, wrong kind of value and, when `missing` is wanted, every key that is not there.
pub(super) fn check(root: Node<'_>, missing: bool, out: &mut Mistakes) {
    table(root, &Place { name: "the file", example: "" }, BRANCH_FILE, missing, out);
}

/// Where we are, for the wording.
struct Place<'a> {
    name: &'a str,
    example: &'a str,
}

fn table(node: Node<'_>, place: &Place<'_>, keys: &'static [Key], missing: bool, out: &mut Mistakes) {
    for (key, value) in node.entries() {
        match keys.iter().find(|known| known.name == key.value) {
            Some(known) => entry(value, known, missing, out),
            None => unknown(key.value, key.line, place, keys, out),
        }
    }
    if missing {
        for key in keys.iter().filter(|key| key.needed && node.get(key.name).is_none()) {
            let what = format!("{} has no `{}`", place.name, key.name);
            out.error(node.line(), what, format!("Write, for example: {}", key.example));
        }
    }
}

fn entry(value: Node<'_>, key: &'static Key, missing: bool, out: &mut Mistakes) {
    let name = match key.shape {
        Shape::Table(_) => format!("[{}]", key.name),
        Shape::List(&Shape::Table(_)) => format!("[[{}]]", key.name),
        _ => format!("`{}`", key.name),
    };
    fit(value, &key.shape, &Place { name: &name, example: key.example }, missing, out);
}

fn fit(value: Node<'_>, shape: &'static Shape, place: &Place<'_>, missing: bool, out: &mut Mistakes) {
    let found = value.value().type_str();
    let wanted = match shape {
        Shape::Flag if value.value().is_bool() => return,
        Shape::Flag => "true or false, without quotes".to_owned(),
        Shape::Text => match value.as_text() {
            Some(text) if !text.value.trim().is_empty() => return,
            Some(_) => "a text that is not empty".to_owned(),
            None => "a text in quotes".to_owned(),
        },
        Shape::Choice(choices) => match value.as_text() {
            Some(text) if choices.contains(&text.value) => return,
            _ => format!("one of {}", quoted(choices)),
        },
        Shape::Whole(from, to) => match value.as_whole() {
            Some(number) if (*from..=*to).contains(&number.value) => return,
            _ => format!("a whole number from {from} to {to}, without quotes"),
        },
        Shape::OneOf(choices) => match value.as_whole() {
            Some(number) if choices.contains(&number.value) => return,
            _ => format!("one of {}", listed(choices)),
        },
        Shape::List(inner) if value.value().is_array() => {
            value.items().for_each(|item| fit(item, inner, place, missing, out));
            return;
        }
        Shape::List(Shape::Table(_)) => "any number of such blocks, each with [[…]]".to_owned(),
        Shape::List(_) => "a list in square brackets".to_owned(),
        Shape::Table(keys) if value.value().is_table() => {
            table(value, place, keys, missing, out);
            return;
        }
        Shape::Map(inner) if value.value().is_table() => {
            value.entries().for_each(|(_, item)| fit(item, inner, place, missing, out));
            return;
        }
        Shape::Table(_) | Shape::Map(_) => "a table".to_owned(),
    };
    let what = match value.value() {
        toml::de::DeValue::Integer(number) => format!("{number}"),
        toml::de::DeValue::String(text) => format!("\"{text}\""),
        _ => format!("{} {found}", if found == "integer" || found == "array" { "an" } else { "a" }),
    };
    let remedy = format!("Write {wanted}, for example: {}", place.example);
    out.error(value.line(), format!("{} cannot be {what}", place.name), remedy);
}

fn unknown(key: &str, line: usize, place: &Place<'_>, keys: &'static [Key], out: &mut Mistakes) {
    let names: Vec<&str> = keys.iter().map(|known| known.name).collect();
    let remedy = match nearest(key, &names) {
        Some(name) => format!("Write `{name}`."),
        None => format!("Take it out; known here: {}.", names.join(", ")),
    };
    out.error(line, format!("{} knows no key `{key}`", place.name), remedy);
}

/// The known name that was likely meant: at most a third of its letters differ.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|name| (strsim::damerau_levenshtein(word, name), *name)).min()?;
    (near.0 * 3 <= near.1.chars().count().max(3)).then_some(near.1)
}

/// `"a", "b" or "c"`.
pub(super) fn quoted(words: &[&str]) -> String {
    joined(&words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>())
}

fn listed(numbers: &[i64]) -> String {
    joined(&numbers.iter().map(ToString::to_string).collect::<Vec<_>>())
}

fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
