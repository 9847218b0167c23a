//! The lobby controller.
pub mod config;
pub mod controller;
pub mod devices;
pub mod views;
