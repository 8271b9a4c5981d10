//! The builder of Sakuin: reads a static blog and writes its search index.

pub mod analyse;
pub mod analysed;
pub mod build;
pub mod cache;
pub mod config;
pub mod document;
pub mod encode;
pub mod engine_files;
pub mod eval;
pub mod folder;
pub mod highlight;
pub mod index;
pub mod inspect;
pub mod offline;
pub mod order;
pub mod output;
pub mod partial;
pub mod related;
pub mod sink;
pub mod source;
pub mod spool;
