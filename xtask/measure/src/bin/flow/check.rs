//! What was promised and is not there, and what is there twice.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection};

/// Every step of what came since: the demonstration's matters are older.
const STEPS: &str = "select m.code, s.action from matter m join matter_step s on s.matter_id = m.id where m.created_at >= $1 \
    order by m.id, s.number";

/// Compares.
pub async fn check(promised: &Value, database: &str) -> Result<Value> {
    let since = promised["since"].as_i64().context("no since")?;
    let steps: Vec<(String, String)> = if database.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(database).await?;
        sqlx::query_as(STEPS).bind(since).fetch_all(&mut db).await?
    } else {
        let mut db = PgConnection::connect(database).await?;
        sqlx::query_as(STEPS).bind(since).fetch_all(&mut db).await?
    };
    let texts = |name: &str| -> Result<Vec<String>> {
        let list = promised[name].as_array().with_context(|| format!("no {name}"))?;
        Ok(list
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect())
    };
    Ok(compared(&texts("codes")?, &texts("actions")?, &steps))
}

fn compared(codes: &[String], actions: &[String], steps: &[(String, String)]) -> Value {
    let mut there: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (code, action) in steps {
        *there.entry((code.as_str(), action.as_str())).or_default() += 1;
    }
    let (mut lost, mut doubled) = (0, 0);
    for code in codes {
        for action in actions {
            match there.get(&(code.as_str(), action.as_str())) {
                None => lost += 1,
                Some(1) => {}
                Some(more) => doubled += more - 1,
            }
        }
    }
    // A report whose answer was lost is sent again: what nobody got the code of is the same one twice.
    let known: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    let all: BTreeSet<&str> = steps.iter().map(|(code, _)| code.as_str()).collect();
    doubled += all.difference(&known).count();
    json!({ "lost": lost, "doubled": doubled, "lives": codes.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_and_what_is_there_twice_is_counted() {
        let text = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let step = |code: &str, action: &str| (code.to_owned(), action.to_owned());
        let steps = [
            step("a", "report"),
            step("a", "rate"),
            step("b", "report"),
            step("b", "report"),
            step("c", "report"),
        ];
        let told = compared(&text(&["a", "b"]), &text(&["report", "rate"]), &steps);
        assert_eq!(told, json!({ "lost": 1, "doubled": 2, "lives": 2 }));
    }
}
