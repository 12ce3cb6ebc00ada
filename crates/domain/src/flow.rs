//! The flow diagram: a mermaid `sequenceDiagram` as data (spec-language, section 5).

use serde::{Deserialize, Serialize};

use crate::source::{Located, Span};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who sends it.
    pub from: String,
    /// Who gets it.
    pub to: String,
    /// Its words.
    pub text: String,
    /// Whether it is drawn dashed: an answer.
    pub is_reply: bool,
    /// The line.
    pub span: Span,
}

/// A sequence diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The participants in order; those that are not declared stand at their first message.
    pub participants: Vec<Located<String>>,
    /// The messages in order.
    pub messages: Vec<Message>,
    /// The block.
    pub span: Span,
}
