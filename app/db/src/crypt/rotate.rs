//! Rotation: what older keys sealed is sealed anew with the current one.

use shared::AppError;
use sqlx::AssertSqlSafe;

use super::Field;
use crate::{Cx, DbError, Id, execute, on};

/// A column of sealed values. Each pillar lists its own in a `const`; the names are part of SQL.
#[derive(Clone, Copy, Debug)]
pub struct EncryptedColumn {
    pub table: &'static str,
    /// The table's key, an id.
    pub id: &'static str,
    pub column: &'static str,
    pub field: Field,
    /// Whether values are bound to the row's id ([`super::Keyring::seal_for`]).
    pub bound: bool,
}

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Values sealed anew.
    pub changed: u64,
    /// `table.column id` of values that no key opens; they are left as they are.
    pub failed: Vec<String>,
}

/// Rows a transaction: the writer is held for some milliseconds only.
const BATCH: i64 = 500;

/// Seals every value of `columns`, and the canary, with the current key unless it is. Each batch is a transaction of its own; broken
/// off and started again, it goes on with what is left. A value that somebody else changes meanwhile is left to them.
///
/// # Errors
/// [`AppError::Internal`] if the database fails.
pub async fn rotate(cx: &Cx, columns: &[EncryptedColumn]) -> Result<Rotated, AppError> {
    let mut total = Rotated::default();
    for column in columns {
        let mut after = Id(uuid::Uuid::nil());
        while let Some(last) = batch(cx, column, after, &mut total).await? {
            after = last;
        }
    }
    // Last: as long as the old key is needed for anything, it opens the canary too.
    if total.failed.is_empty() && crate::doctor::renew_canary(cx).await? {
        total.changed += 1;
    }
    Ok(total)
}

/// Does one batch after the row `after`; the last row it saw, or `None` at the end.
async fn batch(cx: &Cx, c: &EncryptedColumn, after: Id, total: &mut Rotated) -> Result<Option<Id>, DbError> {
    let keys = cx.keys();
    let EncryptedColumn {
        table, id, column, ..
    } = c;
    let select = format!(
        "select {id}, {column} from {table} where {id} > $1 and {column} is not null and {column} not like $2 \
         order by {id} limit $3"
    );
    let update = format!("update {table} set {column} = $1 where {id} = $2 and {column} = $3");
    let current = format!("v1.{}.%", keys.current());
    let mut tx = cx.write().await?;
    let rows: Vec<(Id, String)> = on!(tx, |k| {
        sqlx::query_as(AssertSqlSafe(select.as_str()))
            .bind(after)
            .bind(&current)
            .bind(BATCH)
            .fetch_all(k)
            .await
    })?;
    let last = rows.last().map(|(row, _)| *row);
    for (row, old) in rows {
        let plain = if c.bound {
            keys.open_for(c.field, row, &old)
        } else {
            keys.open(c.field, &old)
        };
        match plain.map(zeroize::Zeroizing::new) {
            Ok(plain) => {
                let new = if c.bound {
                    keys.seal_for(c.field, row, &plain)
                } else {
                    keys.seal(c.field, &plain)
                };
                total.changed += execute!(tx, AssertSqlSafe(update.as_str()), new, row, old)?;
            }
            Err(error) => {
                tracing::warn!(table, column, id = %row, %error, "left as it is");
                total.failed.push(format!("{table}.{column} {row}"));
            }
        }
    }
    tx.commit().await?;
    Ok(last)
}

#[cfg(test)]
mod store {
    use std::sync::Arc;

    use super::*;
    use crate::{
        access,
        crypt::Keyring,
        doctor::{Level, ensure_canary},
        test::on_both,
    };

    const COLUMNS: &[EncryptedColumn] = &[
        EncryptedColumn {
            table: "secret",
            id: "id",
            column: "phone",
            field: Field::Phone,
            bound: false,
        },
        EncryptedColumn {
            table: "secret",
            id: "id",
            column: "totp",
            field: Field::TotpSecret,
            bound: true,
        },
    ];

    #[tokio::test]
    async fn seals_everything_anew_and_leaves_what_it_cannot_open() {
        on_both(|t| async move {
            let old = Keyring::generate();
            let mut tx = t.cx.write().await?;
            let make = match tx.engine() {
                crate::Engine::Sqlite => "create table secret (id text primary key, phone text, totp text)",
                crate::Engine::Postgres => "create table secret (id uuid primary key, phone text, totp text)",
            };
            execute!(tx, make)?;
            let insert = "insert into secret (id, phone, totp) values ($1, $2, $3)";
            for n in 0..1203_u32 {
                let id: Id = t.cx.id();
                let totp = (n % 3 == 0).then(|| old.seal_for(Field::TotpSecret, id, "s"));
                execute!(tx, insert, id, old.seal(Field::Phone, &n.to_string()), totp)?;
            }
            let broken: Id = t.cx.id();
            execute!(tx, insert, broken, "v1.gone.AAAA", None::<String>)?;
            tx.commit().await?;

            let new = Arc::new(Keyring::load(&old.to_text())?.with_new_key());
            let mut old_house = t.house.clone();
            old_house.keys = Arc::new(old);
            let mut house = t.house.clone();
            house.keys = Arc::clone(&new);
            let cx = access::system(&house, "keys.rotate");
            ensure_canary(&access::system(&old_house, "start")).await?;
            let first = rotate(&cx, COLUMNS).await?;
            assert_eq!(first.changed, 1203 + 401);
            assert_eq!(first.failed, [format!("secret.phone {broken}")]);
            assert_eq!(rotate(&cx, COLUMNS).await?.changed, 0, "nothing is left to do");
            let mut tx = cx.write().await?;
            execute!(tx, "delete from secret where phone like 'v1.gone.%'")?;
            tx.commit().await?;
            assert_eq!(
                rotate(&cx, COLUMNS).await?.changed,
                1,
                "the canary, once the old key may go"
            );
            assert_eq!(rotate(&cx, COLUMNS).await?.changed, 0);
            let text = new.to_text();
            let gone = old_house.keys.current();
            let lines: Vec<&str> = text
                .lines()
                .filter(|line| line.split_whitespace().nth(1) != Some(gone))
                .collect();
            house.keys = Arc::new(Keyring::load(&lines.join("\n"))?);
            let later = access::system(&house, "start");
            assert_eq!(crate::doctor::keys(&later).await?.level, Level::Good);

            let mut tx = cx.read().await?;
            let rows: Vec<(Id, String, Option<String>)> =
                on!(tx, |c| sqlx::query_as("select id, phone, totp from secret")
                    .fetch_all(c)
                    .await)?;
            for (id, phone, totp) in rows.into_iter().filter(|(id, ..)| *id != broken) {
                assert!(new.is_current(&phone));
                new.open(Field::Phone, &phone)?;
                if let Some(totp) = totp {
                    assert_eq!(new.open_for(Field::TotpSecret, id, &totp)?, "s");
                }
            }
            Ok(())
        })
        .await;
    }
}
