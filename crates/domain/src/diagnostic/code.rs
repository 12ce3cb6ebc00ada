//! The registry of diagnostic codes. A code never changes its meaning; a code that is no longer used is never given again.
//! The page of a code is `docs/diagnostics/<code>.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)+) => {
        /// The stable code of a finding: `SD` and four digits, the first two of them its section of the language page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $(
                #[doc = $title]
                #[serde(rename = $code)]
                $name,
            )+
        }

        impl Code {
            /// Every code, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code itself, such as `SD0301`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What the code stands for, in a few words.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }
        }
    };
}

// Keep each line in the order of its number; ranges follow the sections of spec-language.md.
codes! {
    // 00: any value
    Unfilled = "SD0001", "a value still holds the template's placeholder";
    // 01: reading
    FileName = "SD0101", "a file is not named `NNNN-slug.md`";
    DocumentTooLarge = "SD0102", "a document is larger than 1 MiB";
    NotUtf8 = "SD0103", "a document is not UTF-8";
    FenceNotClosed = "SD0104", "a fenced block is not closed";
    LabelTwice = "SD0105", "a label stands twice";
    LabelUnknown = "SD0106", "a text looks like a label and is none";
    HeadingUnknown = "SD0107", "a heading looks like one of the template and is none";
    SectionMisplaced = "SD0108", "a section of the template stands where it has no meaning";
    BoxUnreadable = "SD0109", "an item needs a box that can be ticked";
    BlockTag = "SD0110", "a block has not the language tag that is read here";
    BlockTwice = "SD0111", "a label has more than one block";
    BlockMissing = "SD0112", "a label has text where a block is read";
    // 02: header
    TitleUnreadable = "SD0201", "a title cannot be read";
    StatusUnreadable = "SD0202", "a status is none of the four";
    DateUnreadable = "SD0203", "a date cannot be read";
    HandleUnreadable = "SD0204", "a handle cannot be read";
    HeaderItemMissing = "SD0250", "a line of the header is missing";
    NumbersDisagree = "SD0251", "the numbers in the file name and in the title differ";
    UpdatedBeforeCreated = "SD0252", "the last update lies before the creation";
    NumberTaken = "SD0253", "two documents have one number";
    // 03: API design
    EndpointUnreadable = "SD0301", "an endpoint cannot be read";
    MethodUnknown = "SD0302", "a method is none that a document declares";
    PathUnreadable = "SD0303", "a path cannot be read";
    QueryUnreadable = "SD0304", "a query placeholder cannot be read";
    StatusLineUnreadable = "SD0305", "a line of the status codes cannot be read";
    LabelBeforeEndpoint = "SD0306", "a label stands before the endpoint that it belongs to";
    // 03: the examples' JSON
    JsonSyntax = "SD0330", "the JSON of an example cannot be read";
    JsonDuplicateKey = "SD0331", "a key stands twice in one object";
    JsonTooDeep = "SD0332", "an example is nested too deeply";
    JsonMixedArray = "SD0333", "the elements of an array have different types";
    JsonKey = "SD0335", "a key that cannot be the name of a field";
    EndpointMissing = "SD0350", "the document declares no endpoint";
    EndpointMeaningless = "SD0351", "no endpoint has this method on this path";
    EndpointsDiffer = "SD0352", "the endpoints are not all on one version of one collection";
    EndpointTwice = "SD0353", "an endpoint is declared twice";
    CollectionTaken = "SD0354", "two documents have one version of one collection";
    RequestMissing = "SD0355", "a request block is missing";
    ResponseMissing = "SD0356", "a response block is missing";
    BlockUnused = "SD0357", "a block has no use in its endpoint";
    ExampleNotObject = "SD0358", "a block does not show an object";
    ExampleDisagrees = "SD0359", "an example does not have the type of its column";
    ExampleInvalid = "SD0360", "a request example is no valid request of its own document";
    FieldWithoutColumn = "SD0361", "a request field has no column";
    AnswerWithoutColumn = "SD0362", "a response field has no column";
    ColumnNeverSent = "SD0363", "a required column is in no request";
    QueryUnused = "SD0364", "query placeholders stand where they have no use";
    QueryColumnUnknown = "SD0365", "a filter or sort key is no column";
    QueryColumnUnsuited = "SD0366", "a column cannot be filtered or sorted by";
    QueryWithoutIndex = "SD0367", "no index serves a filter or sort key";
    SuccessTwice = "SD0368", "a list has more than one success code";
    SuccessUnknown = "SD0369", "a success code is none that can be answered";
    StatusMissing = "SD0370", "a code that can be answered is not in the list";
    StatusImpossible = "SD0371", "a code in the list is never answered";
    StatusTwice = "SD0372", "a code or query placeholder stands twice";
    // 04: data schema
    SqlSyntax = "SD0401", "the SQL cannot be read";
    SqlStatement = "SD0402", "a statement that a schema does not hold";
    SqlSecondTable = "SD0403", "a second `CREATE TABLE`";
    SqlNoTable = "SD0404", "a schema without `CREATE TABLE`";
    SqlTableClause = "SD0405", "a clause of `CREATE TABLE` that is not served";
    SqlType = "SD0406", "a type that columns do not have";
    SqlTypeLimit = "SD0407", "a length or a precision outside its limits";
    SqlName = "SD0408", "a name that cannot be used";
    SqlConfusableName = "SD0409", "a name with a letter that looks like another";
    SqlSchemaName = "SD0410", "a schema other than `public`";
    SqlDuplicateColumn = "SD0411", "a column stands twice";
    SqlColumnOption = "SD0412", "a clause of a column or constraint that is not served";
    SqlConflictingOption = "SD0413", "clauses of a column that contradict each other";
    SqlDefaultForm = "SD0414", "a default that is neither a constant nor a known function";
    SqlDefaultValue = "SD0415", "a default that is no value of its column's type";
    SqlFunction = "SD0416", "a function that documents may not call";
    SqlExpression = "SD0417", "an expression that documents may not hold";
    SqlTooDeep = "SD0418", "an expression is nested too deeply";
    SqlDuplicateName = "SD0419", "two constraints or indexes of one name";
    SqlOtherTable = "SD0420", "a statement about a table that the schema does not create";
    SqlComment = "SD0421", "a `COMMENT ON` something that the schema does not have";
    SchemaMissing = "SD0450", "the document has no schema";
    KeyUnfit = "SD0451", "the primary key is not the one column `id`";
    ColumnTwice = "SD0452", "a column stands twice in a key, constraint or index";
    NamesConfusable = "SD0453", "two columns have names that are easily confused";
    ColumnUnknown = "SD0455", "a constraint or index names a column that is not there";
    TooManyColumns = "SD0456", "a table, constraint or index has too many columns";
    ColumnUnsuited = "SD0457", "a column's type does not suit a key, constraint or index";
    DefaultBreaksCheck = "SD0459", "a default breaks a rule of its own column";
    CheckIllTyped = "SD0460", "a condition does not fit the types of its columns";
    CheckNotEvaluated = "SD0461", "a check is kept by the database alone";
    ReferenceUnknown = "SD0462", "a reference leads to a table that no document has";
    ReferenceUnfit = "SD0463", "a reference does not fit the columns that it leads to";
    ReferenceCycle = "SD0464", "references lead in a circle";
    ReferenceAction = "SD0465", "the columns of a reference cannot take what its action would set";
    TableTaken = "SD0466", "two documents have one table";
    TimeWithoutZone = "SD0467", "a time is kept without a zone";
    RandomKey = "SD0468", "the key is a random UUID";
    TextWithoutLimit = "SD0469", "a text has no limit of its own";
    PatternUnreadable = "SD0470", "a pattern that no database can read";
    ConditionFutile = "SD0471", "a condition that nothing can break or keep";
    // 05: flow diagram
    FlowUnreadable = "SD0501", "a flow diagram cannot be read";
    FlowStepMissing = "SD0550", "a step of the flow diagram never happened";
    FlowStepOutOfOrder = "SD0551", "a step of the flow diagram came out of order";
    FlowStepUnreached = "SD0552", "a request did not come to a step of the flow diagram";
    // 06: backwards compatibility
    MigrationUnreadable = "SD0601", "a clause of the migration strategy cannot be read";
    ChangeTickMissing = "SD0650", "neither kind of change is ticked";
    ChangeTicksContradict = "SD0651", "both kinds of change are ticked";
    ChangeUnlisted = "SD0652", "breaking changes are ticked and none is listed";
    SunsetBeforeDeprecation = "SD0653", "the sunset lies before the deprecation";
    DeprecationDateMissing = "SD0654", "a deprecated document has no date of deprecation";
    SuccessorNotNewer = "SD0655", "the successor is not a newer version";
    ChangeNotAdditive = "SD0695", "a change of the table that is not applied by itself";
    TableNotOurs = "SD0696", "the database has a table of this name that is not the document's";
    ChangeRefusedByDatabase = "SD0697", "the database refused a change";
    // 07: rollout plan
    FlagUnreadable = "SD0701", "a feature flag cannot be read";
    StageUnreadable = "SD0702", "a stage of the rollout cannot be read";
    CriterionUnreadable = "SD0703", "a rollback criterion cannot be read";
    StagesNotRising = "SD0750", "the stages of a rollout do not rise";
    StageOutOfRange = "SD0751", "a stage is not 1 to 100 percent";
    StagesIgnored = "SD0752", "stages without a feature flag have no effect";
    FlagWithoutStages = "SD0753", "a feature flag without stages has no effect";
    RolloutIncomplete = "SD0754", "the last stage is not 100 percent";
    CriterionOutOfRange = "SD0755", "a rollback criterion never or always holds";
    // 08: metrics
    ObjectiveUnreadable = "SD0801", "an objective cannot be read";
    ObjectiveTwice = "SD0850", "an objective is given twice";
    PercentilesCross = "SD0851", "a higher percentile has a lower target";
    ObjectiveOutOfRange = "SD0852", "an objective has a target that cannot be";
    BurnRateSilent = "SD0853", "an objective's error budget does not suit every burn rate";
    // 09: alerting
    AlertUnreadable = "SD0901", "an alert cannot be read";
    AlertOutOfRange = "SD0950", "an alert never or always fires";
    AlertTwice = "SD0951", "an alert is given twice";
    // 10: security
    AuthenticationUnreadable = "SD1001", "a way to authenticate cannot be read";
    AuthorizationUnreadable = "SD1002", "a clause of the authorization cannot be read";
    ValidationUnreadable = "SD1003", "a clause of the input validation cannot be read";
    EncryptionUnreadable = "SD1004", "a clause of the encryption cannot be read";
    RateUnreadable = "SD1005", "a rate limit cannot be read";
    OpenBesideClosed = "SD1050", "`none` stands beside another authentication";
    OwnersUnknown = "SD1051", "owners only, and no caller says who it is";
    ScopesUnused = "SD1052", "scopes are given and no caller says who it is";
    MethodWithoutScope = "SD1053", "no scope may use a declared method";
    MethodNotDeclared = "SD1054", "a method is named that no endpoint has";
    LimitTwice = "SD1055", "a rate limit is given twice";
    LimitZero = "SD1056", "a rate limit lets nobody pass";
    ClauseFieldUnknown = "SD1057", "a validation rule names a field that is not there";
    ClauseUnfit = "SD1058", "a validation rule does not fit its field";
    IssuerInsecure = "SD1059", "an issuer of tokens is not an https address";
    IfMatchUnsuited = "SD1060", "`If-Match` is required where it cannot be";
    // 11: compliance
    ComplianceUnreadable = "SD1101", "a clause of the compliance cannot be read";
    SensitiveColumnUnknown = "SD1150", "a column named as sensitive is not there";
    EncryptedColumnUnsuited = "SD1151", "an encrypted column is used where it cannot be";
    RetentionZero = "SD1152", "a retention keeps nothing";
    // 12: decision, approval, links
    ActionUnreadable = "SD1201", "a part of an action item cannot be read";
    DecisionMissing = "SD1250", "an approved document is not ticked as approved";
    ApprovalMissing = "SD1251", "an approval is not ticked";
    DecisionsContradict = "SD1252", "more than one decision is ticked";
    ActionItemOverdue = "SD1253", "an open action item is overdue";
    ThreatUnanswered = "SD1254", "a threat has no mitigation";
    AlternativeUnanswered = "SD1255", "an alternative has no reason against it";
    LinkBroken = "SD1256", "a relative link leads to no file";
}

impl Code {
    /// The code of this text, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
