//! A diagram and a request, message by message.

use std::collections::HashMap;

use super::events::{Event, disorder};
use super::expected::{Expected, Part};
use super::observed::{Observed, Request, Step, Time, Verb};
use super::plan::{Line, Plan, Scenario};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was sent when it should be.
    Seen,
    /// It was sent, and at another time.
    OutOfOrder(Conflict),
    /// It was never sent.
    Missing,
    /// It was never sent: the request was refused before, or answered without its work.
    Unreached,
    /// It was not sent and need not be.
    Skipped,
    /// Nobody here can tell.
    NotObserved,
}

/// The order of two messages that is not the diagram's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The other message, by its position in the diagram.
    pub other: usize,
    /// Whether the one came before the other.
    pub is_early: bool,
}

/// A message of the diagram and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The message, by its position in the diagram.
    pub message: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// When it was sent, in nanoseconds since the request came.
    pub at_ns: Option<u64>,
    /// How long what it asks for took, in nanoseconds.
    pub took_ns: Option<u64>,
}

impl Plan {
    /// Compares a request with what the diagram says of its operation, or where it says several things with that which suits it
    /// best; `None` where it says nothing of it.
    pub fn compare(&self, request: &Request) -> Option<Vec<Told>> {
        let steps = Steps::of(request);
        let scenarios = self.of(request.operation);
        let told = scenarios.map(|one| told(one, request, &steps));
        told.min_by_key(|told| {
            let count = |is: fn(Outcome) -> bool| told.iter().filter(|one| is(one.outcome)).count();
            (
                count(|one| matches!(one, Outcome::Missing | Outcome::OutOfOrder(_))),
                count(|one| one == Outcome::Unreached),
            )
        })
    }
}

fn told(scenario: &Scenario, request: &Request, steps: &Steps) -> Vec<Told> {
    let mut seen = Seen::of(request, steps);
    let mut events = Vec::new();
    let mut all: Vec<Told> = Vec::with_capacity(scenario.lines.len());
    for (position, line) in scenario.lines.iter().enumerate() {
        let found = line.expected.and_then(|expected| seen.take(expected));
        if let Some(found) = found {
            events.push(Event {
                message: position,
                lane: line.setting.lane,
                from: found.from.into(),
                to: found.to.into(),
            });
        }
        all.push(Told {
            message: line.message,
            outcome: found.map_or_else(|| absent(line, request), |_| Outcome::Seen),
            at_ns: found.map(|found| found.from.saturating_sub(request.time.start_ns)),
            took_ns: found.and_then(|found| found.took),
        });
    }
    for one in disorder(&events) {
        let other = scenario.lines.get(one.other).map(|line| line.message);
        if let Some((told, other)) = all.get_mut(one.message).zip(other) {
            told.outcome = Outcome::OutOfOrder(Conflict {
                other,
                is_early: one.is_early,
            });
        }
    }
    all
}

/// What it means that a message was not seen.
fn absent(line: &Line, request: &Request) -> Outcome {
    match line.expected {
        None => Outcome::NotObserved,
        Some(Expected::Step(step, _)) if !step.is_always_told(request.operation) => {
            Outcome::NotObserved
        }
        Some(_) if line.setting.is_optional => Outcome::Skipped,
        Some(_) if request.is_cut_short() => Outcome::Unreached,
        Some(_) => Outcome::Missing,
    }
}

/// A message that was sent within this time.
#[derive(Clone, Copy)]
struct Found {
    from: u64,
    to: u64,
    took: Option<u64>,
}

/// The steps of a request, each kind in its order.
struct Steps(HashMap<Step, Vec<Time>>);

impl Steps {
    fn of(request: &Request) -> Self {
        let mut steps: HashMap<Step, Vec<Time>> = HashMap::new();
        for Observed { step, time } in &request.steps {
            steps.entry(*step).or_default().push(*time);
        }
        for times in steps.values_mut() {
            times.sort_by_key(|time| (time.start_ns, time.end_ns));
        }
        Self(steps)
    }

