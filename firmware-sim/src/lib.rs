//! The hardware of a hall on pseudo-terminals.

pub mod escpos;
pub mod wire;
