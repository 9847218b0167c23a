//! What a report says of the state of a device, in the codes and words of the devices page.

use super::Output;
use crate::registers::Status;

/// State of a device: a code, and what happened in words for staff.
pub type Condition = (&'static str, Option<String>);

impl Output {
    /// The state that the report puts its device into, where it says anything about that; `display`: the device only
    /// shows. [`Output::Garbage`] and [`Output::Understood`] are about the wire.
    pub fn condition(&self, display: bool) -> Option<Condition> {
        Some(match self {
            Output::Presumed { .. } if display => {
                ("ok", Some("it cannot answer: whether it shows the number can only be seen".to_owned()))
            }
            Output::Presumed { .. } => {
                ("ok", Some("nothing was heard of it yet: it speaks when a key is pressed".to_owned()))
            }
            Output::Offline { cause, .. } => ("offline", Some(cause.to_string())),
            Output::Status { status: Status { display_fault: true, .. }, .. } => {
                ("display_fault", Some("its number display reports a fault".to_owned()))
            }
            Output::Status { status: Status { key_stuck: true, .. }, .. } => {
                ("key_stuck", Some("one of its keys is stuck".to_owned()))
            }
            Output::OutOfStep { .. } => {
                let cause = "its press counter went backwards: its keys do nothing until it is switched off and on";
                ("out_of_step", Some(cause.to_owned()))
            }
            Output::Garbage => ("baud_mismatch", Some("all replies are garbage: check baud and parity".to_owned())),
            Output::Online { .. } | Output::Status { .. } | Output::Understood => ("ok", None),
            Output::Press(_) | Output::Missed { .. } | Output::Baseline { .. } | Output::Stranger { .. } => {
                return None;
            }
        })
    }
}
