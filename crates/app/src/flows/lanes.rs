//! Which messages of a diagram must happen, and which have an order among them.

use specd_domain::flow::{BlockKind, Branch};

/// Where a message stands among branches that have no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    /// The outermost block of several branches, by its first.
    pub(super) block: usize,
    /// The innermost branch of such a block.
    pub(super) branch: usize,
}

/// What the blocks around a message say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Setting {
    /// Whether it need not happen.
    pub(super) is_optional: bool,
    /// `None` outside of any block of several branches.
    pub(super) lane: Option<Lane>,
}

/// What each branch says of what stands in it.
pub(super) fn settings(branches: &[Branch]) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::with_capacity(branches.len());
    for (position, branch) in branches.iter().enumerate() {
        let around = branch.parent.and_then(|parent| settings.get(parent));
        let around = around.copied().unwrap_or_default();
        let is_optional = match branch.kind {
            BlockKind::Parallel => false,
            BlockKind::Critical => position != branch.first,
            BlockKind::Optional | BlockKind::Alternative | BlockKind::Loop | BlockKind::Break => {
                true
            }
        };
        let has_several = matches!(
            branch.kind,
            BlockKind::Parallel | BlockKind::Alternative | BlockKind::Critical
        );
        let lane = has_several.then(|| Lane {
            block: around.lane.map_or(branch.first, |lane| lane.block),
            branch: position,
        });
        settings.push(Setting {
            is_optional: around.is_optional || is_optional,
            lane: lane.or(around.lane),
        });
    }
    settings
}
