//! The pillar's server functions: authorise, call one service, return.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, Page, wire::Json};
#[cfg(feature = "ssr")]
use shared::{Permission, RecordId};

use crate::model::{EditPage, Hit, ImportPreview, NodePage, NodeSummary, Overseen};

#[cfg(feature = "ssr")]
mod read {
    use shared::{AppError, Cursor, Date};

    use crate::model::Code;

    /// What is no code leads nowhere.
    pub fn code(text: &str) -> Result<Code, AppError> {
        text.parse().map_err(|_| AppError::NotFound)
    }

    pub fn cursor(text: &str) -> Result<Option<Cursor>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        // PostgreSQL takes no NUL in a text.
        let cursor = text
            .parse::<Cursor>()
            .ok()
            .filter(|cursor| !cursor.key.contains('\0'));
        cursor
            .map(Some)
            .ok_or_else(|| AppError::invalid("after", "这一页的地址不对，请从第一页看起。"))
    }

    pub fn date(text: &str) -> Result<Option<Date>, AppError> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let mut errors = shared::FieldErrors::default();
        let date = crate::model::date_field(&mut errors, "as_of", text);
        errors.finish()?;
        Ok(date)
    }

    pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
        text.parse().map_err(|_| AppError::NotFound)
    }

    /// The entry that a form is about: none if it is new.
    pub fn existing<T: std::str::FromStr>(
        id: &str,
        version: i64,
    ) -> Result<Option<crate::server::bodies::Existing<T>>, AppError> {
        if id.is_empty() {
            return Ok(None);
        }
        Ok(Some(crate::server::bodies::Existing {
            id: self::id(id)?,
            version,
        }))
    }
}

/// After a change of a node itself its form leads to its page, with or without script.
#[cfg(feature = "ssr")]
fn lead_to(code: &crate::model::Code) {
    leptos_axum::redirect(&format!("/orgs/{code}"));
}

/// The parts of the node that bears `parent`, or the roots if it is empty.
#[server(prefix = "/api/v1", endpoint = "orgs/children", input = GetUrl, output = Json)]
pub async fn children(parent: String, after: String) -> Result<Page<NodeSummary>, AppError> {
    let cx = db::access::public().await?;
    let parent = if parent.is_empty() {
        None
    } else {
        Some(read::code(&parent)?)
    };
    crate::server::page::children(&cx, parent.as_ref(), read::cursor(&after)?.as_ref()).await
}

/// Nodes by name, code, pinyin or initials, best first; below the node that bears `below`, if it is not empty.
#[server(prefix = "/api/v1", endpoint = "orgs/search", input = GetUrl, output = Json)]
pub async fn search(q: String, below: String) -> Result<Vec<Hit>, AppError> {
    let cx = db::access::public().await?;
    let mut tx = cx.read().await?;
    let path = match below.as_str() {
        "" => String::new(),
        code => {
            crate::server::store::by_code(&mut tx, &read::code(code)?)
                .await?
                .ok_or(AppError::NotFound)?
                .path
        }
    };
    crate::server::search::search(&mut tx, &q, &path).await
}

/// A node's page; `as_of` and `after` may be empty, `sort` is `name` or anything else for the code.
#[server(prefix = "/api/v1", endpoint = "orgs/node", input = GetUrl, output = Json)]
pub async fn node(code: String, as_of: String, sort: String, after: String) -> Result<NodePage, AppError> {
    use crate::{model::Order, server::page};
    let cx = db::access::public().await?;
    let order = if sort == "name" { Order::Name } else { Order::Code };
    let asked = page::Asked {
        code: read::code(&code)?,
        as_of: read::date(&as_of)?,
        order,
        after: read::cursor(&after)?,
    };
    page::node(&cx, &asked).await
}

