//! The safe renderer: Markdown to a tree of allow-listed elements, and the tree
//! to HTML.
