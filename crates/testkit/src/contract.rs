//! The contract that every store keeps, as cases that each run on an empty store of their own.
//!
//! A test crate writes `specd_testkit::store_contract!(make_store);` and gets one `#[test]` a case, so that one that
//! fails is named.

#![expect(
    clippy::missing_panics_doc,
    reason = "a case fails by a panic, as every test does"
)]

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use specd_app::ports::answers::AnswerRepository;
use specd_app::ports::keys::KeyRepository;
use specd_app::ports::records::RecordRepository;
use specd_app::ports::revisions::RevisionRepository;
use specd_app::ports::rollouts::RolloutRepository;
use specd_app::ports::secrets::SecretRepository;
use specd_app::ports::store::StoreHealth;

pub mod answers;
pub mod checks;
pub mod claims;
pub mod columns;
pub mod concurrency;
pub mod create;
pub mod delete;
pub mod filters;
pub mod keys;
pub mod order;
pub mod owners;
pub mod pages;
pub mod references;
pub mod rehearsals;
pub mod replace;
pub mod revisions;
pub mod secrets;
pub mod sequences;
pub mod shows;
pub mod stages;
pub mod steps;
pub mod uniques;
mod world;

/// Everything that a database is asked for.
pub trait Store: Send + Sync {
    /// Its records.
    fn records(&self) -> &dyn RecordRepository;
    /// Its revisions.
    fn revisions(&self) -> &dyn RevisionRepository;
    /// Its keys.
    fn keys(&self) -> &dyn KeyRepository;
    /// The answers it keeps.
    fn answers(&self) -> &dyn AnswerRepository;
    /// Its secrets.
    fn secrets(&self) -> &dyn SecretRepository;
    /// The stages of rollouts.
    fn rollouts(&self) -> &dyn RolloutRepository;
    /// Its state.
    fn health(&self) -> &dyn StoreHealth;
}

impl<T> Store for T
where
    T: RecordRepository
        + RevisionRepository
        + KeyRepository
        + AnswerRepository
        + SecretRepository
        + RolloutRepository
        + StoreHealth,
{
    fn records(&self) -> &dyn RecordRepository {
        self
    }

    fn revisions(&self) -> &dyn RevisionRepository {
        self
    }

    fn keys(&self) -> &dyn KeyRepository {
        self
    }

    fn answers(&self) -> &dyn AnswerRepository {
        self
    }

    fn secrets(&self) -> &dyn SecretRepository {
        self
    }

    fn rollouts(&self) -> &dyn RolloutRepository {
        self
    }

    fn health(&self) -> &dyn StoreHealth {
        self
    }
}

/// An empty store, and what must live as long as it does: a directory, a database.
pub struct StoreUnderTest {
    store: Arc<dyn Store>,
    _keep: Option<Box<dyn Any>>,
}

impl StoreUnderTest {
    /// A store that needs nothing beside it.
    pub fn new(store: impl Store + 'static) -> Self {
        Self {
            store: Arc::new(store),
            _keep: None,
        }
    }

    /// The same store; `keep` is dropped after it.
    #[must_use]
    pub fn keeping(self, keep: impl Any) -> Self {
        Self {
            _keep: Some(Box::new(keep)),
            ..self
        }
    }
}

/// A case under way.
pub type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Runs one case on one store.
pub fn run(store: &StoreUnderTest, case: impl for<'a> FnOnce(&'a dyn Store) -> Running<'a>) {
    futures_executor::block_on(case(store.store.as_ref()));
}

