//! Those who report and handle, each with a session that has shown the second factor.

use accounts::server::{service, session};
use db::{Cx, House};
use serde_json::json;
use shared::{Role, UserId};

use crate::{Outcome, system};

/// Somebody new, with a role if one is named: who they are and the token of their session.
pub async fn somebody(cx: &Cx, number: usize, role: Option<(Role, &str)>) -> Outcome<(UserId, String)> {
    let phone = format!("137{number:08}");
    let user = service::add_user(cx, "某人", &phone, None).await?;
    if let Some((role, code)) = role {
        service::grant(cx, &phone, role, code, None, None).await?;
    }
    let mut tx = cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok((user, opened.token))
}

/// Residents, and those who take a matter of the grid `code`, pass it on, handle it, and look afterwards; printed as JSON.
pub async fn make(house: &House, code: &str, residents: usize) -> Outcome {
    let cx = system(house);
    let community = code.get(..12).ok_or("the code of a grid")?;
    let mut tokens = Vec::new();
    for number in 0..residents {
        tokens.push(somebody(&cx, number, None).await?.1);
    }
    let worker = somebody(&cx, residents, Some((Role::GridWorker, code))).await?.1;
    let staff = somebody(&cx, residents + 1, Some((Role::Staff, community)))
        .await?
        .1;
    let property = somebody(&cx, residents + 2, Some((Role::Property, community)))
        .await?
        .1;
    println!(
        "{}",
        json!({
            "residents": tokens, "worker": worker, "staff": staff, "property": property,
            "grid": code, "since": cx.now().0, "to": format!("{community}:{}", Role::Property.code()),
        })
    );
    Ok(())
}
