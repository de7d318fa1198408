//! Everything held about somebody, as a zip of JSON, to take away.

use std::io::{Cursor, Write as _};

use db::{Audit, Cx};
use serde::Serialize;
use shared::AppError;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    account, act, basis, child, delegation,
    limit::{self, Limit},
    looks, relative, residency, role, session,
};

/// One file of the archive.
struct Part {
    name: &'static str,
    json: Vec<u8>,
}

fn part(name: &'static str, value: &impl Serialize) -> Result<Part, AppError> {
    Ok(Part {
        name,
        json: serde_json::to_vec_pretty(value).map_err(|error| db::internal(&error))?,
    })
}

const README: &str = "这里是邻里保存的、与您有关的全部账号信息，格式为 JSON（UTF-8）。\r\n\
    account.json    账号：姓名、手机号\r\n\
    residency.json  居住登记\r\n\
    roles.json      担任过的角色\r\n\
    devices.json    登录着的设备\r\n\
    basis.json      保存每类信息的依据，同意和撤回的时间\r\n\
    relatives.json  亲友代办\r\n\
    guardians.json  监护关系\r\n\
    delegations.json 请假委托\r\n\
    looks.json      谁在什么时候、为什么看过您的完整信息\r\n";

/// The zip of what is held about the signed-in person.
///
/// # Errors
/// [`AppError::TooManyRequests`], or as the database fails.
pub async fn archive(cx: &Cx) -> Result<Vec<u8>, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    limit::take(cx, Limit::Export, &user.to_string()).await?;
    let delegations = delegation::list(cx).await?;
    let mut tx = cx.write().await?;
    let account = account::mine(&mut tx, cx).await?;
    let records: Vec<serde_json::Value> = basis::of_user(&mut tx, user)
        .await?
        .into_iter()
        .map(|record| {
            serde_json::json!({
                "kind": record.kind.label(), "purpose": record.kind.purpose(), "basis": record.kind.basis().label(),
                "version": record.version, "given_at": record.given_at.rfc3339(),
                "withdrawn_at": record.withdrawn_at.map(shared::Timestamp::rfc3339),
            })
        })
        .collect();
    let parts = [
        part(
            "account.json",
            &serde_json::json!({
                "id": user, "name": account.name(cx.keys())?, "phone": account.phone(cx.keys())?,
                "created_at": account.created_at.rfc3339(), "second_factor": account.has_factor(),
            }),
        )?,
        part("residency.json", &residency::of_user(&mut tx, cx, user).await?)?,
        part("roles.json", &role::of_user(&mut tx, user).await?)?,
        part("devices.json", &session::devices(&mut tx, user, None).await?)?,
        part("basis.json", &records)?,
        part("relatives.json", &relative::of_user(&mut tx, user).await?)?,
        part("guardians.json", &child::of_user(&mut tx, user).await?)?,
        part("delegations.json", &delegations)?,
        part("looks.json", &looks::of_user(&mut tx, user).await?)?,
    ];
    tx.audit(Audit::new("accounts.data.export", "account", user.0))
        .await?;
    tx.commit().await?;
    pack(&parts).map_err(|error| db::internal(&error))
}

fn pack(parts: &[Part]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("说明.txt", options)?;
    zip.write_all(README.as_bytes())?;
    for part in parts {
        zip.start_file(part.name, options)?;
        zip.write_all(&part.json)?;
    }
    Ok(zip.finish()?.into_inner())
}
