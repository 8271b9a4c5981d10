//! The builder.

pub mod config;
pub mod source;
