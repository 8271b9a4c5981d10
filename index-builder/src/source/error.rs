//! What is wrong with a site's content, and where.

use std::fmt;

/// Faults that an error names; what comes after is counted.
const SHOWN: usize = 20;

/// Something a writer may want to look at, that kept nothing from being read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The content path of the file.
    pub path: String,
    /// The line it is about, from 1.
    pub line: Option<usize>,
    /// What is odd there.
    pub message: String,
}

/// Why a site cannot be read: all its faults, sorted by file.
///
/// Shown, it is one fault a line, the first 20 of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    pub(super) faults: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The content path of the file; empty for the content as a whole.
    pub path: String,
    /// The line it is about, from 1.
    pub line: Option<usize>,
    /// What is wrong there.
    pub message: String,
    /// Whose matter it is.
    pub kind: FaultKind,
}

/// Whose matter a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The writer's: the content says what it may not.
    Content,
    /// The system's: a file or folder cannot be read.
    Io,
}

impl SourceError {
    /// [`FaultKind::Io`] when the system refused anything, for then the content
    /// is not known in full.
    pub fn kind(&self) -> FaultKind {
        let io = self.faults.iter().any(|fault| fault.kind == FaultKind::Io);
        if io { FaultKind::Io } else { FaultKind::Content }
    }

    /// All that is wrong, at least one.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl Fault {
    pub(super) fn content(path: &str, line: Option<usize>, message: impl Into<String>) -> Fault {
        Fault { path: path.to_owned(), line, message: message.into(), kind: FaultKind::Content }
    }

    pub(super) fn io(path: &str, err: &std::io::Error) -> Fault {
        let message = format!("cannot read: {err}");
        Fault { path: path.to_owned(), line: None, message, kind: FaultKind::Io }
    }
}

impl From<Fault> for SourceError {
    fn from(fault: Fault) -> SourceError {
        SourceError { faults: vec![fault] }
    }
}

impl std::error::Error for SourceError {}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().take(SHOWN).enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{fault}")?;
        }
        match self.faults.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, &self.message, &self.path, self.line)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, &self.message, &self.path, self.line)
    }
}

fn place(
    f: &mut fmt::Formatter<'_>,
    message: &str,
    path: &str,
    line: Option<usize>,
) -> fmt::Result {
    match line {
        Some(line) => write!(f, "{message} ({path}:{line})"),
        None if path.is_empty() => write!(f, "{message}"),
        None => write!(f, "{message} ({path})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_twenty_faults_are_named() {
        let fault = |line| Fault::content("記事.md", Some(line), "bad");
        let err = SourceError { faults: (1..=23).map(fault).collect() };
        let shown = err.to_string();
        assert!(shown.starts_with("bad (記事.md:1)\nbad (記事.md:2)\n"), "{shown}");
        assert!(shown.ends_with("bad (記事.md:20)\nand 3 more"), "{shown}");
        assert_eq!(err.kind(), FaultKind::Content);
    }
}
