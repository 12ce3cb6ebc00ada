//! Connections between two requests: how long they may wait, and which gives way when a worker has too many.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_web::rt::time::sleep_until;
use tokio::time::Instant;

/// How long a connection keeps what its next request would need.
const WARM: Duration = Duration::from_secs(1);

/// The idle connections of a worker, those that have waited longest first.
#[derive(Default)]
pub(super) struct IdleConnections {
    next: Cell<u64>,
    waiting: RefCell<BTreeMap<u64, Rc<Ticket>>>,
}

/// One idle connection.
#[derive(Default)]
struct Ticket {
    is_ended: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// A connection's place among the idle ones, for as long as it waits.
struct Place<'a> {
    connections: &'a IdleConnections,
    number: u64,
    ticket: Rc<Ticket>,
}

impl IdleConnections {
    /// Waits until something arrives; `None` at the deadline, and when the connection has to give way. Where nothing
    /// arrives for a moment, it is told to `cool`.
    pub(super) async fn wait<R>(
        &self,
        deadline: Instant,
        cool: impl FnOnce(),
        mut arrives: impl FnMut(&mut Context<'_>) -> Poll<R>,
    ) -> Option<R> {
        // Most requests are there already, and need no place.
        if let Poll::Ready(arrived) = poll_once(&mut arrives).await {
            return Some(arrived);
        }
        let place = self.enter();
        let mut cool = Some(cool);
        let mut late = pin!(sleep_until(deadline.min(Instant::now() + WARM)));
        poll_fn(|context| {
            if place.ticket.is_ended.get() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(arrived) = arrives(context) {
                return Poll::Ready(Some(arrived));
            }
            *place.ticket.waker.borrow_mut() = Some(context.waker().clone());
            ready!(late.as_mut().poll(context));
            if let Some(cool) = cool.take() {
                cool();
                late.as_mut().reset(deadline);
                ready!(late.as_mut().poll(context));
            }
            Poll::Ready(None)
        })
        .await
    }

    /// Ends the connection that has waited longest. `false` where none is idle.
    pub(super) fn end_oldest(&self) -> bool {
        let oldest = self.waiting.borrow_mut().pop_first();
        let Some((_, ticket)) = oldest else {
            return false;
        };
        ticket.end();
        true
    }

    /// Ends all of them.
    pub(super) fn end_all(&self) {
        while self.end_oldest() {}
    }

    fn enter(&self) -> Place<'_> {
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        let ticket = Rc::new(Ticket::default());
        self.waiting.borrow_mut().insert(number, Rc::clone(&ticket));
        Place {
            connections: self,
            number,
            ticket,
        }
    }
}

impl Ticket {
    fn end(&self) {
        self.is_ended.set(true);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.connections.waiting.borrow_mut().remove(&self.number);
    }
}

/// What a look finds, without waiting.
async fn poll_once<R>(look: &mut impl FnMut(&mut Context<'_>) -> Poll<R>) -> Poll<R> {
    poll_fn(|context| Poll::Ready(look(context))).await
}
