//! Access tokens: the only way to a transaction.
//!
//! The server's middleware puts a [`Request`] into every HTTP request. Server functions ask for a [`Cx`] by what they
//! mean to do; axum handlers take the [`Request`] as an extension and ask it the same way.

use std::{net::IpAddr, sync::Arc};

use shared::{Actor, AppError, DeviceId, Permission, Scope, Timestamp, UserId};

use crate::{Db, DbError, House, Tx, crypt::Keyring};

/// On whose behalf something is done: what the audit log notes beside each entry.
#[derive(Clone, Debug, Default)]
pub struct Who {
    pub user: Option<UserId>,
    /// The resident for whom `user` acts (代办).
    pub acting_for: Option<UserId>,
    pub device: Option<DeviceId>,
    /// Where in the organisation they belong: the path of their own place.
    pub path: Option<String>,
    /// Why the system acts by itself: the name of the job or command.
    pub system: Option<&'static str>,
    pub trace: String,
}

/// One request as the middleware saw it.
#[derive(Clone, Debug)]
pub struct Request {
    pub house: House,
    pub actor: Option<Arc<Actor>>,
    /// Where it came from, if that is known; used for the limits of those who are not signed in, never stored.
    pub address: Option<IpAddr>,
    /// Finds the request in the log; shown on error pages.
    pub trace: String,
}

/// An access token: who asks, what they may see, the time, and the way to a transaction.
#[derive(Clone, Debug)]
pub struct Cx {
    /// `None` for the public and for the system.
    pub actor: Option<Arc<Actor>>,
    /// The subtrees in which the permission that was asked for is held.
    pub scope: Scope,
    pub address: Option<IpAddr>,
    house: House,
    who: Arc<Who>,
}

impl Request {
    fn who(&self) -> Who {
        Who {
            user: self.actor.as_ref().map(|a| a.user),
            acting_for: self
                .actor
                .as_ref()
                .and_then(|a| a.acting_for.as_ref().map(|r| r.user)),
            device: self.actor.as_ref().map(|a| a.device),
            path: self.actor.as_ref().and_then(|a| a.home()).map(|g| g.path.clone()),
            system: None,
            trace: self.trace.clone(),
        }
    }

    fn token(&self, scope: Scope) -> Cx {
        Cx {
            actor: self.actor.clone(),
            scope,
            address: self.address,
            house: self.house.clone(),
            who: Arc::new(self.who()),
        }
    }

    /// What anybody may do, signed in or not.
    pub fn public(&self) -> Cx {
        self.token(Scope::everything())
    }

    /// What any signed-in person may do with what is their own. The scope is empty.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`].
    pub fn signed_in(&self) -> Result<Cx, AppError> {
        if self.actor.is_none() {
            return Err(AppError::Unauthenticated);
        }
        Ok(self.token(Scope::default()))
    }

    /// What needs `permission`; the scope is where it is held.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], [`AppError::SecondFactorRequired`], [`AppError::Forbidden`].
    pub fn require(&self, permission: Permission) -> Result<Cx, AppError> {
        let actor = self.actor.as_ref().ok_or(AppError::Unauthenticated)?;
        let scope = actor.scope_of(permission);
        if scope.is_empty() {
            return Err(if actor.lacks_factor_for(permission) {
                AppError::SecondFactorRequired
            } else {
                AppError::Forbidden
            });
        }
        Ok(self.token(scope))
    }
}

/// The request that the current server function or page serves.
///
/// # Errors
/// [`AppError::Internal`] outside a request: a fault in the server's set-up.
pub fn request() -> Result<Request, AppError> {
    current().ok_or_else(|| {
        let trace = random_trace();
        tracing::error!(trace, "no request in context");
        AppError::Internal { trace }
    })
}

/// The request in context, if there is one: there is none while routes are listed, before the server begins.
pub fn current() -> Option<Request> {
    let parts = reactive_graph::owner::use_context::<http::request::Parts>()?;
    parts.extensions.get::<Request>().cloned()
}

/// See [`Request::require`].
///
/// # Errors
/// As [`Request::require`].
#[expect(
    clippy::unused_async,
    reason = "the token's signature stays when asking comes to need the database"
)]
pub async fn require(permission: Permission) -> Result<Cx, AppError> {
    request()?.require(permission)
}