    fn times(&self, step: Step) -> &[Time] {
        self.0.get(&step).map_or(&[], Vec::as_slice)
    }

    /// The first of each kind that `is` takes.
    fn firsts(&self, is: fn(Step) -> bool) -> impl Iterator<Item = Time> {
        let steps = self.0.iter().filter(move |(step, _)| is(**step));
        steps.filter_map(|(_, times)| times.first().copied())
    }

    fn first_statement(&self) -> Option<Time> {
        let firsts = self.firsts(|step| matches!(step, Step::Statement(_)));
        firsts.min_by_key(|time| (time.start_ns, time.end_ns))
    }

    /// Until when the work may have been handed over: until the store is asked. What is judged before that may stand before or
    /// behind it in a diagram.
    fn handed_over(&self, work: Time) -> u64 {
        let asked = self.firsts(|step| matches!(step, Step::Queue | Step::Statement(_)));
        let asked = asked.map(|time| time.start_ns).min();
        asked.map_or(work.end(), |asked| asked.max(work.start_ns))
    }
}

/// What the messages so far were given; statements are given out once.
struct Seen<'r> {
    request: &'r Request,
    steps: &'r Steps,
    next: HashMap<Step, usize>,
    has_asked: bool,
    /// The statement that was asked for last, where there was one.
    statement: Option<Time>,
}

impl<'r> Seen<'r> {
    fn of(request: &'r Request, steps: &'r Steps) -> Self {
        Self {
            request,
            steps,
            next: HashMap::new(),
            has_asked: false,
            statement: None,
        }
    }

    fn take(&mut self, expected: Expected) -> Option<Found> {
        let whole = self.request.time;
        match expected {
            Expected::Request => Some(call(whole)),
            Expected::Answer(status) => {
                let is_it = status.is_none_or(|status| status == self.request.status);
                is_it.then(|| end(whole))
            }
            Expected::Step(Step::Work, Part::Call) => {
                let work = self.step(Step::Work, Part::Call)?;
                Some(Found {
                    to: self.steps.handed_over(work),
                    ..call(work)
                })
            }
            Expected::Step(step, part) => self.step(step, part).map(|time| found(time, part)),
            Expected::Statement(_, Part::Return) => {
                let statement = if self.has_asked {
                    self.statement
                } else {
                    self.steps.first_statement()
                };
                statement.map(end)
            }
            Expected::Statement(verbs, part) => {
                self.has_asked = true;
                self.statement = self.next_statement(verbs);
                self.statement.map(|time| found(time, part))
            }
        }
    }

    /// The next step of a kind; the last one does for all that follow, and for what came of it.
    fn step(&mut self, step: Step, part: Part) -> Option<Time> {
        let times = self.steps.times(step);
        let next = self.next.entry(step).or_default();
        let position = match part {
            Part::Return => next.saturating_sub(1),
            Part::Whole | Part::Call => (*next).min(times.len().saturating_sub(1)),
        };
        *next = position.saturating_add(1);
        times.get(position).copied()
    }

    /// The first of these statements that no other message asked for.
    fn next_statement(&mut self, verbs: &[Verb]) -> Option<Time> {
        let heads = verbs.iter().filter_map(|verb| {
            let step = Step::Statement(*verb);
            let next = self.next.get(&step).copied().unwrap_or_default();
            Some((self.steps.times(step).get(next).copied()?, step))
        });
        let (time, step) = heads.min_by_key(|(time, _)| time.start_ns)?;
        *self.next.entry(step).or_default() += 1;
        Some(time)
    }
}

fn found(time: Time, part: Part) -> Found {
    match part {
        Part::Whole => Found {
            to: time.end(),
            ..call(time)
        },
        Part::Call => call(time),
        Part::Return => end(time),
    }
}

/// The moment at which it begins.
const fn call(time: Time) -> Found {
    Found {
        from: time.start_ns,
        to: time.start_ns,
        took: Some(time.took_ns()),
    }
}

/// The moment at which it ends.
fn end(time: Time) -> Found {
    Found {
        from: time.end(),
        to: time.end(),
        took: None,
    }
}
