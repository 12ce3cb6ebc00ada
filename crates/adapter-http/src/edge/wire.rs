//! A connection as the library sees it: one request, and the way out for its answer.
//!
//! *Invariant:* the library reads the head and the body of one request, and nothing behind it; it writes one answer, and
//! nothing behind it. Whoever has a body to send or an answer to read and makes no progress is given up.

use std::cell::RefCell;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::head::{Body, Head};
use super::link::Link;
use super::pace::Pace;
use super::reply::Reply;
use super::timer::Timer;
use crate::settings::EdgeDeadlines;
use crate::state::HttpState;

/// So much is taken from a socket at once, before it is known what it is.
const PIECE: usize = 4096;
/// So much is taken from a socket at once for a body.
const BODY_PIECE: usize = 16 * 1024;

/// The connection of one request.
pub(crate) struct Guarded<T>(Rc<RefCell<Wire<T>>>);

/// A connection, from its first request to its last.
pub(super) struct Wire<T> {
    io: T,
    /// What has arrived and was handed to nobody.
    pub(super) received: Vec<u8>,
    turn: Turn,
    link: Rc<Link>,
    state: Arc<HttpState>,
}

/// One request and its answer.
struct Turn {
    /// So many bytes of the head have yet to be handed over.
    head: usize,
    body: Body,
    is_tunnel: bool,
    reply: Reply,
    pace: Pace,
    body_timer: Timer,
    write_since: Option<Instant>,
    write_timer: Timer,
    /// The body ended before its end, or was given up.
    is_cut: bool,
    left: Left,
    /// The library refused it before any handler saw it.
    refused: Option<u16>,
}

/// What the library may still hold of a request that was answered.
#[derive(Clone, Copy, Debug)]
enum Left {
    /// There was a head alone.
    Nothing,
    /// A body, unless it was read to its end.
    Body,
    /// It wrote more than the answer.
    Surplus,
}

/// What has become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered, and another may follow.
    Answered,
    /// It was answered, and that was the last one; whether the client may still be sending.
    Last { is_sending: bool },
    /// The library refused it with this status before any handler saw it.
    Refused(u16),
    /// There is nobody to answer any more.
    Lost,
}

impl<T> Wire<T> {
    pub(super) fn new(io: T, state: Arc<HttpState>) -> Self {
        Self {
            io,
            received: Vec::new(),
            turn: Turn::of(&Head::default()),
            link: Rc::default(),
            state,
        }
    }

    /// The request whose head has arrived is the library's from now on.
    pub(super) fn begin(&mut self, head: &Head) {
        self.turn = Turn::of(head);
        self.link.reset();
    }

    /// Whether the library has nothing left of the request: it was answered, no byte of its body can still be in a buffer, and
    /// nothing was written behind the answer.
    pub(super) fn is_clean(&self) -> bool {
        let is_clean = match self.turn.left {
            Left::Nothing => true,
            Left::Body => self.link.is_read(),
            Left::Surplus => false,
        };
        is_clean && !self.turn.is_tunnel && self.outcome() == Outcome::Answered
    }

    /// Whether nothing is left to be done for the request.
    pub(super) fn is_done(&self) -> bool {
        self.turn.reply.is_over() || self.turn.refused.is_some()
    }

    /// What has become of the request.
    pub(super) fn outcome(&self) -> Outcome {
        let turn = &self.turn;
        if let Some(status) = turn.refused {
            return Outcome::Refused(status);
        }
        if !turn.reply.is_over() {
            return Outcome::Lost;
        }
        let is_whole = turn.head == 0 && turn.body.is_over();
        if is_whole && !turn.is_cut && !turn.reply.closes() {
            return Outcome::Answered;
        }
        Outcome::Last {
            is_sending: !is_whole || !self.received.is_empty(),
        }
    }

    fn deadlines(&self) -> EdgeDeadlines {
        self.state.settings.deadlines
    }
}

impl Turn {
    fn of(head: &Head) -> Self {
        Self {
            head: head.length,
            body: head.body,
            is_tunnel: head.is_tunnel,
            reply: Reply::new(head.answers_without_body, head.is_http_10),
            pace: Pace::new(),
            body_timer: Timer::default(),
            write_since: None,
            write_timer: Timer::default(),
            is_cut: false,
            left: match head.body {
                Body::Length(0) => Left::Nothing,
                _ => Left::Body,
            },
            refused: None,
        }
    }
}

