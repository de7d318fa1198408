//! Accounts as rows.

use db::{
    Cx, DbError, Tx,
    crypt::{CryptError, Field, Keyring},
    execute, on,
};
use shared::{AppError, Role, Timestamp, UserId, mask};

use crate::model::Phone;

/// An account as it lies in the database: name, phone and secret sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: UserId,
    name: String,
    pub shown_name: String,
    phone: Option<String>,
    pub password_hash: Option<String>,
    pub password_set_at: Option<Timestamp>,
    totp: Option<String>,
    totp_pending: Option<String>,
    pub totp_step: Option<i64>,
    pub state: String,
    pub created_at: Timestamp,
}

const BY_ID: &str = "select id, name, shown_name, phone, password_hash, password_set_at, totp, totp_pending, totp_step, state, \
    created_at from user_account where id = $1 and state <> 'erased'";
const BY_PHONE: &str = "select id, name, shown_name, phone, password_hash, password_set_at, totp, totp_pending, totp_step, state, \
    created_at from user_account where phone_blind = $1";
const INSERT: &str = "insert into user_account (id, name, name_blind, shown_name, phone, phone_blind, state, created_at, updated_at) \
    values ($1, $2, $3, $4, $5, $6, 'active', $7, $7)";
const RENAME: &str =
    "update user_account set name = $2, name_blind = $3, shown_name = $4, updated_at = $5 where id = $1";
const SET_PHONE: &str = "update user_account set phone = $2, phone_blind = $3, updated_at = $4 where id = $1";
const LOCK: &str = "update user_account set updated_at = $2 where id = $1";
const ROLES_NOW: &str = "select role from role_grant where user_id = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)";

/// The number in `user_account.phone`, for those who list several accounts by one statement.
///
/// # Errors
/// [`CryptError`] if the keys do not fit.
pub fn open_phone(keys: &Keyring, id: UserId, sealed: Option<&str>) -> Result<Option<String>, CryptError> {
    sealed
        .map(|sealed| keys.open_for(Field::Phone, id, sealed))
        .transpose()
}

impl Account {
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// # Errors
    /// [`CryptError`] if the keys do not fit.
    pub fn name(&self, keys: &Keyring) -> Result<String, CryptError> {
        keys.open_for(Field::Name, self.id, &self.name)
    }

    /// # Errors
    /// [`CryptError`] if the keys do not fit.
    pub fn phone(&self, keys: &Keyring) -> Result<Option<String>, CryptError> {
        open_phone(keys, self.id, self.phone.as_deref())
    }

    pub const fn has_factor(&self) -> bool {
        self.totp.is_some()
    }

    /// The secret of the second factor, in base32.
    ///
    /// # Errors
    /// [`CryptError`] if the keys do not fit.
    pub fn totp(&self, keys: &Keyring) -> Result<Option<String>, CryptError> {
        self.totp
            .as_deref()
            .map(|sealed| keys.open_for(Field::TotpSecret, self.id, sealed))
            .transpose()
    }

    /// The secret that waits for its first code.
    ///
    /// # Errors
    /// [`CryptError`] if the keys do not fit.
    pub fn totp_pending(&self, keys: &Keyring) -> Result<Option<String>, CryptError> {
        self.totp_pending
            .as_deref()
            .map(|sealed| keys.open_for(Field::TotpSecret, self.id, sealed))
            .transpose()
    }
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: UserId) -> Result<Option<Account>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Account>(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// The account, which has to be there.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn must(tx: &mut Tx, id: UserId) -> Result<Account, AppError> {
    by_id(tx, id).await?.ok_or(AppError::NotFound)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_phone(tx: &mut Tx, keys: &Keyring, phone: &Phone) -> Result<Option<Account>, DbError> {
    let blind = keys.blind(Field::Phone, phone.as_str());
    on!(tx, |c| sqlx::query_as::<_, Account>(BY_PHONE)
        .bind(&blind)
        .fetch_optional(c)
        .await)
}

/// A new account; without a phone it is for somebody who is served by a grid worker.
///
/// # Errors
/// [`AppError::Conflict`] if the phone has an account.
pub async fn insert(
    tx: &mut Tx,
    keys: &Keyring,
    name: &str,
    phone: Option<&Phone>,
) -> Result<UserId, AppError> {
    let id: UserId = tx.id();
    let now = tx.now();
    let done = execute!(
        tx,
        INSERT,
        id,
        keys.seal_for(Field::Name, id, name),
        keys.blind(Field::Name, name),
        mask::name(name),
        phone.map(|phone| keys.seal_for(Field::Phone, id, phone.as_str())),
        phone.map(|phone| keys.blind(Field::Phone, phone.as_str())),
        now
    );
    match done {
        Ok(_) => Ok(id),
        Err(error) if error.is_unique_violation() => {
            Err(AppError::Conflict("这个手机号已经登记过，请直接登录。".into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// # Errors
/// [`AppError::NotFound`], or as the database fails.
pub async fn rename(tx: &mut Tx, keys: &Keyring, id: UserId, name: &str) -> Result<(), AppError> {
    let shown = if is_staff(tx, id).await? {
        name.to_owned()
    } else {
        mask::name(name)
    };
    let now = tx.now();
    let sealed = keys.seal_for(Field::Name, id, name);
    let rows = execute!(tx, RENAME, id, sealed, keys.blind(Field::Name, name), shown, now)?;
    if rows == 1 {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// # Errors
/// [`AppError::Conflict`] if another account has the phone.
pub async fn set_phone(tx: &mut Tx, keys: &Keyring, id: UserId, phone: &Phone) -> Result<(), AppError> {
    let now = tx.now();
    let sealed = keys.seal_for(Field::Phone, id, phone.as_str());
    match execute!(
        tx,
        SET_PHONE,
        id,
        sealed,
        keys.blind(Field::Phone, phone.as_str()),
        now
    ) {
        Ok(1) => Ok(()),
        Ok(_) => Err(AppError::NotFound),
        Err(error) if error.is_unique_violation() => {
            Err(AppError::Conflict("这个手机号已有别的账号，不能换成它。".into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Holds the account's row until the transaction ends, so that two changes to one person's roles do not cross.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn lock(tx: &mut Tx, id: UserId) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, LOCK, id, now)? == 1 {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// The roles in force today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn roles_now(tx: &mut Tx, id: UserId) -> Result<Vec<Role>, DbError> {
    let today = tx.now().date();
    let codes: Vec<String> = on!(tx, |c| sqlx::query_scalar(ROLES_NOW)
        .bind(id)
        .bind(today)
        .fetch_all(c)
        .await)?;
    Ok(codes.iter().filter_map(|code| code.parse().ok()).collect())
}

/// Whether they work for a place today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_staff(tx: &mut Tx, id: UserId) -> Result<bool, DbError> {
    Ok(roles_now(tx, id).await?.iter().any(|role| role.is_staff()))
}

/// Brings the name that others read in line with the roles held: staff in full, others masked.
///
/// # Errors
/// [`AppError::NotFound`], or as the database fails.
pub async fn refresh_shown_name(tx: &mut Tx, keys: &Keyring, id: UserId) -> Result<(), AppError> {
    let name = must(tx, id).await?.name(keys)?;
    rename(tx, keys, id, &name).await
}

/// The signed-in person's account.
///
/// # Errors
/// [`AppError::Unauthenticated`] or [`AppError::NotFound`].
pub async fn mine(tx: &mut Tx, cx: &Cx) -> Result<Account, AppError> {
    must(tx, cx.user()?).await
}
