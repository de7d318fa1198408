//! One's own account, data, security, relatives and delegations.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::{
    BoundRelative, CodeStep, DelegationRow, DeviceRow, GuardianRow, Me, MyData, ResidencyState, Security,
};

#[cfg(feature = "ssr")]
use super::web;
#[cfg(feature = "ssr")]
use crate::{
    model::{DataKind, Phone, Relation},
    server::{
        Holdings, Settings, basis, child, code, delegation, erasure, factor, grounds, my_data, password,
        relative, residency, session,
    },
};

/// One's own page.
#[server(prefix = "/api/v1", endpoint = "accounts/me", input = GetUrl, output = Json)]
pub async fn get_me() -> Result<Me, AppError> {
    my_data::me(&db::access::signed_in().await?).await
}

/// Where one has registered, and how far that is. The home page asks for no more: what it reads, every visitor loads.
#[server(prefix = "/api/v1", endpoint = "accounts/me/residency", input = GetUrl, output = Json)]
pub async fn my_residency() -> Result<Option<(String, ResidencyState)>, AppError> {
    let me = my_data::me(&db::access::signed_in().await?).await?;
    Ok(me.residency.map(|home| (home.node_name, home.state)))
}

/// The devices that one is signed in on.
#[server(prefix = "/api/v1", endpoint = "accounts/me/devices", input = GetUrl, output = Json)]
pub async fn my_devices() -> Result<Vec<DeviceRow>, AppError> {
    let cx = db::access::signed_in().await?;
    let mut tx = cx.read().await?;
    let here = cx.actor.as_ref().map(|actor| actor.session);
    Ok(session::devices(&mut tx, cx.user()?, here).await?)
}

/// What is held about oneself.
#[server(prefix = "/api/v1", endpoint = "accounts/me/data", input = GetUrl, output = Json)]
pub async fn get_my_data() -> Result<MyData, AppError> {
    // What later pillars hold, they say themselves; the server, which knows them, gives it to every page.
    let holdings = use_context::<Holdings>().unwrap_or_default();
    let data = my_data::mine(&db::access::signed_in().await?).await?;
    Ok(MyData {
        elsewhere: grounds(&holdings),
        ..data
    })
}

/// Gives a consent anew, or withdraws it.
#[server(prefix = "/api/v1", endpoint = "accounts/me/consent", output = Json)]
pub async fn set_consent(kind: String, #[server(default)] given: bool) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let kind = web::choice("kind", DataKind::from_code(&kind))?;
    basis::set_consent(&cx, kind, given).await?;
    web::go(if given {
        "/me/data?done=consented"
    } else {
        "/me/data?done=withdrawn"
    });
    Ok(())
}

/// Corrects one's name.
#[server(prefix = "/api/v1", endpoint = "accounts/me/name", output = Json)]
pub async fn rename(name: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    my_data::rename(&cx, &name).await?;
    web::go("/me/data?done=saved");
    Ok(())
}

/// Sends a code to one's new number.
#[server(prefix = "/api/v1", endpoint = "accounts/me/phone/request", output = Json)]
pub async fn ask_phone(phone: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let id = my_data::ask_phone(&cx, &Phone::parse("phone", &phone)?).await?;
    web::go(&format!("/me/data?try={id}"));
    Ok(())
}

/// Changes one's number.
#[server(prefix = "/api/v1", endpoint = "accounts/me/phone", output = Json)]
pub async fn set_phone(attempt: String, code: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    my_data::set_phone(&cx, web::id(&attempt)?, &code).await?;
    web::go("/me/data?done=saved");
    Ok(())
}

/// What the step of a code shows that went to another number than one's own.
#[server(prefix = "/api/v1", endpoint = "accounts/me/code", input = GetUrl, output = Json)]
pub async fn my_code_step(attempt: String) -> Result<CodeStep, AppError> {
    let cx = db::access::signed_in().await?;
    code::step(&cx, web::id(&attempt)?, Settings::current().demo).await
}

/// Asks for one's account to be erased.
#[server(prefix = "/api/v1", endpoint = "accounts/me/erase", output = Json)]
pub async fn erase_me(#[server(default)] sure: bool) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    if !sure {
        return Err(AppError::invalid("sure", "请先打勾，确认要注销。"));
    }
    erasure::request(&cx).await?;
    web::go("/me/data?done=erasure");
    Ok(())
}

/// Keeps one's account after all.
#[server(prefix = "/api/v1", endpoint = "accounts/me/keep", output = Json)]
pub async fn keep_me() -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    erasure::cancel(&cx).await?;
    web::go("/me/data?done=kept");
    Ok(())
}

/// One's security settings.
#[server(prefix = "/api/v1", endpoint = "accounts/me/security", input = GetUrl, output = Json)]
pub async fn my_security() -> Result<Security, AppError> {
    factor::security(&db::access::signed_in().await?).await
}

