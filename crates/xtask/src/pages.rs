//! `cargo xtask pages`: the pages from their sources, for when the build cannot make them by itself.

use crate::{Done, node::Node, process};
use std::path::Path;

/// Brings Node if need be, installs what the lock file says and builds.
pub(crate) fn make(root: &Path) -> Done {
    let node = Node::bring(root)?;
    let web = root.join("crates/web");
    process::run(node.npm(&web).args(["ci", "--no-audit", "--no-fund"]))?;
    process::run(node.npm(&web).args(["run", "build"]))
}
