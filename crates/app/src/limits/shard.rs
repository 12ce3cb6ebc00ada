//! One part of the counts, under one lock: bounded in memory, the ones idle longest forgotten first.
//!
//! A caller takes 80 bytes, 17 to 39 more for finding it, and 8 for each run of its requests beyond the newest. All
//! operations take constant time but for the growth of the tables.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::window::{Scale, Standing, Window};

/// Slots that each use looks at for counts that are over. Two keep the dead below the living.
const SWEPT_AT_ONCE: usize = 2;
/// Slots that are made at once, at least.
const SLOTS_AT_LEAST: usize = 16;
/// No slot.
const NONE: u32 = u32::MAX;
/// The end of a slot that is free.
const FREE: i64 = i64::MIN;

/// The counts of some callers.
#[derive(Debug)]
pub(super) struct Shard {
    /// By the hash of the key, which is random already.
    places: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    slots: Vec<Slot>,
    /// The first free slot; each names the next.
    free: u32,
    /// The one used last, and the one idle longest.
    newest: u32,
    oldest: u32,
    /// The next slot to look at for a count that is over.
    hand: usize,
    /// Bytes of the counts' own lists.
    heap: usize,
    budget: usize,
}

#[derive(Debug)]
struct Slot {
    hash: u64,
    /// When the count is over, in microseconds.
    end: i64,
    newer: u32,
    older: u32,
    window: Window,
}

/// A hash is its own hash.
#[derive(Debug, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Shard {
    /// Counts that take about so many bytes at most.
    pub(super) fn new(budget: usize) -> Self {
        Self {
            places: HashMap::default(),
            slots: Vec::new(),
            free: NONE,
            newest: NONE,
            oldest: NONE,
            hand: 0,
            heap: 0,
            budget,
        }
    }

    /// Where the caller of this hash stands. Who is refused is not idle: it is not the one to forget.
    pub(super) fn look(&mut self, hash: u64, scale: Scale, now: i64) -> Standing {
        match self.places.get(&hash).copied() {
            Some(place) => {
                self.move_to_front(place);
                self.within(place, |window| window.look(scale, now))
            }
            None => None,
        }
        .unwrap_or_else(|| Window::default().look(scale, now))
    }

    /// Counts a request of the caller of this hash.
    pub(super) fn add(&mut self, hash: u64, scale: Scale, now: i64) {
        self.sweep(now);
        let place = match self.places.get(&hash).copied() {
            Some(place) => place,
            None => self.insert(hash),
        };
        self.within(place, |window| window.add(scale, now));
        if let Some(slot) = self.slot(place) {
            slot.end = scale.end_after(now);
        }
        self.move_to_front(place);
        while self.bytes() > self.budget && self.oldest != place && self.oldest != NONE {
            self.remove(self.oldest);
        }
    }

    /// Callers that are counted now.
    pub(super) fn meters(&self) -> usize {
        self.places.len()
    }

    /// Bytes allocated.
    pub(super) fn bytes(&self) -> usize {
        let slots = self.slots.capacity() * size_of::<Slot>();
        slots + places_bytes(self.places.capacity()) + self.heap
    }

    /// Changes a count, and keeps the account of its bytes.
    fn within<T>(&mut self, place: u32, change: impl FnOnce(&mut Window) -> T) -> Option<T> {
        let slot = self.slot(place)?;
        let before = slot.window.heap_bytes();
        let outcome = change(&mut slot.window);
        let after = slot.window.heap_bytes();
        self.heap = (self.heap + after).saturating_sub(before);
        Some(outcome)
    }

    /// A slot for a caller who has none: a free one, a new one where the budget has room, or that of the one idle longest.
    fn insert(&mut self, hash: u64) -> u32 {
        if self.free == NONE && self.slots.len() == self.slots.capacity() && !self.has_grown() {
            self.remove(self.oldest);
        }
        let slot = Slot {
            hash,
            end: 0,
            newer: NONE,
            older: NONE,
            window: Window::default(),
        };
        let place = self.free;
        let place = if let Some(free) = self.slot(place) {
            let next = free.older;
            *free = slot;
            self.free = next;
            place
        } else {
            self.slots.push(slot);
            u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
        };
        self.places.insert(hash, place);
        self.link(place);
        place
    }

    /// Makes room for more slots where the budget has it: a quarter more, or at least a few.
    fn has_grown(&mut self) -> bool {
        let held = self.slots.capacity();
        let fits = |more: &usize| {
            let places = self.places.capacity().max(held + more);
            let needed = (held + more) * size_of::<Slot>() + places_bytes(places) + self.heap;
            needed <= self.budget
        };
        let quarter = (held / 4).max(SLOTS_AT_LEAST);
        let more = [quarter, SLOTS_AT_LEAST].into_iter().find(fits);
        // The first few are always granted: without any there is nobody to forget.
        let more = more.or((held == 0).then_some(SLOTS_AT_LEAST));
        if let Some(more) = more {
            self.slots.reserve_exact(more);
            self.places.reserve(more);
        }
        more.is_some()
    }

    /// Looks at the next few slots, and forgets those whose window has passed.
    fn sweep(&mut self, now: i64) {
        for _ in 0..SWEPT_AT_ONCE.min(self.slots.len()) {
            self.hand = (self.hand + 1) % self.slots.len();
            let slot = self.slots.get(self.hand);
            if slot.is_some_and(|slot| slot.end != FREE && slot.end <= now) {
                self.remove(u32::try_from(self.hand).unwrap_or(NONE));
            }
        }
    }

    fn remove(&mut self, place: u32) {
        self.unlink(place);
        let free = self.free;
        let Some(slot) = self.slot(place) else {
            return;
        };
        let window = std::mem::take(&mut slot.window);
        let hash = slot.hash;
        slot.end = FREE;
        slot.older = free;
        self.free = place;
        self.heap = self.heap.saturating_sub(window.heap_bytes());
        self.places.remove(&hash);
    }

    fn move_to_front(&mut self, place: u32) {
        if place != self.newest {
            self.unlink(place);
            self.link(place);
        }
    }

    /// Puts a slot before all others, as the one used last.
    fn link(&mut self, place: u32) {
        let second = self.newest;
        if let Some(slot) = self.slot(place) {
            slot.newer = NONE;
            slot.older = second;
        }
        match self.slot(second) {
            Some(second) => second.newer = place,
            None => self.oldest = place,
        }
        self.newest = place;
    }

    fn unlink(&mut self, place: u32) {
        let Some(slot) = self.slot(place) else {
            return;
        };
        let (newer, older) = (slot.newer, slot.older);
        match self.slot(newer) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
        match self.slot(older) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
    }

    fn slot(&mut self, place: u32) -> Option<&mut Slot> {
        self.slots.get_mut(usize::try_from(place).ok()?)
    }
}

/// The standard map has a power of two of buckets, of which it fills seven eighths, and a byte beside each.
fn places_bytes(capacity: usize) -> usize {
    match capacity {
        0 => 0,
        held => (held * 8 / 7).next_power_of_two() * (size_of::<(u64, u32)>() + 1) + 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_takes_eighty_bytes() {
        assert!(size_of::<Slot>() <= 80, "{}", size_of::<Slot>());
    }
}