/// One `#[test]` for each case of the contract; `make` is a function without arguments that gives a
/// [`StoreUnderTest`](crate::contract::StoreUnderTest) with an empty store.
#[macro_export]
macro_rules! store_contract {
    ($make:path) => {
        $crate::store_contract! { @cases $make;
            answers {
                an_answer_is_found_until_it_expires
                an_answer_is_kept_byte_for_byte
                an_answer_that_would_come_back_changed_is_not_kept
                expired_answers_are_deleted_oldest_first_and_few_at_a_time
                crowded_callers_are_counted
            }
            checks {
                a_false_check_refuses_the_row_and_names_itself
                an_unknown_check_does_not_refuse
                a_check_holds_for_a_replaced_row_too
            }
            claims {
                the_answer_is_kept_with_its_record
                replaces_and_deletes_keep_their_answers_too
                a_claimed_key_writes_nothing
                a_refused_write_leaves_no_claim
                an_expired_claim_is_taken_over
                keys_do_not_meet
                of_fifty_creates_with_one_key_one_is_stored
                refused_creates_do_not_take_the_key_from_good_ones
                of_twenty_changes_with_one_key_one_is_done
            }
            columns {
                every_type_keeps_the_values_at_its_edges
                every_type_keeps_them_when_replaced
                every_type_keeps_null
                an_array_keeps_its_order_and_what_looks_like_syntax
                a_decimal_has_the_scale_of_its_column
                a_bare_decimal_keeps_the_digits_it_was_written_with
                json_null_is_not_null
                padding_of_char_does_not_come_back
                a_value_outside_its_column_is_out_of_range
                null_in_a_column_that_takes_none_is_out_of_range
            }
            concurrency {
                fifty_creates_at_once_are_fifty_records
                of_fifty_creates_with_one_unique_value_one_is_stored
                a_refused_row_does_not_take_others_with_it
                of_twenty_replaces_of_one_version_one_wins
                reads_during_writes_see_whole_rows
            }
            create {
                the_answer_is_the_row_at_version_one
                a_created_record_is_read_by_its_key
                a_key_that_is_not_there_is_none
                a_table_that_is_not_there_is_a_failure
                records_of_two_tables_do_not_mix
                a_store_is_ready
            }
            delete {
                a_deleted_record_is_gone
                deleting_what_is_not_there_says_so
                a_stale_version_deletes_nothing
                the_right_version_deletes
                a_key_may_be_used_again
            }
            filters {
                each_operator_works_on_each_type
                nothing_is_equal_to_null_nor_unequal
                conditions_hold_together
                a_filter_takes_text_literally
                a_filter_without_a_match_is_an_empty_page
                every_page_keeps_the_conditions
            }
            keys {
                a_key_is_found_as_it_was_created
                an_unknown_key_is_none
                a_second_key_of_one_id_fails
                keys_are_listed_oldest_first
                a_revoked_key_keeps_its_first_time
                revoking_an_unknown_key_says_so
                the_last_use_of_a_key_is_noted
                a_last_use_never_goes_back
                uses_of_unknown_keys_are_skipped
                of_uses_noted_at_once_the_latest_stays
            }
            order {
                each_type_rises_and_falls
                text_is_ordered_by_code_point
                decimals_are_ordered_exactly
                nulls_stand_last_when_rising_and_first_when_falling
                several_keys_order_together
            }
            owners {
                an_owner_reads_changes_and_deletes_its_record
                to_others_a_record_is_not_there
                a_record_without_an_owner_is_within_no_callers_reach
                a_replaced_record_stays_its_owners
                a_deleted_record_leaves_no_owner_behind
            }
            pages {
                pages_follow_each_other_without_gap_or_repeat
                pages_cross_ties_and_nulls
                a_page_begins_behind_values_that_no_row_has
                pages_of_an_owner_hold_what_is_its_own
                a_row_that_stays_is_met_once_while_others_come_and_go
                pages_of_each_type_follow_each_other
                an_insert_between_pages_neither_hides_nor_repeats_a_row
                the_row_of_the_cursor_may_be_deleted
                a_page_is_filtered_and_ordered_at_once
                a_limit_of_one_pages_through
            }
            references {
                a_missing_reference_refuses_the_row
                a_reference_that_is_there_is_kept
                a_null_reference_refers_to_nothing
                a_record_may_refer_to_its_own_table
                a_referenced_record_is_not_deleted
                a_delete_cascades
                a_delete_cascades_through_several_tables
                a_delete_sets_null
                a_delete_sets_the_default
                a_replace_keeps_references
            }
            rehearsals {
                a_rehearsed_create_is_answered_and_not_kept
                a_rehearsed_replace_changes_nothing
                a_rehearsed_delete_deletes_nothing
                a_rehearsal_is_refused_as_the_write_is
                a_rehearsal_asks_for_references
                a_rehearsal_keeps_no_claim
                a_rehearsed_number_is_given_to_nobody_else_at_once
            }
            replace {
                a_replaced_record_has_the_next_version
                a_stale_version_changes_nothing
                replacing_what_is_not_there_says_so
                a_replace_may_keep_its_own_unique_values
                other_records_stay_as_they_are
            }
            revisions {
                a_document_without_a_revision_has_none
                the_first_revision_is_number_one
                a_revision_keeps_its_whole_spec
                an_unchanged_table_takes_the_next_revision
                the_same_revision_again_is_overtaken
                a_revision_that_follows_nothing_is_overtaken
                a_table_of_another_document_is_there
                a_refused_table_leaves_nothing_behind
                of_two_first_revisions_at_once_one_is_applied
                documents_have_revisions_of_their_own
                the_marks_are_those_of_the_applied_revisions
                revisions_are_applied_together_in_their_order
                of_several_revisions_the_refused_ones_leave_nothing_behind
            }
            secrets {
                the_first_secret_of_a_name_stays
                secrets_of_two_names_do_not_mix
                all_who_ask_at_once_get_the_same_secret
            }
            sequences {
                numbers_rise_from_one
                numbers_are_unique_under_load
                a_sequence_beside_the_key_counts_for_itself
                a_number_that_was_sent_is_kept
            }
            shows {
                a_record_is_shown_as_it_is_read
                a_page_is_shown_as_it_is_listed
                every_page_is_shown_as_it_is_listed
                each_of_many_at_once_is_shown_its_own_record
                each_of_many_at_once_is_shown_its_own_page
                what_was_stored_is_shown_from_then_on
            }
            stages {
                stages_are_kept_in_the_order_of_the_specs
                a_stage_takes_the_place_of_the_one_before
                of_stages_set_at_once_one_stays
            }
            steps {
                a_new_column_is_null_in_old_rows
                a_new_column_takes_its_default_in_old_rows
                a_new_column_of_each_type_keeps_its_default
                a_new_index_is_created_over_rows
                a_dropped_check_refuses_no_longer
                a_loosened_check_lets_more_pass
                a_description_changes_no_row
                several_steps_are_taken_in_one_revision
                an_overtaken_step_changes_nothing
                the_old_revision_keeps_serving
            }
            uniques {
                a_key_that_is_there_refuses_the_row
                a_unique_column_refuses_the_row
                a_unique_table_constraint_is_over_all_its_columns
                nulls_are_distinct
                a_unique_index_refuses_the_row
                a_partial_unique_index_refuses_only_what_it_covers
                a_refused_row_is_not_stored
                a_replace_keeps_what_is_unique
                text_is_unique_by_code_point
                a_deleted_value_may_be_used_again
            }
        }
    };
    (@cases $make:path; $($group:ident { $($case:ident)* })*) => {
        $(mod $group {
            use super::*;
            $(
                #[test]
                fn $case() {
                    let store = $make();
                    $crate::contract::run(&store, |store| {
                        ::std::boxed::Box::pin($crate::contract::$group::$case(store))
                    });
                }
            )*
        })*
    };
}

