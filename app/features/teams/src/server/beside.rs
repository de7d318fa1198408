//! What a grid has open in pillars that stand beside this one or after it. They know nothing of teams, nor this one of them, so the server
//! brings their answers along with every request and with the job.

use std::{fmt, pin::Pin, sync::Arc};

use db::Tx;
use leptos::prelude::use_context;
use shared::{AppError, UserId};
use tasks::server::succession::Post;

/// How many there are.
pub type Counted<'a> = Pin<Box<dyn Future<Output = Result<i64, AppError>> + Send + 'a>>;

/// One for each draft: whom it does not go to, if there is such a one.
pub type Drafts<'a> = Pin<Box<dyn Future<Output = Result<Vec<Option<UserId>>, AppError>> + Send + 'a>>;

/// What others answer. All of it is asked in the transaction of whoever asks, so it goes with the role or not at all.
pub trait Neighbours: Send + Sync {
    /// The drafts of borders that go with a post; what somebody approved does not go to them.
    fn drafts<'a>(&'a self, tx: &'a mut Tx, post: &'a Post) -> Drafts<'a>;

    /// Gives them to `to`, who holds the role by now, and whom the former holder's role has left.
    fn pass_on<'a>(&'a self, tx: &'a mut Tx, post: &'a Post, to: UserId) -> Counted<'a>;

    /// The photos that somebody offered at and below `path`, and nobody has looked at.
    fn photos<'a>(&'a self, tx: &'a mut Tx, path: &'a str) -> Counted<'a>;
}

/// The [`Neighbours`] of a process.
#[derive(Clone)]
pub struct Beside(Arc<dyn Neighbours>);

impl fmt::Debug for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Beside")
    }
}

impl Beside {
    pub fn new(neighbours: impl Neighbours + 'static) -> Self {
        Self(Arc::new(neighbours))
    }

    pub(super) async fn drafts(&self, tx: &mut Tx, post: &Post) -> Result<Vec<Option<UserId>>, AppError> {
        self.0.drafts(tx, post).await
    }

    pub(super) async fn pass_on(&self, tx: &mut Tx, post: &Post, to: UserId) -> Result<i64, AppError> {
        self.0.pass_on(tx, post, to).await
    }

    pub(super) async fn photos(&self, tx: &mut Tx, path: &str) -> Result<i64, AppError> {
        self.0.photos(tx, path).await
    }

    /// The current request's.
    ///
    /// # Errors
    /// [`AppError::Internal`] where the server gave none.
    pub fn current() -> Result<Self, AppError> {
        let given =
            use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Self>().cloned());
        given.ok_or_else(|| db::internal(&std::io::Error::other("no neighbours of teams in the request")))
    }
}
