//! Decision, approvals, action items, and the prose that a review wants complete (spec-language, section 12).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::source::{Located, Span};

/// A tick with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The words behind the box.
    pub label: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// The item.
    pub span: Span,
}

/// `- [ ] **Task 1**: Description - Owner: @name - Due: YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionItem {
    /// The task.
    pub title: String,
    /// Whether it is done.
    pub done: bool,
    /// Who does it.
    pub owner: Option<Located<String>>,
    /// Until when.
    pub due: Option<Located<NaiveDate>>,
    /// The item.
    pub span: Span,
}

/// A threat or an alternative: its name and whether the part that a review wants is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consideration {
    /// Its name.
    pub title: Located<String>,
    /// Whether the mitigation (of a threat) or the reason (of an alternative) is said.
    pub is_answered: bool,
}

/// A relative link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelativeLink {
    /// The words of the link.
    pub text: String,
    /// The path as written, without its fragment.
    pub target: Located<String>,
    /// Whether a file is there; `None` where the reader could not look.
    pub exists: Option<bool>,
}

/// What was decided, by whom, and what is left to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// *Approved* under Decision.
    pub approved: Option<Tick>,
    /// *Rejected* under Decision.
    pub rejected: Option<Tick>,
    /// *Deferred* under Decision.
    pub deferred: Option<Tick>,
    /// The heading Decision, where a missing tick is reported.
    pub decision_span: Span,
    /// The boxes under **Approval**; the label is the role, such as `Architect`.
    pub approvals: Vec<Tick>,
    /// The label **Approval**, where missing boxes are reported.
    pub approval_span: Span,
    /// Action items.
    pub action_items: Vec<ActionItem>,
    /// Threats, each answered by a mitigation.
    pub threats: Vec<Consideration>,
    /// Alternatives, each answered by a reason.
    pub alternatives: Vec<Consideration>,
    /// Relative links anywhere in the document.
    pub links: Vec<RelativeLink>,
}
