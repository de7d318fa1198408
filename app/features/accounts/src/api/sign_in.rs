//! Signing in, registering, signing out.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::{CodeStep, FactorPage, RegisterPage, SignInPage};

#[cfg(feature = "ssr")]
use super::web;
#[cfg(feature = "ssr")]
use crate::{
    model::Phone,
    server::{
        Settings, code,
        cookie::{self, Jar},
        factor, register,
        session::{self, Opened},
        sign_in::{self, Entered},
    },
};

/// What the sign-in page shows.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/page", input = GetUrl, output = Json)]
pub async fn get_sign_in_page() -> Result<SignInPage, AppError> {
    db::access::public().await?;
    let demo = if Settings::current().demo {
        crate::demo::accounts()
    } else {
        Vec::new()
    };
    Ok(SignInPage { demo })
}

/// Sends a code.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/request", output = Json)]
pub async fn request_code(phone: String, #[server(default)] next: String) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let id = sign_in::request_code(&cx, &Phone::parse("phone", &phone)?).await?;
    web::go(&format!(
        "/sign-in?try={id}&next={}",
        web::query(&web::safe_next(&next, "/"))
    ));
    Ok(())
}

/// What the step of the code shows.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/code", input = GetUrl, output = Json)]
pub async fn get_code_step(attempt: String) -> Result<CodeStep, AppError> {
    let cx = db::access::public().await?;
    code::step(&cx, web::id(&attempt)?, Settings::current().demo).await
}

/// Tries a code.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/enter", output = Json)]
pub async fn enter_code(
    attempt: String,
    code: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    match sign_in::by_code(&cx, web::id(&attempt)?, &code, &web::browser()).await? {
        Entered::SignedIn(opened) => land(&cx, &opened, &next),
        Entered::Register { ticket } => {
            cookie::send(
                Jar::Ticket,
                &ticket,
                code::TICKET_LIFE / shared::Timestamp::SECOND,
            )?;
            web::go("/register");
            Ok(())
        }
    }
}

/// Signs in with a password.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/password", output = Json)]
pub async fn enter_password(
    phone: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let phone = Phone::parse("phone", &phone)?;
    let opened = sign_in::by_password(&cx, &phone, password, &web::browser()).await?;
    land(&cx, &opened, &next)
}

/// Where somebody who just signed in goes: an administrator to the second factor first.
#[cfg(feature = "ssr")]
fn land(cx: &db::Cx, opened: &Opened, next: &str) -> Result<(), AppError> {
    session::send_cookie(opened, cx.now())?;
    let next = web::safe_next(next, "/");
    if opened.has_factor {
        web::go(&format!("/sign-in/factor?next={}", web::query(&next)));
    } else if opened.needs_factor {
        web::go("/me/security");
    } else {
        web::go(&next);
    }
    Ok(())
}

/// What the page of the second factor shows.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/factor-page", input = GetUrl, output = Json)]
pub async fn get_factor_page() -> Result<FactorPage, AppError> {
    let cx = db::access::signed_in().await?;
    let security = factor::security(&cx).await?;
    let demo_code = if Settings::current().demo {
        factor::demo_code(&cx).await?
    } else {
        None
    };
    let shown = cx.actor.as_ref().is_some_and(|actor| actor.second_factor);
    Ok(FactorPage {
        enrolled: security.has_factor,
        shown,
        demo_code,
    })
}

/// Shows the second factor.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-in/factor", output = Json)]
pub async fn show_factor(code: String, #[server(default)] next: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let session = cx
        .actor
        .as_ref()
        .map(|actor| actor.session)
        .ok_or(AppError::Unauthenticated)?;
    factor::show(&cx, session, &code).await?;
    web::go(&web::safe_next(&next, "/"));
    Ok(())
}

/// Signs this device out, or another of one's own.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-out", output = Json)]
pub async fn sign_out(#[server(default)] session: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    if session.is_empty() {
        sign_in::sign_out(&cx, None).await?;
        cookie::send(Jar::Session, "", 0)?;
        web::go("/");
    } else {
        sign_in::sign_out(&cx, Some(web::id(&session)?)).await?;
        web::go("/me/devices?done=signed-out");
    }
    Ok(())
}

/// Signs all other devices out.
#[server(prefix = "/api/v1", endpoint = "accounts/sign-out/elsewhere", output = Json)]
pub async fn sign_out_elsewhere() -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    sign_in::sign_out_elsewhere(&cx).await?;
    web::go("/me/devices?done=signed-out");
    Ok(())
}

/// What the registration form shows: the proved number.
#[server(prefix = "/api/v1", endpoint = "accounts/register/page", input = GetUrl, output = Json)]
pub async fn get_register_page() -> Result<RegisterPage, AppError> {
    let cx = db::access::public().await?;
    let ticket = cookie::received(Jar::Ticket).ok_or(AppError::Unauthenticated)?;
    let phone = register::ticket_phone(&cx, &ticket).await?;
    Ok(RegisterPage { phone })
}

/// Registers whoever holds a ticket.
#[server(prefix = "/api/v1", endpoint = "accounts/register", output = Json)]
pub async fn register(
    name: String,
    #[server(default)] node: String,
    door: String,
    #[server(default)] grown: bool,
    #[server(default)] read: bool,
) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let expired = || AppError::Conflict("手机号的验证已经过期，请重新验证。".into());
    let ticket = cookie::received(Jar::Ticket).ok_or_else(expired)?;
    let form = register::Registration {
        name,
        node: node.parse().ok(),
        door,
        grown,
        read,
    };
    let opened = register::register(&cx, &ticket, &form, &web::browser()).await?;
    cookie::send(Jar::Ticket, "", 0)?;
    session::send_cookie(&opened, cx.now())?;
    web::go("/me?done=registered");
    Ok(())
}
