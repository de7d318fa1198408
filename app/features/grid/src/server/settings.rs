//! What the deployment decides about its maps: by configuration, which the server puts into every request, and by what
//! an administrator enters.

use std::sync::Arc;

use db::{Cx, Setting, Tx};
use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, Permission};

use super::{counter::PartCounter, geo::check::Tolerance};
use crate::model::MapSettings;

/// The review number (审图号) of the deployment's own borders.
const REVIEW_NUMBER: Setting<String> = Setting::new("map.review_number");

/// How much is forgiven in a map file.
const TOLERANCE: Setting<Shares> = Setting::new("map.tolerance");

/// The longest review number, in characters; real ones have some fifteen.
const LONGEST: usize = 40;

/// Shares of the parent's area, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Shares {
    gap: f64,
    overlap: f64,
    outside: f64,
}

/// The configuration, as far as maps need it.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where the map adapter's script is: `/js/map-….js`.
    pub script: Option<String>,
    /// Where the script for drawing borders is: `/js/edit-….js`.
    pub edit_script: Option<String>,
    /// Tianditu's browser key; without it there is no base map.
    pub tianditu_key: Option<String>,
    /// Which of its two sets of tiles: `w` or `c`.
    pub tianditu_matrix: &'static str,
    /// The base map's own review number.
    pub tianditu_review_number: Option<String>,
    /// The review number of the deployment's borders; one entered in the product comes before it.
    pub review_number: Option<String>,
    /// The code of the unit that owns the deployment.
    pub root: Option<String>,
    /// How many points of interest there are where; nobody counts them where nobody does.
    pub points: Option<PartCounter>,
    /// How many posts in the teams of grids are empty, for those who work there.
    pub posts: Option<PartCounter>,
}

impl Settings {
    /// The base map as the scripts want it; none without a key.
    pub fn basemap(&self) -> Option<serde_json::Value> {
        let key = self.tianditu_key.as_ref()?;
        let review = self.tianditu_review_number.as_deref().unwrap_or_default();
        Some(
            serde_json::json!({ "kind": "vec", "matrix": self.tianditu_matrix, "key": key, "review": review }),
        )
    }

    /// The current request's; nothing where the server gave none.
    pub fn current() -> Arc<Self> {
        leptos::prelude::use_context::<axum::http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Arc<Self>>().cloned())
            .unwrap_or_default()
    }
}

/// The review number under which borders may be shown to anybody.
///
/// # Errors
/// What the database answers.
pub async fn review_number(tx: &mut Tx, settings: &Settings) -> Result<Option<String>, AppError> {
    let entered = REVIEW_NUMBER.get(tx).await?;
    Ok(entered.or_else(|| settings.review_number.clone()))
}

/// # Errors
/// What the database answers.
pub async fn tolerance(tx: &mut Tx) -> Result<Tolerance, AppError> {
    let stored = TOLERANCE.get(tx).await?;
    Ok(stored.map_or_else(
        Tolerance::default,
        |Shares {
             gap,
             overlap,
             outside,
         }| Tolerance {
            gap,
            overlap,
            outside,
        },
    ))
}

/// What the settings page shows.
///
/// # Errors
/// What the database answers.
pub async fn shown(cx: &Cx, settings: &Settings) -> Result<MapSettings, AppError> {
    let mut tx = cx.read().await?;
    let Tolerance {
        gap,
        overlap,
        outside,
    } = tolerance(&mut tx).await?;
    // Kept as shares, written in per cent: 0.003 must not become 0.30000000000000004.
    let percent = |share: f64| (share * 1e8).round() / 1e6;
    Ok(MapSettings {
        review_number: REVIEW_NUMBER.get(&mut tx).await?.unwrap_or_default(),
        configured: settings.review_number.clone(),
        gap: percent(gap),
        overlap: percent(overlap),
        outside: percent(outside),
    })
}

/// What was typed into the form: per cent as text.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub review_number: String,
    pub gap: String,
    pub overlap: String,
    pub outside: String,
}

/// Keeps what was entered.
///
/// # Errors
/// [`AppError::Invalid`] by field, or what the database answers.
pub async fn save(cx: &Cx, typed: &Typed) -> Result<(), AppError> {
    cx.must_hold(Permission::MapSettings)?;
    let mut errors = FieldErrors::default();
    let number = typed.review_number.trim();
    let proper = |c: char| !c.is_control();
    errors.check(
        number.chars().count() <= LONGEST && number.chars().all(proper),
        "review_number",
        "审图号太长了，请照批准书上的填，例如“苏S（2026）12号”。",
    );
    let shares = Shares {
        gap: share(&mut errors, "gap", &typed.gap),
        overlap: share(&mut errors, "overlap", &typed.overlap),
        outside: share(&mut errors, "outside", &typed.outside),
    };
    errors.finish()?;
    let mut tx = cx.write().await?;
    if number.is_empty() {
        REVIEW_NUMBER.clear(&mut tx).await?;
    } else if REVIEW_NUMBER.get(&mut tx).await?.as_deref() != Some(number) {
        REVIEW_NUMBER.set(&mut tx, &number.to_owned()).await?;
    }
    if TOLERANCE.get(&mut tx).await? != Some(shares) {
        TOLERANCE.set(&mut tx, &shares).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn share(errors: &mut FieldErrors, field: &str, typed: &str) -> f64 {
    let percent: Option<f64> = typed.trim().trim_end_matches(['%', '％']).trim_end().parse().ok();
    let share = percent
        .filter(|value| (0.0..=10.0).contains(value))
        .map(|value| value / 100.0);
    errors.check(share.is_some(), field, "请填 0 到 10 之间的百分数，例如 0.3。");
    share.unwrap_or_default()
}

/// The settings that the server put into a request outside of pages and server functions.
pub fn of(extensions: &axum::http::Extensions) -> Arc<Settings> {
    extensions.get::<Arc<Settings>>().cloned().unwrap_or_default()
}
