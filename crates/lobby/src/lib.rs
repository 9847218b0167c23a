//! The lobby controller: one process runs one branch and its hardware.
//!
//! `main → lib → {http, devices} → controller → {journal, orders}`. The [`controller`] owns the branch and its journal; it
//! never imports a device's task, it holds senders. [`devices`] and [`voice`] live on wires and sound, [`http`] on
//! sockets; [`run`] starts all of it and stops it again.

pub mod accounts;
pub mod announcing;
pub mod appointments;
pub mod backup;
pub mod cards;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod controller;
pub mod devices;
pub mod doctor;
mod errand;
pub mod hallwatch;
pub mod http;
pub mod identity;
pub mod journal;
mod lines;
mod log;
pub mod net;
pub mod notes;
pub mod orders;
pub mod promise;
pub mod report;
pub mod run;
mod schedule;
pub mod selftest;
pub mod simulate;
pub mod storage;
pub mod views;
pub mod voice;