/// Sets one's password.
#[server(prefix = "/api/v1", endpoint = "accounts/me/password", output = Json)]
pub async fn set_password(#[server(default)] current: String, password: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let current = (!current.is_empty()).then_some(current);
    password::change(&cx, current, password).await?;
    web::go("/me/security?done=saved");
    Ok(())
}

/// Begins enrolling a second factor.
#[server(prefix = "/api/v1", endpoint = "accounts/me/factor/begin", output = Json)]
pub async fn begin_factor() -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    factor::begin(&cx).await?;
    web::go("/me/security");
    Ok(())
}

/// Ends enrolling. The recovery codes are in the answer this once.
#[server(prefix = "/api/v1", endpoint = "accounts/me/factor/enrol", output = Json)]
pub async fn enrol_factor(code: String) -> Result<Vec<String>, AppError> {
    let cx = db::access::signed_in().await?;
    factor::enrol(&cx, &code).await
}

/// Removes the second factor.
#[server(prefix = "/api/v1", endpoint = "accounts/me/factor/remove", output = Json)]
pub async fn remove_factor() -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    factor::remove(&cx).await?;
    web::go("/me/security?done=saved");
    Ok(())
}

/// One's relatives and children.
#[server(prefix = "/api/v1", endpoint = "accounts/me/relatives", input = GetUrl, output = Json)]
pub async fn my_relatives() -> Result<(Vec<BoundRelative>, Vec<GuardianRow>), AppError> {
    let cx = db::access::signed_in().await?;
    let mut tx = cx.read().await?;
    let user = cx.user()?;
    Ok((
        relative::of_user(&mut tx, user).await?,
        child::of_user(&mut tx, user).await?,
    ))
}

/// Asks a resident for consent to act for them.
#[server(prefix = "/api/v1", endpoint = "accounts/relatives/ask", output = Json)]
pub async fn ask_relative(phone: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let id = relative::ask(&cx, &Phone::parse("phone", &phone)?).await?;
    web::go(&format!("/me/relatives?try={id}"));
    Ok(())
}

/// Binds, with the code that the resident told.
#[server(prefix = "/api/v1", endpoint = "accounts/relatives/bind", output = Json)]
pub async fn bind_relative(
    attempt: String,
    code: String,
    #[server(default)] relation: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let relation = web::choice("relation", Relation::from_code(&relation))?;
    relative::bind(&cx, web::id(&attempt)?, &code, relation).await?;
    web::go("/me/relatives?done=bound");
    Ok(())
}

/// Unbinds.
#[server(prefix = "/api/v1", endpoint = "accounts/relatives/revoke", output = Json)]
pub async fn revoke_relative(id: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    relative::revoke(&cx, web::id(&id)?).await?;
    web::go("/me/relatives?done=unbound");
    Ok(())
}

/// Registers a child under 14.
#[server(prefix = "/api/v1", endpoint = "accounts/children/add", output = Json)]
pub async fn add_child(
    name: String,
    birthday: String,
    #[server(default)] consent: bool,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    child::add(&cx, &name, web::date("birthday", &birthday)?, consent).await?;
    web::go("/me/relatives?done=child");
    Ok(())
}

/// Withdraws the consent for a child.
#[server(prefix = "/api/v1", endpoint = "accounts/children/withdraw", output = Json)]
pub async fn withdraw_child(id: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    child::withdraw(&cx, web::id(&id)?).await?;
    web::go("/me/relatives?done=withdrawn");
    Ok(())
}

/// Registers where one lives.
#[server(prefix = "/api/v1", endpoint = "accounts/me/home", output = Json)]
pub async fn declare_home(#[server(default)] node: String, door: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let node = node
        .parse()
        .map_err(|_| AppError::invalid("node", "请选择您住的网格。"))?;
    residency::declare_mine(&cx, node, &door).await?;
    web::go("/me?done=registered");
    Ok(())
}

/// One's delegations.
#[server(prefix = "/api/v1", endpoint = "accounts/delegations", input = GetUrl, output = Json)]
pub async fn my_delegations() -> Result<Vec<DelegationRow>, AppError> {
    delegation::list(&db::access::signed_in().await?).await
}

/// Delegates roles during leave.
#[server(prefix = "/api/v1", endpoint = "accounts/delegations/start", output = Json)]
pub async fn start_delegation(
    phone: String,
    #[server(default)] grants: Vec<String>,
    from: String,
    to: String,
) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::RoleDelegate).await?;
    let phone = Phone::parse("phone", &phone)?;
    let (from, to) = (web::date("from", &from)?, web::date("to", &to)?);
    let grants = grants
        .iter()
        .map(|grant| web::id(grant))
        .collect::<Result<Vec<_>, _>>()?;
    delegation::start(&cx, &phone, &grants, from, to).await?;
    web::go("/me/delegate?done=delegated");
    Ok(())
}

/// Ends a delegation.
#[server(prefix = "/api/v1", endpoint = "accounts/delegations/end", output = Json)]
pub async fn end_delegation(id: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    delegation::end(&cx, web::id(&id)?).await?;
    web::go("/me/delegate?done=ended");
    Ok(())
}
