//! A collector of traces: a small HTTP server that reads what arrives as protobuf, or misbehaves; and one that is spoken to over gRPC.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tonic::Code;

mod grpc;

/// How long spans may take to arrive on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the collector does with what it is sent.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    /// Takes all of it.
    Takes,
    /// Answers it with this status.
    Answers(u16),
    /// Never answers.
    Hangs,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The request line and the headers, in lower case.
    pub head: String,
    /// The body, as it came.
    pub bytes: Vec<u8>,
    /// What it says.
    pub message: ExportTraceServiceRequest,
}

#[derive(Debug, Default)]
struct Shared {
    arrived: Mutex<Vec<Arrived>>,
    news: Condvar,
}

impl Shared {
    fn take(&self, arrived: Arrived) {
        self.arrived.lock().unwrap().push(arrived);
        self.news.notify_all();
    }
}

/// A collector on a port of its own, for as long as the test.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Collector {
    /// One that is spoken to over HTTP.
    ///
    /// # Panics
    /// It gets no port.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let told = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, told) = (stream.unwrap(), Arc::clone(&told));
                thread::spawn(move || serve(&stream, manner, &told));
            }
        });
        Self { address, shared }
    }

    /// One that is spoken to over gRPC, and refuses everything where it has a code for that.
    ///
    /// # Panics
    /// It gets no port.
    pub fn over_grpc(refusal: Option<Code>) -> Self {
        let shared = Arc::new(Shared::default());
        let told = Arc::clone(&shared);
        let address = grpc::start(refusal, move |arrived| told.take(arrived));
        Self { address, shared }
    }

    /// `http://` and its address.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All messages so far.
    ///
    /// # Panics
    /// A thread of it did.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.shared.arrived.lock().unwrap().clone()
    }

    /// All spans so far.
    ///
    /// # Panics
    /// A thread of it did.
    pub fn spans(&self) -> Vec<Span> {
        spans(&self.arrived())
    }

    /// Waits until `find` finds something in the spans so far.
    ///
    /// # Panics
    /// It finds nothing for long.
    #[track_caller]
    pub fn wait_for<T>(&self, find: impl Fn(&[Span]) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut arrived = self.shared.arrived.lock().unwrap();
        loop {
            let spans = spans(&arrived);
            if let Some(found) = find(&spans) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
            assert!(!left.is_zero(), "it did not arrive among {names:?}");
            arrived = self.shared.news.wait_timeout(arrived, left).unwrap().0;
        }
    }

    /// Waits for the span of a request and those below it.
    ///
    /// # Panics
    /// There is none for long.
    #[track_caller]
    pub fn trace_of(&self, name: &str) -> Trace {
        self.wait_for(|spans| Trace::of(spans, name))
    }
}

fn spans(arrived: &[Arrived]) -> Vec<Span> {
    let resources = arrived.iter().flat_map(|one| &one.message.resource_spans);
    let scopes = resources.flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| scope.spans.clone()).collect()
}

/// A request and its steps.
#[derive(Debug)]
pub struct Trace {
    /// The span of the request.
    pub root: Span,
    /// That, and all others of its trace.
    pub spans: Vec<Span>,
}

impl Trace {
    fn of(spans: &[Span], name: &str) -> Option<Self> {
        let root = spans.iter().find(|span| span.name == name)?.clone();
        let of_trace = spans.iter().filter(|span| span.trace_id == root.trace_id);
        let spans = of_trace.cloned().collect();
        Some(Self { root, spans })
    }

    /// Its id, 32 hexadecimal digits.
    pub fn id(&self) -> String {
        hex(&self.root.trace_id)
    }

    /// The first of its spans with this name.
    pub fn named(&self, name: &str) -> Option<&Span> {
        self.spans.iter().find(|span| span.name == name)
    }

    /// The names of the spans directly below one, as they began.
    pub fn below(&self, parent: &Span) -> Vec<&str> {
        let below = |span: &&Span| span.parent_span_id == parent.span_id;
        let mut below: Vec<_> = self.spans.iter().filter(below).collect();
        below.sort_by_key(|span| span.start_time_unix_nano);
        below.iter().map(|span| span.name.as_str()).collect()
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    digits.collect()
}

/// An attribute as text; numbers have `int:` in front.
pub fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(format!("int:{number}")),
        other => Some(format!("{other:?}")),
    }
}

fn serve(stream: &TcpStream, manner: Manner, shared: &Shared) {
    let mut reader = BufReader::new(stream);
    while let Some(arrived) = read(&mut reader) {
        let status = match manner {
            Manner::Hangs => loop {
                thread::park();
            },
            Manner::Answers(status) => status,
            Manner::Takes => 200,
        };
        shared.take(arrived);
        let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n");
        if (&*stream).write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Arrived> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line.to_lowercase());
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut bytes = vec![0; length.unwrap().parse().unwrap()];
    reader.read_exact(&mut bytes).ok()?;
    let message = ExportTraceServiceRequest::decode(&*bytes).unwrap();
    Some(Arrived {
        head,
        bytes,
        message,
    })
}