/// See [`Request::signed_in`].
///
/// # Errors
/// As [`Request::signed_in`].
#[expect(clippy::unused_async, reason = "see `require`")]
pub async fn signed_in() -> Result<Cx, AppError> {
    request()?.signed_in()
}

/// See [`Request::public`].
///
/// # Errors
/// As [`request`].
#[expect(clippy::unused_async, reason = "see `require`")]
pub async fn public() -> Result<Cx, AppError> {
    Ok(request()?.public())
}

/// The system as actor: jobs and the command line. `reason` is the name of the job or command and is audited.
pub fn system(house: &House, reason: &'static str) -> Cx {
    Cx {
        actor: None,
        scope: Scope::everything(),
        address: None,
        house: house.clone(),
        who: Arc::new(Who {
            system: Some(reason),
            trace: random_trace(),
            ..Who::default()
        }),
    }
}

impl Cx {
    pub fn now(&self) -> Timestamp {
        self.house.clock.now()
    }

    /// A fresh id.
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.house.new_id(self.now()).into()
    }

    pub const fn db(&self) -> &Db {
        &self.house.db
    }

    pub const fn house(&self) -> &House {
        &self.house
    }

    /// Where uploads are kept.
    pub const fn files(&self) -> &crate::upload::Files {
        &self.house.files
    }

    /// The keys that fields are encrypted with and found by.
    pub fn keys(&self) -> &Keyring {
        &self.house.keys
    }

    pub fn who(&self) -> &Who {
        &self.who
    }

    /// # Errors
    /// [`AppError::Unauthenticated`], [`AppError::SecondFactorRequired`], [`AppError::Forbidden`] unless the actor holds
    /// `permission`. The system holds every one: a service that is reached from both asks here.
    pub fn must_hold(&self, permission: Permission) -> Result<(), AppError> {
        if self.who.system.is_some() {
            return Ok(());
        }
        let actor = self.actor.as_ref().ok_or(AppError::Unauthenticated)?;
        match (actor.may(permission), actor.lacks_factor_for(permission)) {
            (true, _) => Ok(()),
            (false, true) => Err(AppError::SecondFactorRequired),
            (false, false) => Err(AppError::Forbidden),
        }
    }

    /// The signed-in person's id.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`].
    pub fn user(&self) -> Result<UserId, AppError> {
        self.who.user.ok_or(AppError::Unauthenticated)
    }

    /// The person that this is done for: the resident acted for, or else oneself.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`].
    pub fn subject(&self) -> Result<UserId, AppError> {
        self.who
            .acting_for
            .or(self.who.user)
            .ok_or(AppError::Unauthenticated)
    }

    /// # Errors
    /// [`AppError::NotFound`] if `path` lies outside the scope: what one may not see is not there.
    pub fn must_cover(&self, path: &str) -> Result<(), AppError> {
        if self.scope.covers(path) {
            Ok(())
        } else {
            Err(AppError::NotFound)
        }
    }

    /// A snapshot to read from.
    ///
    /// # Errors
    /// [`DbError::Sql`] if no connection is free in time.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Tx::read(&self.house, Arc::clone(&self.who)).await
    }

    /// A connection for the reading of a single statement, which is a snapshot by itself: what is asked for at every request is
    /// spared the way there and back of a transaction's begin and end.
    ///
    /// # Errors
    /// [`DbError::Sql`] if no connection is free in time.
    pub async fn look(&self) -> Result<Tx, DbError> {
        Tx::look(&self.house, Arc::clone(&self.who)).await
    }

    /// A transaction to write in.
    ///
    /// # Errors
    /// [`DbError::Sql`] if no connection is free in time.
    pub async fn write(&self) -> Result<Tx, DbError> {
        Tx::write(&self.house, Arc::clone(&self.who)).await
    }
}

tokio::task_local! {
    /// The trace id of the request that the current task serves.
    pub static TRACE: String;
}

/// The current request's trace id, or a new one outside a request.
pub fn trace_id() -> String {
    TRACE
        .try_with(Clone::clone)
        .ok()
        .or_else(|| current().map(|r| r.trace))
        .unwrap_or_else(random_trace)
}

/// Ten characters that are easily read out over the telephone.
pub fn random_trace() -> String {
    const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz7";
    let bits: u64 = rand::random();
    (0..10)
        .map(|i| char::from(ALPHABET[usize::try_from((bits >> (5 * i)) & 31).unwrap_or_default()]))
        .collect()
}
