//! The lobby controller.
pub mod config;
