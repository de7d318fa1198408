//! How many there are of something in each part of a unit: points of interest, empty posts. The pillar that knows them comes after this one,
//! so the server brings its answer along with the settings of maps.

use std::{collections::HashMap, fmt, pin::Pin, sync::Arc};

use db::Cx;
use shared::AppError;

type Counted = Pin<Box<dyn Future<Output = Result<HashMap<String, i64>, AppError>> + Send>>;

/// Counts them below a path, by the code of the part directly below it; none where there are none. Who is told, the map decides.
#[derive(Clone)]
pub struct PartCounter(Arc<dyn Fn(Cx, String) -> Counted + Send + Sync>);

impl fmt::Debug for PartCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartCounter")
    }
}

impl PartCounter {
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