#[cfg(test)]
mod tests {
    /// A case that nobody runs is worse than none.
    #[test]
    fn every_case_is_in_the_macro() {
        let listed = include_str!("contract.rs");
        let sources = [
            include_str!("contract/answers.rs"),
            include_str!("contract/checks.rs"),
            include_str!("contract/claims.rs"),
            include_str!("contract/columns.rs"),
            include_str!("contract/concurrency.rs"),
            include_str!("contract/create.rs"),
            include_str!("contract/delete.rs"),
            include_str!("contract/filters.rs"),
            include_str!("contract/keys.rs"),
            include_str!("contract/order.rs"),
            include_str!("contract/owners.rs"),
            include_str!("contract/pages.rs"),
            include_str!("contract/references.rs"),
            include_str!("contract/rehearsals.rs"),
            include_str!("contract/replace.rs"),
            include_str!("contract/revisions.rs"),
            include_str!("contract/secrets.rs"),
            include_str!("contract/sequences.rs"),
            include_str!("contract/stages.rs"),
            include_str!("contract/steps.rs"),
            include_str!("contract/uniques.rs"),
        ];
        for source in sources {
            let cases = source
                .lines()
                .filter_map(|line| line.strip_prefix("pub async fn ")?.split_once('('))
                .map(|(name, _)| name);
            for case in cases {
                let line = format!("\n                {case}\n");
                assert!(
                    listed.contains(&line),
                    "`{case}` is in no group of the macro"
                );
            }
        }
    }
}
