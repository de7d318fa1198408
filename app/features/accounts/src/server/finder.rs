//! Which unit a place is in. The pillar that knows borders comes after this one, so the server brings its answer along with
//! every request.

use std::{fmt, pin::Pin, sync::Arc};

use db::Cx;
use leptos::prelude::use_context;
use shared::AppError;

type Found = Pin<Box<dyn Future<Output = Result<Option<String>, AppError>> + Send>>;

/// Finds the code of the smallest unit at a longitude and latitude in degrees, as far as the asker may see its border.
#[derive(Clone)]
pub struct GridFinder(Arc<dyn Fn(Cx, f64, f64) -> Found + Send + Sync>);

impl fmt::Debug for GridFinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GridFinder")
    }
}

impl GridFinder {
    pub fn new<F>(find: impl Fn(Cx, f64, f64) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<String>, AppError>> + Send + 'static,
    {
        Self(Arc::new(move |cx, lon, lat| Box::pin(find(cx, lon, lat))))
    }

    /// Which grid, or community with grids, lies at a place. The place is neither kept nor logged.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where there is none, in words.
    pub async fn code_at(&self, cx: &Cx, lon: f64, lat: f64) -> Result<String, AppError> {
        let outside = || {
            AppError::invalid(
                "",
                "您现在的位置不在已经画好的网格里。请搜社区的名字，或者在地图上选。",
            )
        };
        let code = (self.0)(cx.clone(), lon, lat).await?.ok_or_else(outside)?;
        let offered = super::register::offered(cx, "", &code).await?;
        if offered.is_empty() {
            Err(outside())
        } else {
            Ok(code)
        }
    }

    /// The current request's.
    ///
    /// # Errors
    /// [`AppError::Internal`] where the server gave none.
    pub fn current() -> Result<Self, AppError> {
        let given =
            use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Self>().cloned());
        given.ok_or_else(|| db::internal(&std::io::Error::other("no finder of grids in the request")))
    }
}
