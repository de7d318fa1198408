//! Passwords: argon2id, hashed off the asynchronous threads and a few at a time.

use std::sync::{LazyLock, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use db::{Cx, execute};
use shared::{AppError, Timestamp};
use tokio::sync::Semaphore;

use super::{account, session};
use crate::model::check_password;

/// Memory in KiB, passes, lanes: OWASP's first recommendation for argon2id (Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many are hashed at once: bounds the memory to 8 × 19 MiB however many sign in.
const AT_ONCE: usize = 8;

static GATE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(AT_ONCE));
/// The hash of nothing anybody knows: verified where there is no account, so that the answer takes as long.
static DUMMY: OnceLock<String> = OnceLock::new();

const SET: &str =
    "update user_account set password_hash = $2, password_set_at = $3, updated_at = $3 where id = $1";

fn argon() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Result<String, AppError> {
    argon()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| db::internal(&error))
}

/// The PHC string of `password`.
///
/// # Errors
/// [`AppError::Internal`] if the machine has no memory or randomness for it.
pub async fn hash(password: String) -> Result<String, AppError> {
    let _turn = GATE.acquire().await.map_err(|error| db::internal(&error))?;
    tokio::task::spawn_blocking(move || hash_now(&password))
        .await
        .map_err(|error| db::internal(&error))?
}

/// Whether `password` is what `stored` was made from. Without a stored hash the same work is done, and the answer is no.
///
/// # Errors
/// [`AppError::Internal`] if the work could not be done.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool, AppError> {
    let _turn = GATE.acquire().await.map_err(|error| db::internal(&error))?;
    let work = move || {
        let known = stored.is_some();
        let text = match stored {
            Some(text) => text,
            None => match DUMMY.get() {
                Some(text) => text.clone(),
                None => {
                    let made = hash_now(&session::fresh_token())?;
                    DUMMY.get_or_init(|| made).clone()
                }
            },
        };
        let parsed = PasswordHash::new(&text).map_err(|error| db::internal(&error))?;
        let right = argon().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(known && right)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| db::internal(&error))?
}

/// Sets the signed-in person's password. Whoever has one types it first; the other devices are signed out.
///
/// # Errors
/// [`AppError::Invalid`] on `current` or `password`.
pub async fn change(cx: &Cx, current: Option<String>, new: String) -> Result<(), AppError> {
    super::act::not_while_acting(cx)?;
    super::limit::take(cx, super::limit::Limit::Password, &cx.user()?.to_string()).await?;
    let mut tx = cx.read().await?;
    let account = account::mine(&mut tx, cx).await?;
    let phone = account.phone(cx.keys())?;
    drop(tx);
    check_password("password", &new, phone.as_deref())?;
    if account.password_hash.is_some()
        && !verify(current.unwrap_or_default(), account.password_hash.clone()).await?
    {
        return Err(AppError::invalid(
            "current",
            "现在的密码不对。忘了的话，可以退出后用验证码登录。",
        ));
    }
    let hashed = hash(new).await?;
    let mut tx = cx.write().await?;
    let now: Timestamp = tx.now();
    execute!(tx, SET, account.id, hashed, now)?;
    session::revoke_all(&mut tx, account.id, cx.actor.as_ref().map(|actor| actor.session)).await?;
    tx.audit(db::Audit::new("accounts.password.set", "account", account.id.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_what_it_hashed() {
        let stored = hash("春江潮水连海平海上明".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(
            verify("春江潮水连海平海上明".into(), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(!verify("春江潮水连海平海上月".into(), Some(stored)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!verify("春江潮水连海平海上明".into(), None).await.unwrap());
        assert!(!verify(String::new(), None).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_number_takes_as_long_as_a_known_one() {
        let stored = hash("春江潮水连海平海上明".into()).await.unwrap();
        verify(String::new(), None).await.unwrap();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            for (stored, times) in [(Some(stored.clone()), &mut known), (None, &mut unknown)] {
                let begun = std::time::Instant::now();
                verify("wrong".into(), stored).await.unwrap();
                times.push(begun.elapsed());
            }
        }
        known.sort();
        unknown.sort();
        let (known, unknown) = (known[2].as_secs_f64(), unknown[2].as_secs_f64());
        assert!(
            unknown > known / 3.0 && unknown < known * 3.0,
            "{known} s against {unknown} s"
        );
    }
}
