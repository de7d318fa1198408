//! Accounts, roles, staff, the audit log and failed jobs.

use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, MultipartData, MultipartFormData},
};
use shared::{AppError, Page, wire::Json};

use crate::model::{AccountRow, AuditRow, DeadJobRow, ImportReport, RoleRow};

#[cfg(feature = "ssr")]
use super::web;
#[cfg(feature = "ssr")]
use crate::{
    model::Phone,
    server::{
        audit,
        directory::{self, Doing},
        role, staff_import,
    },
};

/// The account with a phone number; none if none was typed yet.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/user", input = GetUrl, output = Json)]
pub async fn find_account(#[server(default)] phone: String) -> Result<Option<AccountRow>, AppError> {
    let cx = db::access::require(shared::Permission::AccountManage).await?;
    if phone.is_empty() {
        return Ok(None);
    }
    directory::find(&cx, &Phone::parse("q", &phone)?).await.map(Some)
}

/// Suspends, activates, signs out, or resets the second factor.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/user/manage", output = Json)]
pub async fn manage_account(user: String, doing: String) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::AccountManage).await?;
    let doing = match doing.as_str() {
        "suspend" => Doing::Suspend,
        "activate" => Doing::Activate,
        "sign-out" => Doing::SignOut,
        "reset-factor" => Doing::ResetFactor,
        _ => return Err(AppError::invalid("doing", "请选一项。")),
    };
    directory::manage(&cx, web::id(&user)?, doing).await?;
    web::go("/admin/users?done=saved");
    Ok(())
}

/// The roles in one's subtree.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/roles", input = GetUrl, output = Json)]
pub async fn roles(#[server(default)] after: String) -> Result<Page<RoleRow>, AppError> {
    let cx = db::access::require(shared::Permission::RoleGrant).await?;
    role::list(&cx, web::cursor(&after)?).await
}

/// Grants a role at the node with `node` as its code.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/roles/grant", output = Json)]
pub async fn grant_role(
    phone: String,
    #[server(default)] role: String,
    node: String,
    from: String,
    #[server(default)] to: String,
) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::RoleGrant).await?;
    let phone = Phone::parse("phone", &phone)?;
    let wanted = web::choice("role", role.parse().ok())?;
    let (from, to) = (web::date("from", &from)?, web::date_or_none("to", &to)?);
    let node = role::in_scope_by_code(&cx, node.trim()).await?;
    role::grant(&cx, &phone, wanted, node, from, to).await?;
    web::go("/admin/roles?done=granted");
    Ok(())
}

/// Takes a role away.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/roles/revoke", output = Json)]
pub async fn revoke_role(id: String) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::RoleGrant).await?;
    role::revoke(&cx, web::id(&id)?).await?;
    web::go("/admin/roles?done=revoked");
    Ok(())
}

/// Imports a staff file: fields `file`, and `apply` to apply it.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/staff", input = MultipartFormData, output = Json)]
pub async fn import_staff(data: MultipartData) -> Result<ImportReport, AppError> {
    let cx = db::access::require(shared::Permission::StaffImport).await?;
    let (bytes, apply) = staff_import::receive(data).await?;
    let report = staff_import::import(&cx, &bytes, !apply).await?;
    Ok(if web::scripted() {
        report
    } else {
        report.cut(ImportReport::MAX_PLAIN)
    })
}

/// The audit log; `action` is what the action begins with, `phone` whose doing, `record` on which record, dates inclusive.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/audit", input = GetUrl, output = Json)]
pub async fn audit_log(
    #[server(default)] action: String,
    #[server(default)] phone: String,
    #[server(default)] record: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] after: String,
) -> Result<Page<AuditRow>, AppError> {
    let cx = db::access::require(shared::Permission::AuditRead).await?;
    let deeds = audit::Deeds::current();
    let filter = audit::filter(&cx, &action, &phone, &record, &from, &to).await?;
    audit::list(&cx, deeds, &filter, (!after.is_empty()).then_some(after.as_str())).await
}

/// Jobs that were given up.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/jobs", input = GetUrl, output = Json)]
pub async fn dead_jobs(#[server(default)] after: String) -> Result<Page<DeadJobRow>, AppError> {
    let cx = db::access::require(shared::Permission::JobsManage).await?;
    let page = db::job::admin::dead(&cx, (!after.is_empty()).then_some(after.as_str())).await?;
    let row = |job: db::job::admin::DeadJob| DeadJobRow {
        id: job.id,
        kind: job.kind,
        attempts: job.attempts,
        error: job.last_error.unwrap_or_default(),
        at: job.finished_at,
    };
    Ok(Page {
        rows: page.rows.into_iter().map(row).collect(),
        next: page.next,
    })
}

/// Has a job tried again, or given up for good.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/jobs/decide", output = Json)]
pub async fn decide_job(id: String, #[server(default)] discard: bool) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::JobsManage).await?;
    if discard {
        db::job::admin::discard(&cx, web::id(&id)?).await?;
    } else {
        db::job::admin::retry(&cx, web::id(&id)?).await?;
    }
    web::go("/admin/jobs?done=saved");
    Ok(())
}

/// Whether one may import staff: asked before a file is chosen.
#[server(prefix = "/api/v1", endpoint = "accounts/admin/staff/allowed", input = GetUrl, output = Json)]
pub async fn may_import_staff() -> Result<bool, AppError> {
    db::access::require(shared::Permission::StaffImport).await?;
    Ok(true)
}
