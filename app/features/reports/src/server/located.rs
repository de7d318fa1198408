//! Where something is by what is said of it: the one community whose name stands in the words.

use db::{Tx, on};
use orgs::model::Code;
use shared::{AppError, scope::PathRange};

/// The communities whose names stand in a text, the longest first.
const CALLED: &str = "select n.code, n.path, cast(length(n.short_name) as bigint) as letters from node n where n.valid_to is null and n.kind = 'community' \
    and n.path >= $2 and n.path < $3 and length(n.short_name) >= 2 and $1 like '%' || n.short_name || '%' \
    order by letters desc, n.code limit 2";

/// The one community below `path` whose name stands in the words, with its path.
///
/// # Errors
/// What the database answers.
pub async fn called(tx: &mut Tx, path: &str, words: &str) -> Result<Option<(Code, String)>, AppError> {
    if words.is_empty() {
        return Ok(None);
    }
    let range = PathRange::below(path);
    let found: Vec<(Code, String, i64)> = on!(tx, |c| sqlx::query_as(CALLED)
        .bind(words)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_all(c)
        .await)?;
    // 花园 also stands in 花园浜; two that are as long are two places.
    let one = match found.as_slice() {
        [first, second] if first.2 == second.2 => None,
        [first, ..] => Some(first),
        [] => None,
    };
    Ok(one.map(|(code, path, _)| (code.clone(), path.clone())))
}