/// The subtree that the caller administers, for the home page.
#[server(prefix = "/api/v1", endpoint = "orgs/overseen", input = GetUrl, output = Json)]
pub async fn overseen_node() -> Result<Option<Overseen>, AppError> {
    let cx = db::access::require(Permission::OrgEdit).await?;
    crate::server::page::overseen(&cx).await
}

/// What the edit page shows.
#[server(prefix = "/api/v1", endpoint = "orgs/edit", input = GetUrl, output = Json)]
pub async fn edit(code: String) -> Result<EditPage, AppError> {
    let cx = db::access::require(Permission::OrgEdit).await?;
    crate::server::page::edit(&cx, &read::code(&code)?).await
}

#[server(prefix = "/api/v1", endpoint = "orgs/node/found", output = Json)]
pub async fn found(
    code: String,
    new_code: String,
    name: String,
    on: String,
    basis: String,
) -> Result<(), AppError> {
    use crate::{model::change::Founding, server::service};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let founding = Founding::read(&new_code, &name, &on, &basis, cx.now().date())?;
    service::found(&cx, &read::code(&code)?, &founding).await?;
    lead_to(&founding.code);
    Ok(())
}

#[server(prefix = "/api/v1", endpoint = "orgs/node/rename", output = Json)]
pub async fn rename(
    code: String,
    version: i64,
    name: String,
    on: String,
    basis: String,
) -> Result<(), AppError> {
    use crate::{model::change::Rename, server::service};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let rename = Rename::read(&name, &on, &basis, version, cx.now().date())?;
    let code = read::code(&code)?;
    service::rename(&cx, &code, &rename).await?;
    lead_to(&code);
    Ok(())
}

#[server(prefix = "/api/v1", endpoint = "orgs/node/move", output = Json)]
pub async fn move_to(
    code: String,
    version: i64,
    parent: String,
    new_code: String,
    on: String,
    basis: String,
) -> Result<(), AppError> {
    use crate::{model::change::Move, server::service};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let order = Move::read(&parent, &new_code, &on, &basis, version, cx.now().date())?;
    let code = read::code(&code)?;
    service::move_to(&cx, &code, &order).await?;
    lead_to(order.code.as_ref().unwrap_or(&code));
    Ok(())
}

#[server(prefix = "/api/v1", endpoint = "orgs/node/merge", output = Json)]
pub async fn merge(
    code: String,
    version: i64,
    others: String,
    into: String,
    name: String,
    on: String,
    basis: String,
) -> Result<(), AppError> {
    use crate::{model::change::Merge, server::service};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let order = Merge::read(&others, &into, &name, &on, &basis, version, cx.now().date())?;
    service::merge(&cx, &read::code(&code)?, &order).await?;
    lead_to(&order.into);
    Ok(())
}

/// `afterwards` is `continues` if the node goes on with what is not taken over.
#[server(prefix = "/api/v1", endpoint = "orgs/node/split", output = Json)]
pub async fn split(
    code: String,
    version: i64,
    parts: String,
    afterwards: String,
    on: String,
    basis: String,
) -> Result<(), AppError> {
    use crate::{
        model::change::{Afterwards, Split},
        server::service,
    };
    let cx = db::access::require(Permission::OrgEdit).await?;
    let afterwards = if afterwards == "continues" {
        Afterwards::Continues
    } else {
        Afterwards::Ends
    };
    let order = Split::read(&parts, afterwards, &on, &basis, version, cx.now().date())?;
    let code = read::code(&code)?;
    service::split(&cx, &code, &order).await?;
    lead_to(&code);
    Ok(())
}

#[server(prefix = "/api/v1", endpoint = "orgs/node/abolish", output = Json)]
pub async fn abolish(code: String, version: i64, on: String, basis: String) -> Result<(), AppError> {
    use crate::{model::change::Order, server::service};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let order = Order::read(&on, &basis, version, cx.now().date())?;
    let code = read::code(&code)?;
    service::abolish(&cx, &code, &order).await?;
    lead_to(&code);
    Ok(())
}

