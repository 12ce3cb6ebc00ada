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
    /// Whether it is drawn with an open arrow: nobody waits for what comes of it.
    #[serde(default)]
    pub is_async: bool,
    /// The branch that it stands in, by its position in [`Flow::branches`].
    #[serde(default)]
    pub branch: Option<usize>,
    /// The line.
    pub span: Span,
}

/// What a block of messages means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// `opt`: it may happen.
    Optional,
    /// `alt` and `else`: one of the branches happens.
    Alternative,
    /// `loop`: it happens any number of times.
    Loop,
    /// `par` and `and`: all branches happen, in no order.
    Parallel,
    /// `critical` and `option`: the first branch happens, the others may.
    Critical,
    /// `break`: it happens in the place of what follows.
    Break,
}

/// A branch of a block; most blocks have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// What its block means.
    pub kind: BlockKind,
    /// The branch that its block stands in, which comes before it.
    pub parent: Option<usize>,
    /// The first branch of its block, which may be itself.
    pub first: usize,
}

/// A sequence diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The participants in order; those that are not declared stand at their first message.
    pub participants: Vec<Located<String>>,
    /// The messages in order.
    pub messages: Vec<Message>,
    /// The branches of blocks, in the order of their first lines.
    #[serde(default)]
    pub branches: Vec<Branch>,
    /// The block.
    pub span: Span,
}
