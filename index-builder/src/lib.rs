//! The builder of Sakuin: reads a static blog and writes its search index.

pub mod analyse;
