//! The builder of Sakuin: reads a static blog and writes its search index.

pub mod analyse;
pub mod config;
pub mod encode;
pub mod index;
pub mod source;
