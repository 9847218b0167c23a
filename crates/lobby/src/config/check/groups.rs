//! Rules about the kiosk's groups: two touches to a number, and nothing to scroll.

use super::super::{document::Node, mistake::Mistakes};
use super::{ids, refers, unique, usable_name};

/// Buttons that one view of the kiosk holds at a size that everybody can hit and read.
const BUTTONS: usize = 8;

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let groups = ids(root, "groups", "id");
    for id in &groups {
        usable_name(*id, out);
    }
    unique(groups.iter().copied(), "group", "Give each group an id of its own.", out);
    let named = ids(root, "services", "group");
    for group in &named {
        refers(*group, "groups", &groups, out);
    }
    for group in &groups {
        let members = named.iter().filter(|named| named.value == group.value).count();
        if members == 0 {
            let what = format!("no service stands in the group \"{}\"", group.value);
            out.warn(group.line, what, format!("Write group = \"{}\" in a service, or take it out.", group.value));
        } else if members > BUTTONS {
            let what = format!("{members} services stand in the group \"{}\": the kiosk splits it", group.value);
            out.warn(group.line, what, format!("Make groups of at most {BUTTONS}."));
        }
    }
    let Some(services) = root.get("services") else { return };
    let alone = services.items().filter(|service| service.get("group").is_none()).count();
    let used = groups.iter().filter(|group| named.iter().any(|named| named.value == group.value)).count();
    if alone + used > BUTTONS {
        let what = format!("the kiosk's first view has {} buttons: it makes groups by the letters", alone + used);
        let remedy = format!("Put services into [[groups]], so that {BUTTONS} buttons or fewer are left.");
        out.warn(services.items().next().map_or(1, Node::line), what, remedy);
    }
}
