//! Finds the block of a label, and reports what is wrong with its fences and its language tag.

use std::ops::Range;

use specd_domain::diagnostic::Code;
use specd_domain::{Diagnostic, Span};

use super::Reading;
use crate::outline::Fence;
use crate::sections::Section;
use crate::suggest::closest;

impl<'a> Reading<'a> {
    /// The blocks among these parts.
    pub(crate) fn fences(&self, sections: &[Section], parts: Range<usize>) -> Vec<&'a Fence> {
        self.parts(sections)
            .filter(|(index, _)| parts.contains(index))
            .filter_map(|(_, part)| part.fence())
            .collect()
    }

    /// The first of these blocks. A further one is an error, and so is another tag than `tag`; a block without a tag is read all
    /// the same.
    pub(crate) fn the_block(
        &mut self,
        fences: Vec<&'a Fence>,
        label: &str,
        tag: &str,
    ) -> Option<&'a Fence> {
        let mut first: Option<&'a Fence> = None;
        for fence in fences {
            match first {
                Some(first) => self.report(second_block(label, fence.span, first.span)),
                None => first = Some(fence),
            }
        }
        let fence = first?;
        if fence.tag == tag {
            return Some(fence);
        }
        self.report(wrong_tag(label, fence, tag));
        fence.tag.is_empty().then_some(fence)
    }

    /// A label has words where its block should be.
    pub(crate) fn report_no_block(&mut self, label: &str, tag: &str, span: Span) {
        let finding = Diagnostic::error(
            Code::BlockMissing,
            span,
            format!("`{label}` has no block of `{tag}`"),
        );
        self.report(
            finding
                .expecting("expected a fenced block")
                .helping(format!(
                    "put it between a line ```` ```{tag} ```` and a line ```` ``` ````"
                )),
        );
    }

    /// Every fence that is never closed.
    pub(crate) fn report_open_fences(&mut self) {
        let outline = self.outline;
        let fences = outline.parts.iter().filter_map(|part| part.fence());
        for fence in fences.filter(|fence| !fence.is_closed) {
            let opening = Span::new(fence.span.start, fence.span.start + 3);
            let finding = Diagnostic::error(
                Code::FenceNotClosed,
                opening.to(fence.tag_span),
                "the block that begins here is never closed",
            );
            self.report(
                finding
                    .expecting("takes all that follows as its text")
                    .helping("close it with a line ```` ``` ````"),
            );
        }
    }
}

fn second_block(label: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BlockTwice,
        span,
        format!("`{label}` has more than one block"),
    )
    .expecting("a further block")
    .pointing_at(first, "the first, which is read")
    .helping("leave one of them")
}

fn wrong_tag(label: &str, fence: &Fence, tag: &str) -> Diagnostic {
    if fence.tag.is_empty() {
        let opening = Span::new(fence.span.start, fence.span.start + 3);
        return Diagnostic::error(
            Code::BlockTag,
            opening,
            format!("the block of `{label}` has no language tag"),
        )
        .expecting(format!("expected `{tag}` behind the fence"))
        .replacing("name the language", fence.tag_span, tag);
    }
    let finding = Diagnostic::error(
        Code::BlockTag,
        fence.tag_span,
        format!("the block of `{label}` is tagged `{}`", fence.tag),
    )
    .expecting(format!("expected `{tag}`"));
    match closest(&fence.tag, &[tag]) {
        Some(tag) => finding.replacing(format!("did you mean `{tag}`?"), fence.tag_span, tag),
        None => finding.replacing("name the language", fence.tag_span, tag),
    }
}
