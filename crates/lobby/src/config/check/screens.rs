//! Rules about screens: what they show is there, and a sign over one window shows that one.

use super::super::{document::Node, mistake::Mistakes, shape};
use super::{ids, refers};

/// Languages that a screen has room for.
const LANGUAGES: usize = 2;

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let (counters, services) = (ids(root, "counters", "id"), ids(root, "services", "id"));
    let spoken: Vec<&str> = match root.get("branch").filter(|branch| branch.get("languages").is_some()) {
        Some(branch) => branch.texts("languages").map(|tag| tag.value).collect(),
        None => vec!["zh-CN", "en"], // the default of `BranchConfig::languages`
    };
    for screen in root.list("screens") {
        screen.text("counter").into_iter().for_each(|counter| refers(counter, "counters", &counters, out));
        screen.texts("counters").for_each(|counter| refers(counter, "counters", &counters, out));
        screen.texts("services").for_each(|service| refers(service, "services", &services, out));
        window(screen, out);
        for tag in screen.texts("languages").filter(|tag| !spoken.contains(&tag.value)) {
            let remedy = format!("Write {}, or add it to the `languages` of [branch].", shape::quoted(&spoken));
            out.error(tag.line, format!("the branch does not speak \"{}\"", tag.value), remedy);
        }
        if let Some(third) = screen.texts("languages").nth(LANGUAGES) {
            let what = "a screen has room for two languages";
            out.error(third.line, what, "Take one out, or hang a second screen with the others.");
        }
    }
}

/// A sign over a window shows that window and nothing else.
fn window(screen: Node<'_>, out: &mut Mistakes) {
    if screen.get("counter").is_none() {
        return;
    }
    for key in ["services", "counters", "layout"] {
        if let Some(other) = screen.get(key) {
            let what = format!("a screen with `counter` is the sign over that window and has no `{key}`");
            out.error(other.line(), what, format!("Take `{key}` out, or `counter`."));
        }
    }
}
