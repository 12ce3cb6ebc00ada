//! Usual slips: the help of a finding mends the line.

use crate::written::read;

/// The line below the heading, as the help of a finding has it.
#[track_caller]
fn mended(heading: &str, wrong: &str, right: &str) {
    let text = format!("# SPEC 0001: Orders\n\n{heading}\n\n{wrong}\n");
    let findings = read(&text).findings;
    let mut helps = findings.iter().filter_map(|finding| finding.help.as_ref());
    let replacement = helps.find_map(|help| help.replacement.as_ref());
    let replacement = replacement.expect(wrong);
    let mut mended = text.clone();
    mended.replace_range(
        replacement.span.start..replacement.span.end,
        &replacement.value,
    );
    let (_, line) = mended.split_at(text.len() - wrong.len() - 1);
    assert_eq!(line.trim_end(), right);
}

#[test]
fn boxes() {
    let check = |wrong: &str, right: &str| mended("## Decision", wrong, right);
    check("- [x]**Approved** - Go", "- [x] **Approved** - Go");
    check("- [ ]**Approved** - Go", "- [ ] **Approved** - Go");
    check("- [] **Approved** - Go", "- [ ] **Approved** - Go");
    check("- [ x] **Approved** - Go", "- [x] **Approved** - Go");
}
