//! How many points of interest there are in each part of a unit. The pillar that knows them comes after this one, so the server brings its
//! answer along with the settings of maps.

use std::{collections::HashMap, fmt, pin::Pin, sync::Arc};

use db::Cx;
use shared::AppError;

type Counted = Pin<Box<dyn Future<Output = Result<HashMap<String, i64>, AppError>> + Send>>;

/// Counts the points that anybody is shown below a path, by the code of the part directly below it; none where there are none.
#[derive(Clone)]
pub struct PointCounter(Arc<dyn Fn(Cx, String) -> Counted + Send + Sync>);

impl fmt::Debug for PointCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PointCounter")
    }
}

impl PointCounter {
    pub fn new<F>(count: impl Fn(Cx, String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<HashMap<String, i64>, AppError>> + Send + 'static,
    {
        Self(Arc::new(move |cx, path| Box::pin(count(cx, path))))
    }

    /// The counts below `path`.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn below(&self, cx: &Cx, path: &str) -> Result<HashMap<String, i64>, AppError> {
        (self.0)(cx.clone(), path.to_owned()).await
    }
}
