//! Estates: found by name or noted, and corrected.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, NodeId};

use super::{conflict, tell};
use crate::{
    model::{EstateForm, EstateId, estate_key},
    server::write::{self, NewEstate},
};

/// The estate of a community that bears a name, noted if it has none such.
pub(super) async fn named(tx: &mut Tx, community: NodeId, form: &EstateForm) -> Result<EstateId, DbError> {
    const ESTATE: &str = "select id from estate where node_id = $1 and key = $2";
    let known: Option<EstateId> = on!(tx, |c| sqlx::query_scalar(ESTATE)
        .bind(community)
        .bind(estate_key(&form.name))
        .fetch_optional(c)
        .await)?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id: EstateId = tx.id();
    let new = NewEstate {
        id,
        node_id: community,
        name: form.name.clone(),
        service_area: form.service_area,
    };
    write::estates(tx, &[new]).await?;
    Ok(id)
}

/// Corrects an estate.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] by field.
pub async fn edit_estate(cx: &Cx, id: EstateId, version: i64, form: &EstateForm) -> Result<(), AppError> {
    const PATH: &str = "select n.path from estate e join node n on n.id = e.node_id where e.id = $1";
    const UPDATE: &str = "update estate set name = $3, key = $4, pinyin = $5, initials = $6, service_area = $7, \
        version = version + 1, updated_at = $8 where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let path: Option<String> = on!(tx, |c| sqlx::query_scalar(PATH).bind(id).fetch_optional(c).await)?;
    let path = path.ok_or(AppError::NotFound)?;
    // An estate is the community's: a grid worker has some of its buildings only.
    cx.must_cover(&path)?;
    let spelled = shared::text::pinyin(&form.name);
    let (key, now) = (estate_key(&form.name), tx.now());
    match execute!(
        tx,
        UPDATE,
        id,
        version,
        &form.name,
        key,
        spelled.full,
        spelled.initials,
        form.service_area,
        now
    ) {
        Ok(1) => {}
        Ok(_) => return Err(conflict()),
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::invalid("name", "这个社区已经有叫这个名字的小区了。"));
        }
        Err(error) => return Err(error.into()),
    }
    tell(&mut tx, "people.estate.edit", "estate", id.0, &path).await?;
    tx.commit().await?;
    Ok(())
}