/// `id` is empty for a body that is new.
#[server(prefix = "/api/v1", endpoint = "orgs/body/save", output = Json)]
pub async fn save_body(
    code: String,
    id: String,
    version: i64,
    kind: String,
    name: String,
    phone: String,
    address: String,
    from: String,
    to: String,
) -> Result<(), AppError> {
    use crate::{model::BodyForm, server::bodies};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let form = BodyForm::read(&kind, &name, &phone, &address, &from, &to)?;
    bodies::save_body(&cx, &read::code(&code)?, read::existing(&id, version)?, &form).await?;
    Ok(())
}

/// `id` is empty for a term that is new.
#[server(prefix = "/api/v1", endpoint = "orgs/term/save", output = Json)]
pub async fn save_term(
    body: String,
    id: String,
    version: i64,
    number: String,
    from: String,
    to: String,
) -> Result<(), AppError> {
    use crate::{model::TermForm, server::bodies};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let form = TermForm::read(&number, &from, &to)?;
    bodies::save_term(&cx, read::id(&body)?, read::existing(&id, version)?, &form).await?;
    Ok(())
}

/// `id` is empty for a post that is new; `body` and `term` are empty for one of the node itself.
#[server(prefix = "/api/v1", endpoint = "orgs/post/save", output = Json)]
pub async fn save_post(
    code: String,
    id: String,
    version: i64,
    title: String,
    person_name: String,
    body: String,
    term: String,
    position: String,
    from: String,
    to: String,
) -> Result<(), AppError> {
    use crate::{model::PostForm, server::bodies};
    let cx = db::access::require(Permission::OrgEdit).await?;
    let form = PostForm::read(&title, &person_name, &body, &term, &position, &from, &to)?;
    bodies::save_post(&cx, &read::code(&code)?, read::existing(&id, version)?, &form).await?;
    Ok(())
}

/// Takes an entry away that was made by mistake; `kind` is `body`, `term` or `post`.
#[server(prefix = "/api/v1", endpoint = "orgs/entry/remove", output = Json)]
pub async fn remove(kind: String, id: String, version: i64) -> Result<(), AppError> {
    use crate::server::bodies::{self, Existing};
    let cx = db::access::require(Permission::OrgEdit).await?;
    match kind.as_str() {
        "body" => {
            bodies::remove_body(
                &cx,
                Existing {
                    id: read::id(&id)?,
                    version,
                },
            )
            .await
        }
        "term" => {
            bodies::remove_term(
                &cx,
                Existing {
                    id: read::id(&id)?,
                    version,
                },
            )
            .await
        }
        "post" => {
            bodies::remove_post(
                &cx,
                Existing {
                    id: read::id(&id)?,
                    version,
                },
            )
            .await
        }
        _ => Err(AppError::NotFound),
    }
}

/// What a file that was sent would change, or has changed.
#[server(prefix = "/api/v1", endpoint = "orgs/import/preview", input = GetUrl, output = Json)]
pub async fn preview(id: String) -> Result<ImportPreview, AppError> {
    let cx = db::access::require(Permission::OrgImport).await?;
    crate::server::import::staged::preview(&cx, read::id::<RecordId>(&id)?).await
}

/// Whether the caller may import at all: the page asks before it shows its form.
#[server(prefix = "/api/v1", endpoint = "orgs/import/allowed", input = GetUrl, output = Json)]
pub async fn may_import() -> Result<(), AppError> {
    db::access::require(Permission::OrgImport).await?;
    Ok(())
}

/// Stops an import that is under way; answers with the id under which the file is found now.
#[server(prefix = "/api/v1", endpoint = "orgs/import/stop", output = Json)]
pub async fn stop_import(id: String) -> Result<String, AppError> {
    let cx = db::access::require(Permission::OrgImport).await?;
    let id = crate::server::import::staged::stop(&cx, read::id::<RecordId>(&id)?).await?;
    Ok(id.to_string())
}
