//! The one reading of Markdown, for the index, the snippets and the page.
