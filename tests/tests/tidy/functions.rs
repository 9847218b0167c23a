//! Functions of a Rust file and their lengths, found by rustfmt's indentation.

/// One function.
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line of its `fn`, from 1.
    pub(crate) line: usize,
    /// Lines from `fn` to its closing brace.
    pub(crate) length: usize,
}

/// Every function with a body of more than one line.
pub(crate) fn of(text: &str) -> Vec<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = name(line) else { continue };
        if line.ends_with([';', '}']) {
            continue; // no body, or one that fits into this line
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        // The body ends with a brace at the indentation of `fn`; a long declaration without one ends with `;` there.
        let ends = |line: &&str| match line.strip_prefix(indent) {
            Some(rest) => rest == "}" || (rest.ends_with(';') && !rest.starts_with(' ')),
            None => false,
        };
        let end = lines[index..].iter().position(ends);
        if let Some(length) = end.filter(|length| *length > 0) {
            out.push(Function { name: name.to_owned(), line: index + 1, length: length + 1 });
        }
    }
    out
}

fn name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

#[test]
fn functions_are_measured() {
    let text = "impl A {\n    pub fn one(&self) -> u8 { 1 }\n\n    async fn two(\n        a: u8,\n    ) {\n        b();\n    }\n}\n";
    let found: Vec<_> = of(text).into_iter().map(|function| (function.name, function.line, function.length)).collect();
    assert_eq!(found, [("two".to_owned(), 4, 5)]);
}
