//! Every sealed column of the house: what a rotation of keys seals anew. One that is missing here would be lost with the
//! old key.

use db::crypt::EncryptedColumn;

/// Each pillar adds its own.
const PILLARS: &[&[EncryptedColumn]] = &[
    accounts::server::ENCRYPTED,
    catalogue::server::ENCRYPTED,
    mediation::server::ENCRYPTED,
    surveys::server::ENCRYPTED,
    notices::server::ENCRYPTED,
    people::server::ENCRYPTED,
    reports::server::ENCRYPTED,
    teams::server::ENCRYPTED,
];

pub fn columns() -> Vec<EncryptedColumn> {
    PILLARS.concat()
}

#[cfg(test)]
mod store {
    use std::collections::BTreeSet;

    use db::test::{TestResult, on_both, schema};

    use super::*;

    /// What a column that holds something personal, or secret, is called.
    const TELLING: [&str; 17] = [
        "address", "birthday", "card", "contact", "content", "door", "enc", "identity", "name", "note",
        "params", "phone", "relation", "sealed", "secret", "totp", "words",
    ];

    /// Those that are so called and are plain on purpose.
    const PLAIN: [(&str, &str); 36] = [
        // Names of things.
        ("setting", "name"),
        ("lease", "name"),
        ("node", "name"),
        ("node", "short_name"),
        ("node_version", "name"),
        ("body", "name"),
        ("upload", "name"),
        ("area_import", "file_name"),
        ("division_import", "file_name"),
        ("area_import", "content"),
        ("division_import", "content"),
        ("calendar_day", "name"),
        ("calendar_import", "file_name"),
        ("calendar_import", "content"),
        ("estate", "name"),
        ("room", "door"),
        ("people_import", "file_name"),
        ("people_followed", "name"),
        ("report_order_import", "file_name"),
        // What somebody calls a filter of a list that they keep; told to nobody else, unique among theirs, gone with their account.
        ("report_view", "name"),
        // Found by its parts among a million, and masked wherever it is listed.
        ("person", "name"),
        // Public: an office's telephone and address, and who holds a post.
        ("body", "phone"),
        ("body", "address"),
        ("poi", "name"),
        ("poi", "phone"),
        ("poi", "address"),
        ("post", "person_name"),
        // Staff whole, anybody else as 张*.
        ("user_account", "shown_name"),
        // Words that may be deleted, for an audit that has to be able to read them.
        ("audit_words", "words"),
        // Published, or written to be: what a survey asks, and answers that a unit gives again and again.
        ("survey", "words"),
        ("report_answer", "words"),
        // What those who have a task tell each other about it.
        ("task_entry", "words"),
        // Why somebody's draft of a border was approved or not.
        ("grid_draft_step", "words"),
        // A code: child, spouse, …
        ("act_binding", "relation"),
        ("residence", "relation"),
        // A number, not the secret.
        ("user_account", "totp_step"),
    ];

    #[tokio::test]
    async fn every_column_that_sounds_personal_is_sealed_or_plain_on_purpose() {
        on_both(|t| async move {
            let there: BTreeSet<(String, String)> = schema(&t)
                .await?
                .into_iter()
                .map(|(table, column, _)| (table, column))
                .collect();
            let pair = |table: &str, column: &str| (table.to_owned(), column.to_owned());
            let sealed: BTreeSet<_> = columns().iter().map(|c| pair(c.table, c.column)).collect();
            let plain: BTreeSet<_> = PLAIN.iter().map(|(table, column)| pair(table, column)).collect();
            let mut faults = Vec::new();
            for (table, column) in &there {
                let derived = column.ends_with("_blind") || column.ends_with("_hash");
                let telling = column.split('_').any(|word| TELLING.contains(&word));
                let known = sealed.contains(&pair(table, column)) || plain.contains(&pair(table, column));
                if telling && !derived && !known {
                    faults.push(format!(
                        "{table}.{column}: list it in its pillar's ENCRYPTED, or here as plain"
                    ));
                }
            }
            for (table, column) in sealed.iter().chain(&plain) {
                if !there.contains(&pair(table, column)) {
                    faults.push(format!("{table}.{column}: listed, but there is no such column"));
                }
            }
            for column in columns() {
                if !there.contains(&pair(column.table, column.id)) {
                    faults.push(format!("{}.{}: no such key", column.table, column.id));
                }
            }
            faults.extend(
                sealed
                    .intersection(&plain)
                    .map(|(t, c)| format!("{t}.{c}: sealed or plain?")),
            );
            assert!(sealed.len() == columns().len(), "one is listed twice");
            assert!(faults.is_empty(), "{}", faults.join("\n"));
            TestResult::Ok(())
        })
        .await;
    }
}
