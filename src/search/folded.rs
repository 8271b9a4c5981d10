//! The text of a post, and what it is folded to, which is kept: a query that is being
//! typed looks through the same posts at every key.

use std::cell::OnceCell;

use crate::format::text::Piece;
use crate::text::fold::Folded;
use crate::text::{Normaliser, fold};

/// A piece of text.
pub(super) struct FoldedPiece {
    pub(super) piece: Piece,
    folded: OnceCell<Vec<Folded>>,
}

impl FoldedPiece {
    pub(super) fn new(piece: Piece) -> FoldedPiece {
        FoldedPiece { piece, folded: OnceCell::new() }
    }

    /// Its blocks, folded, in order.
    pub(super) fn folded(&self, normalise: Normaliser) -> &[Folded] {
        self.folded.get_or_init(|| {
            let mut folded = Vec::new();
            for block in self.piece.blocks() {
                folded.push(fold(&block.text, normalise));
            }
            folded
        })
    }
}
