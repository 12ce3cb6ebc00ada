//! Whether what happened came in the order of the diagram.

use std::collections::HashMap;

use super::lanes::Lane;

/// A message that was seen, and the time within which it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// The message.
    pub(super) message: usize,
    /// Where it stands.
    pub(super) lane: Option<Lane>,
    /// Not before, in nanoseconds.
    pub(super) from: i128,
    /// Not after.
    pub(super) to: i128,
}

/// A message that came out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Disorder {
    pub(super) message: usize,
    /// The one that it came before or behind, though the diagram has it the other way.
    pub(super) other: usize,
    /// Whether it came before the other.
    pub(super) is_early: bool,
}

/// The fewest messages that, moved, would make the order that of the diagram: those that came too early, or those that came too
/// late.
pub(super) fn disorder(events: &[Event]) -> Vec<Disorder> {
    let early = overtaken(events.iter().copied());
    let turned = events.iter().rev().map(|event| Event {
        from: -event.to,
        to: -event.from,
        ..*event
    });
    let late = overtaken(turned);
    let is_early = early.len() <= late.len();
    let found = if is_early { early } else { late };
    let found = found.into_iter().map(|(message, other)| Disorder {
        message,
        other,
        is_early,
    });
    found.collect()
}

/// The events that were over before one that stands before them had begun, each with the last of those.
fn overtaken(events: impl Iterator<Item = Event>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut settled: Option<Event> = None;
    let mut block: Option<usize> = None;
    let mut lanes: HashMap<usize, Event> = HashMap::new();
    for event in events {
        let own = event.lane.map(|lane| lane.block);
        if own != block {
            settled = lanes
                .drain()
                .map(|(_, last)| last)
                .chain(settled)
                .max_by_key(|last| last.from);
            block = own;
        }
        let of_lane = event.lane.and_then(|lane| lanes.get(&lane.branch));
        let last = of_lane.copied().into_iter().chain(settled);
        let last = last.max_by_key(|last| last.from);
        if let Some(last) = last.filter(|last| event.to < last.from) {
            found.push((event.message, last.message));
        }
        let place = match event.lane {
            Some(lane) => lanes.entry(lane.branch).or_insert(event),
            None => settled.get_or_insert(event),
        };
        if place.from < event.from {
            *place = event;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(message: usize, (from, to): (i128, i128)) -> Event {
        Event {
            message,
            lane: None,
            from,
            to,
        }
    }

    #[track_caller]
    fn check(times: &[(i128, i128)], expected: &[(usize, usize, bool)]) {
        let events: Vec<_> = (0..).zip(times).map(|(n, time)| event(n, *time)).collect();
        let found = disorder(&events).into_iter();
        let found: Vec<_> = found
            .map(|one| (one.message, one.other, one.is_early))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_overlaps_has_no_order() {
        check(&[(0, 0), (0, 9), (1, 2), (1, 2), (9, 9)], &[]);
        check(&[(5, 5), (3, 5)], &[]);
    }

    #[test]
    fn the_fewest_are_named() {
        check(&[(1, 1), (3, 3), (2, 2), (4, 4)], &[(2, 1, true)]);
        // One that came far too late, seen from those behind it: it alone is named.
        check(&[(9, 9), (1, 1), (2, 2), (3, 3)], &[(0, 1, false)]);
        // And one that came far too early.
        check(&[(2, 2), (3, 3), (4, 4), (1, 1)], &[(3, 2, true)]);
    }

    #[test]
    fn branches_have_no_order_among_them() {
        let lane = |branch| Some(Lane { block: 0, branch });
        let mut events = [
            event(0, (1, 1)),
            event(1, (6, 6)),
            event(2, (5, 5)),
            event(3, (4, 4)),
            event(4, (7, 7)),
        ];
        events[1].lane = lane(0);
        events[2].lane = lane(1);
        events[3].lane = lane(1);
        let found = disorder(&events);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].message, found[0].other), (3, 2));
        // What stands behind the block comes behind all of it.
        events[3].lane = lane(2);
        events[4] = event(4, (5, 5));
        let found = disorder(&events);
        assert_eq!((found[0].message, found[0].other), (4, 1));
    }
}
