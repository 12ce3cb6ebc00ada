//! Rounds: of writes that wait, those that one transaction can do without one of them seeing another.

use std::collections::HashSet;
use std::sync::Arc;

use super::part::{Kind, Part};
use super::piece::Piece;

/// The parts of the next round, and what is left for later, in its order: whoever has the key or the claim of another
/// that came before.
pub(super) fn next(pieces: Vec<Piece>) -> (Vec<Part>, Vec<Piece>) {
    let (mut parts, mut later): (Vec<Part>, _) = (Vec::new(), Vec::new());
    if pieces.len() == 1 {
        parts.extend(pieces.into_iter().map(Part::of));
        return (parts, later);
    }
    let (mut keys, mut claims) = (HashSet::new(), HashSet::new());
    for piece in pieces {
        let key = piece.key().and_then(|key| {
            let table = piece.table.name.value.as_str().to_owned();
            Some((table, key.to_text()?))
        });
        let is_first = key.is_none_or(|key| keys.insert(key));
        let claim = piece.terms.claim.as_ref().map(|claim| claim.id);
        let has_claim = claim.is_none_or(|claim| claims.insert(claim));
        if is_first && has_claim {
            add(&mut parts, piece);
        } else {
            later.push(piece);
        }
    }
    (parts, later)
}

fn add(parts: &mut Vec<Part>, piece: Piece) {
    let kind = Kind::of(&piece);
    let same = parts
        .iter_mut()
        .find(|part| part.kind == kind && Arc::ptr_eq(&part.table, &piece.table));
    match same {
        Some(part) => part.pieces.push(piece),
        None => parts.push(Part::of(piece)),
    }
}
