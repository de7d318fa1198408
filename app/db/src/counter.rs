//! Official numbers: one gap-free counter a series, organisation unit and year.

use shared::NodeId;

use crate::{DbError, Tx, on};

const NEXT: &str = "insert into counter (series, node_id, year, last) values ($1, $2, $3, 1) \
    on conflict (series, node_id, year) do update set last = counter.last + 1 returning last";

/// The next number of `series` at `node` in `year`, from 1. It is used up only if the transaction commits, so there
/// are no gaps; the row stays locked until then.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn next(tx: &mut Tx, series: &str, node: NodeId, year: i64) -> Result<i64, DbError> {
    on!(tx, |c| sqlx::query_scalar::<_, i64>(NEXT)
        .bind(series)
        .bind(node)
        .bind(year)
        .fetch_one(c)
        .await)
}

const RESERVE: &str = "insert into counter (series, node_id, year, last) values ($1, $2, $3, $4) \
    on conflict (series, node_id, year) do update set last = counter.last + $4 returning last";

/// As [`next`], for so many at once: the first of them.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn reserve(tx: &mut Tx, series: &str, node: NodeId, year: i64, many: i64) -> Result<i64, DbError> {
    let last: i64 = on!(tx, |c| sqlx::query_scalar::<_, i64>(RESERVE)
        .bind(series)
        .bind(node)
        .bind(year)
        .bind(many)
        .fetch_one(c)
        .await)?;
    Ok(last - many + 1)
}

#[cfg(test)]
mod store {
    use super::*;
    use crate::test::on_both;

    #[tokio::test]
    async fn numbers_have_no_gaps_even_after_a_rollback() {
        on_both(|t| async move {
            let node = t.cx.id();
            for expected in [1, 2] {
                let mut tx = t.cx.write().await?;
                assert_eq!(next(&mut tx, "report", node, 2026).await?, expected);
                tx.commit().await?;
            }
            let mut abandoned = t.cx.write().await?;
            assert_eq!(next(&mut abandoned, "report", node, 2026).await?, 3);
            drop(abandoned);
            let mut tx = t.cx.write().await?;
            assert_eq!(next(&mut tx, "report", node, 2026).await?, 3);
            assert_eq!(next(&mut tx, "report", node, 2027).await?, 1);
            assert_eq!(next(&mut tx, "meeting", node, 2026).await?, 1);
            assert_eq!(reserve(&mut tx, "meeting", node, 2026, 5).await?, 2);
            assert_eq!(next(&mut tx, "meeting", node, 2026).await?, 7);
            assert_eq!(reserve(&mut tx, "meeting", node, 2027, 5).await?, 1);
            tx.commit().await?;
            Ok(())
        })
        .await;
    }
}