impl<T: AsyncRead + Unpin> Wire<T> {
    /// Receives what has arrived, and says how much; nothing at the end.
    pub(super) fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut piece = [const { MaybeUninit::uninit() }; PIECE];
        let mut piece = ReadBuf::uninit(&mut piece);
        match Pin::new(&mut self.io).poll_read(context, &mut piece) {
            Poll::Ready(Ok(())) => {
                self.received.extend_from_slice(piece.filled());
                Poll::Ready(Ok(piece.filled().len()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Receives what has arrived, and forgets it.
    pub(super) fn poll_discard(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.received.clear();
        self.poll_receive(context)
    }

    /// Hands over the head, then the body.
    fn poll_request(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_done() || self.turn.is_cut {
            return Poll::Ready(Ok(()));
        }
        if self.turn.head > 0 {
            let length = self.hand_over(self.turn.head, into);
            self.turn.head -= length;
            return Poll::Ready(Ok(()));
        }
        if self.turn.body.is_over() {
            // The library would wait for the end of a tunnel.
            return if self.turn.is_tunnel {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            };
        }
        if !self.received.is_empty() {
            let fitting = self.received.len().min(into.remaining());
            let fitting = self.received.get(..fitting).unwrap_or_default();
            let length = self.turn.body.follow(fitting);
            if self.turn.body.is_broken() {
                self.cut();
            }
            self.hand_over(length, into);
            self.turn.pace.progress(length, Instant::now());
            return Poll::Ready(Ok(()));
        }
        self.poll_body(context, into)
    }

    fn hand_over(&mut self, length: usize, into: &mut ReadBuf<'_>) -> usize {
        let length = length.min(into.remaining()).min(self.received.len());
        into.put_slice(self.received.get(..length).unwrap_or_default());
        self.received.drain(..length);
        length
    }

    /// Receives a part of the body.
    fn poll_body(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.state.overload.memory.is_exhausted() {
            self.link.shed();
            self.turn.is_cut = true;
            return Poll::Ready(Ok(()));
        }
        let room = into.remaining().min(BODY_PIECE);
        let mut piece = ReadBuf::new(into.initialize_unfilled_to(room));
        match Pin::new(&mut self.io).poll_read(context, &mut piece) {
            Poll::Ready(Ok(())) => {
                let length = piece.filled().len();
                let part = self.turn.body.follow(piece.filled());
                let behind = piece.filled().get(part..).unwrap_or_default();
                self.received.extend_from_slice(behind);
                into.advance(part);
                if length == 0 || self.turn.body.is_broken() {
                    self.cut();
                }
                self.turn.pace.progress(length, Instant::now());
                self.turn.body_timer.unset();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let deadlines = self.deadlines();
                let deadline = self.turn.pace.waits(&deadlines, Instant::now());
                if !self.turn.body_timer.has_passed(deadline, context) {
                    return Poll::Pending;
                }
                // The handler is told that the body ended before its end, and answers.
                self.cut();
                Poll::Ready(Ok(()))
            }
        }
    }

    /// The body ends before its end.
    fn cut(&mut self) {
        self.turn.is_cut = true;
        self.link.cut();
    }
}

impl<T: AsyncWrite + Unpin> Wire<T> {
    /// Takes a part of the answer.
    fn poll_answer(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_done() {
            self.turn.left = Left::Surplus;
            return Poll::Ready(Ok(bytes.len()));
        }
        let is_ours = self.link.is_taken() || !self.turn.reply.is_unbegun();
        if let (false, Some(status)) = (is_ours, final_status(bytes)) {
            self.turn.refused = Some(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        let part = self.turn.reply.part(bytes);
        let part = bytes.get(..part).unwrap_or_default();
        let polled = Pin::new(&mut self.io).poll_write(context, part);
        if let Poll::Ready(Ok(written)) = &polled {
            self.turn.reply.wrote(*written);
        }
        self.in_time(context, polled)
    }

    /// Sends what is still on its way.
    pub(super) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(context);
        self.in_time(context, polled)
    }

    /// Sends bytes of ours.
    pub(super) fn poll_send(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(context, bytes);
        self.in_time(context, polled)
    }

    /// Says that nothing more will be sent.
    pub(super) fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_shutdown(context);
        self.in_time(context, polled)
    }

    /// Gives up a client that does not read.
    fn in_time<R>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if polled.is_ready() {
            self.turn.write_since = None;
            self.turn.write_timer.unset();
            return polled;
        }
        let stall = self.deadlines().write_stall;
        let since = *self.turn.write_since.get_or_insert_with(Instant::now);
        if self.turn.write_timer.has_passed(since + stall, context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

/// The status of an answer that is no `100 Continue`.
fn final_status(bytes: &[u8]) -> Option<u16> {
    let status = bytes.get(9..12)?;
    let status = std::str::from_utf8(status).ok()?.parse().ok()?;
    (status >= 200).then_some(status)
}

impl<T> Guarded<T> {
    pub(super) const fn new(wire: Rc<RefCell<Wire<T>>>) -> Self {
        Self(wire)
    }

    /// What the handler of the request is given.
    pub(crate) fn link(&self) -> Rc<Link> {
        Rc::clone(&self.0.borrow().link)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.borrow_mut().poll_request(context, into)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().poll_answer(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.0.borrow_mut();
        if wire.is_done() {
            return Poll::Ready(Ok(()));
        }
        wire.poll_flush(context)
    }

    /// The connection is ours to end.
    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
