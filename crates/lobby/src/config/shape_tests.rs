//! The table of shapes and the model say the same, and every file that ships can be read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{
    check_file,
    model::Config,
    shape::{Key, Shape},
    shape_table::BRANCH_FILE,
};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// A value that the shape allows, with every key there is.
fn full(shape: &Shape) -> Value {
    match shape {
        Shape::Flag => true.into(),
        Shape::Text => "a text".into(),
        Shape::Choice(choices) => choices[0].into(),
        Shape::Whole(_, to) => (*to).into(),
        Shape::OneOf(choices) => choices[0].into(),
        Shape::List(inner) => vec![full(inner)].into(),
        Shape::Table(keys) => full_table(keys).into(),
        Shape::Map(inner) => Table::from_iter([("en".to_owned(), full(inner))]).into(),
    }
}

fn full_table(keys: &[Key]) -> Table {
    let value = |key: &Key| match key.name {
        "listen" | "public_listen" | "redirect" => "127.0.0.1:8700".into(), // the model reads this text as an address at once
        _ => full(&key.shape),
    };
    keys.iter().map(|key| (key.name.to_owned(), value(key))).collect()
}

/// Every table of the file with the way to it; lists are entered at their only item.
fn tables(keys: &'static [Key], way: &[&'static str], out: &mut Vec<(Vec<&'static str>, &'static [Key])>) {
    out.push((way.to_vec(), keys));
    for key in keys {
        let inner: &'static [Key] = match key.shape {
            Shape::Table(inner) | Shape::List(&Shape::Table(inner)) => inner,
            _ => continue,
        };
        tables(inner, &[way, &[key.name]].concat(), out);
    }
}

fn at<'a>(file: &'a mut Table, way: &[&str]) -> &'a mut Table {
    way.iter().fold(file, |table, key| match table.get_mut(*key).unwrap() {
        Value::Array(items) => items[0].as_table_mut().unwrap(),
        value => value.as_table_mut().unwrap(),
    })
}

fn read(file: Table) -> Result<Config, String> {
    file.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

#[test]
fn the_model_knows_every_key_of_the_table_and_no_other() {
    let mut all = Vec::new();
    tables(BRANCH_FILE, &[], &mut all);
    for (way, keys) in all {
        let mut file = full_table(BRANCH_FILE);
        at(&mut file, &way).insert("zzz".to_owned(), 1.into());
        // serde lists what it would have taken: "unknown field `zzz`, expected one of `a`, `b`".
        let error = read(file).unwrap_err();
        let mut taken: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        let mut listed: Vec<&str> = keys.iter().map(|key| key.name).collect();
        taken.sort_unstable();
        listed.sort_unstable();
        assert_eq!(taken, listed, "{way:?}: {error}");
    }
}

#[test]
fn the_model_needs_the_keys_that_the_table_needs() {
    let mut all = Vec::new();
    tables(BRANCH_FILE, &[], &mut all);
    for (way, keys) in all {
        for key in keys {
            let mut file = full_table(BRANCH_FILE);
            at(&mut file, &way).remove(key.name).unwrap();
            let read = read(file);
            assert_eq!(read.is_err(), key.needed, "{way:?} without {}: {read:?}", key.name);
        }
    }
}

#[test]
fn the_model_takes_both_ends_of_every_range_and_every_choice() {
    let mut all = Vec::new();
    tables(BRANCH_FILE, &[], &mut all);
    for (way, keys) in all {
        for key in keys {
            let values: Vec<Value> = match key.shape {
                Shape::Whole(from, to) => vec![from.into(), to.into()],
                Shape::Choice(choices) => choices.iter().map(|choice| (*choice).into()).collect(),
                Shape::OneOf(choices) => choices.iter().map(|choice| (*choice).into()).collect(),
                _ => Vec::new(),
            };
            for value in values {
                let mut file = full_table(BRANCH_FILE);
                at(&mut file, &way).insert(key.name.to_owned(), value.clone());
                let read = read(file);
                assert!(read.is_ok(), "{way:?}.{} = {value}: {read:?}", key.name);
            }
        }
    }
}

#[test]
fn every_branch_that_ships_has_no_mistake_and_no_warning() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    let folders = std::fs::read_dir(&config).expect("config/ is part of the repository");
    let branches: Vec<PathBuf> =
        folders.map(|folder| folder.unwrap().path().join("branch.toml")).filter(|file| file.is_file()).collect();
    assert!(!branches.is_empty(), "config/ holds no branch");
    for branch in branches {
        let (told, status) = check_file(&branch, None);
        assert_eq!((status, told.lines().count()), (0, 1), "{told}");
    }
}
