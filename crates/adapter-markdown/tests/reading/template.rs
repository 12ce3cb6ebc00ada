//! The template as it stands.

use specd_adapter_markdown::TEMPLATE;

use crate::written::{findings, read, unfilled};

#[test]
fn the_unfilled_template_has_one_place_each_and_no_other_finding() {
    let document = read(TEMPLATE);
    assert_eq!(findings(&document, TEMPLATE), Vec::<String>::new());
    insta::assert_snapshot!(unfilled(&document, TEMPLATE).join("\n"), @r"
    1:14 |[Feature Title]| title!
    3:13 |draft | review | approved | deprecated| Status!
    4:13 |[Your Name]| Author!
    5:14 |YYYY-MM-DD| Created!
    6:19 |YYYY-MM-DD| Last Updated!
    15:1 |[Brief description of what this spec proposes]| Summary
    22:3 |What problem does this solve?| Motivation
    23:3 |What user needs does it address?| Motivation
    24:3 |What business value does it provide?| Motivation
    26:38 |../../strategy/prd-{feature}.md| PRD: Feature Name
    34:29 |{resource}| Endpoint!
    106:3 |How will existing clients be migrated?| Migration Strategy
    107:3 |What is the deprecation timeline?| Migration Strategy
    108:3 |Are there versioned endpoints?| Migration Strategy
    127:37 |`feature_{name}_enabled`| Feature flag
    132:3 |How to rollback if issues occur?| Rollback Plan
    133:3 |What are the rollback criteria?| Rollback Plan
    140:16 |p95 < XXms, p99 < XXms| Latency
    141:19 |XX req/sec| Throughput
    142:19 |< X%| Error Rate
    143:21 |XX% uptime| Availability
    151:3 |Alert if latency > XXms| Alert
    152:3 |Alert if error rate > X%| Alert
    153:3 |Alert if availability < XX%| Alert
    157:9 |[Dashboard URL]| Link
    164:23 |How is the API authenticated?| Authentication
    165:22 |Who can access this API?| Authorization
    166:25 |How is input validated?| Input Validation
    167:24 |Is data encrypted in transit/at rest?| Data Encryption
    168:22 |What are the rate limits?| Rate Limiting
    171:13 |Does this handle PII? How is data deleted?| GDPR
    172:14 |(if applicable) Does this handle PHI?| HIPAA
    173:14 |Are access controls in place?| SOC 2
    185:20 |[Name]| Alternative
    186:20 |What is it?| Description
    191:20 |[Name]| Alternative
    192:20 |What is it?| Description
    213:53 |YYYY-MM-DD| Due
    214:53 |YYYY-MM-DD| Due
    218:31 |../../strategy/prd-{feature}.md| PRD: Product Requirements
    219:24 |../hld-{system}.md| HLD: System Design
    221:25 |../../operations/runbook-{service}.md| Runbook: Operations
    ");
}

#[test]
fn the_template_reads_the_same_with_crlf_and_a_bom() {
    let lines: Vec<String> = unfilled(&read(TEMPLATE), TEMPLATE);
    let crlf = TEMPLATE.replace('\n', "\r\n");
    assert_eq!(unfilled(&read(&crlf), &crlf), lines);
    let cr = TEMPLATE.replace('\n', "\r");
    assert_eq!(unfilled(&read(&cr), &cr), lines);
    let bom = format!("\u{feff}{TEMPLATE}");
    let read = read(&bom);
    assert_eq!(read.document.unfilled.len(), lines.len());
    assert_eq!(findings(&read, &bom), Vec::<String>::new());
}
