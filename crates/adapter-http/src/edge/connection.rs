//! One connection: a request after the other, until one of both sides has enough.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use actix_service::Service;
use actix_web::rt::time::timeout;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

use super::Worker;
use super::head::{Found, Head, Search};
use super::refusal::Refusal;
use super::wire::{Guarded, Outcome, Wire};

/// Connections of a worker that keep the library's part, 20 KiB each, from one request to the next.
const KEPT_PER_WORKER: usize = 128;

/// A connection and its worker.
pub(super) struct Connection<T> {
    wire: Rc<RefCell<Wire<T>>>,
    worker: Rc<Worker>,
}

/// The library's part of a connection, between two requests.
struct Kept<F> {
    dispatcher: Pin<Box<F>>,
    _place: KeptPlace,
}

struct KeptPlace(Rc<Worker>);

/// What comes next on a connection.
enum Next {
    Request(Head),
    Refused(Refusal),
    Nothing,
}

impl<F> Kept<F> {
    /// As many of a worker as [`KEPT_PER_WORKER`] are kept.
    fn new(dispatcher: Pin<Box<F>>, worker: &Rc<Worker>) -> Option<Self> {
        let others = worker.kept.get();
        if others >= KEPT_PER_WORKER {
            return None;
        }
        worker.kept.set(others + 1);
        Some(Self {
            dispatcher,
            _place: KeptPlace(Rc::clone(worker)),
        })
    }
}

impl Drop for KeptPlace {
    fn drop(&mut self) {
        let kept = &self.0.kept;
        kept.set(kept.get().saturating_sub(1));
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Connection<T> {
    pub(super) fn new(io: T, worker: Rc<Worker>) -> Self {
        let wire = Wire::new(io, Arc::clone(&worker.state));
        Self {
            wire: Rc::new(RefCell::new(wire)),
            worker,
        }
    }

    /// Serves request after request.
    pub(super) async fn serve<S>(self, http: &S, peer: Option<SocketAddr>)
    where
        S: Service<(Guarded<T>, Option<SocketAddr>), Response = ()>,
    {
        let mut kept = None;
        loop {
            match self.next(&mut kept).await {
                Next::Request(head) => match self.hand_over(&head, http, peer, &mut kept).await {
                    Outcome::Answered => self.give_way().await,
                    Outcome::Last { is_sending } => return self.end(is_sending).await,
                    Outcome::Refused(status) => {
                        return self.refuse(Refusal::of_the_library(status)).await;
                    }
                    Outcome::Lost => return,
                },
                Next::Refused(refusal) => return self.refuse(refusal).await,
                Next::Nothing => return,
            }
        }
    }

    /// Lets others go first where the next request is here already.
    async fn give_way(&self) {
        let has_more = !self.wire.borrow().received.is_empty();
        if has_more {
            yield_now().await;
        }
    }

    /// Says why the connection is refused, and ends it.
    pub(super) async fn refuse(self, refusal: Refusal) {
        let answer = refusal.answer(&self.worker.state);
        if self.send(&answer).await.is_ok() {
            self.end(true).await;
        }
    }

    /// Waits for the next request: as an idle connection until its first byte, and not for long after that.
    async fn next<F>(&self, kept: &mut Option<Kept<F>>) -> Next {
        let (limits, deadlines) = {
            let settings = &self.worker.state.settings;
            (settings.limits, settings.deadlines)
        };
        let idle_until = Instant::now() + deadlines.idle;
        let mut search = Search::default();
        let mut until = None;
        loop {
            let is_empty = {
                let mut wire = self.wire.borrow_mut();
                match search.look(&mut wire.received, limits) {
                    Found::Head(head) => return Next::Request(head),
                    Found::Refused(refusal) => return Next::Refused(refusal),
                    Found::Beginning => wire.received.is_empty(),
                }
            };
            let arrived = if is_empty {
                until = None;
                self.arrival(idle_until, kept).await
            } else {
                let until = *until.get_or_insert_with(|| Instant::now() + deadlines.head);
                let receive = poll_fn(|context| self.wire.borrow_mut().poll_receive(context));
                match timeout_at(until, receive).await {
                    Ok(arrived) => Some(arrived),
                    Err(_) => return Next::Refused(Refusal::LATE),
                }
            };
            match arrived {
                Some(Ok(0)) if !is_empty => return Next::Refused(Refusal::CUT),
                Some(Ok(length)) if length > 0 => {}
                _ => return Next::Nothing,
            }
        }
    }

    /// The first bytes of a request; `None` where nobody waits for them any more.
    async fn arrival<F>(
        &self,
        until: Instant,
        kept: &mut Option<Kept<F>>,
    ) -> Option<io::Result<usize>> {
        let receive =
            |context: &mut std::task::Context<'_>| self.wire.borrow_mut().poll_receive(context);
        if self.worker.state.is_draining() {
            // What is there already was sent before we said that we stop.
            return match poll_fn(|context| Poll::Ready(receive(context))).await {
                Poll::Ready(arrived) => Some(arrived),
                Poll::Pending => None,
            };
        }
        // Who waits for long keeps no memory.
        let cool = || {
            *kept = None;
            self.wire.borrow_mut().received = Vec::new();
        };
        self.worker.idle.wait(until, cool, receive).await
    }

    /// Has the library read the request and write its answer. What the library needs for that is kept for the next request
    /// where nothing of this one can be left in it.
    async fn hand_over<S>(
        &self,
        head: &Head,
        http: &S,
        peer: Option<SocketAddr>,
        kept: &mut Option<Kept<S::Future>>,
    ) -> Outcome
    where
        S: Service<(Guarded<T>, Option<SocketAddr>), Response = ()>,
    {
        self.wire.borrow_mut().begin(head);
        let mut dispatcher = match kept.take() {
            Some(kept) => kept.dispatcher,
            None => Box::pin(http.call((Guarded::new(Rc::clone(&self.wire)), peer))),
        };
        let is_over = poll_fn(|context| {
            let polled = dispatcher.as_mut().poll(context);
            if polled.is_ready() || self.wire.borrow().is_done() {
                Poll::Ready(polled.is_ready())
            } else {
                Poll::Pending
            }
        })
        .await;
        let outcome = self.wire.borrow().outcome();
        if !is_over && self.wire.borrow().is_clean() {
            *kept = Kept::new(dispatcher, &self.worker);
        } else {
            drop(dispatcher);
        }
        let is_answered = matches!(outcome, Outcome::Answered | Outcome::Last { .. });
        if is_answered && self.flush().await.is_err() {
            return Outcome::Lost;
        }
        outcome
    }

    async fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let sent = poll_fn(|context| self.wire.borrow_mut().poll_send(context, rest)).await?;
            if sent == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            rest = rest.get(sent..).unwrap_or_default();
        }
        self.flush().await
    }

    async fn flush(&self) -> io::Result<()> {
        poll_fn(|context| self.wire.borrow_mut().poll_flush(context)).await
    }

    /// Ends the connection. A client that still sends would lose the answer if we closed at once: what it sends is
    /// received for a moment, and forgotten.
    async fn end(self, is_sending: bool) {
        let linger = self.worker.state.settings.deadlines.linger;
        let ending = async {
            let ended = poll_fn(|context| self.wire.borrow_mut().poll_end(context)).await;
            let mut is_open = is_sending && ended.is_ok();
            while is_open {
                let discarded =
                    poll_fn(|context| self.wire.borrow_mut().poll_discard(context)).await;
                is_open = discarded.is_ok_and(|length| length > 0);
            }
        };
        // Whoever is still sending then is cut off.
        let _ = timeout(linger, pin!(ending)).await;
    }
}
