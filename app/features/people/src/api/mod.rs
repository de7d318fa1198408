//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

mod corrections;
mod household;
mod import;
mod mine;
mod places;
mod roll;
mod told;

pub use corrections::*;
pub use household::*;
pub use import::*;
pub use mine::*;
pub use places::*;
pub use roll::*;
pub use told::*;

#[cfg(feature = "ssr")]
mod read {
    use orgs::model::Code;
    use shared::{AppError, Cursor, Date};

    use crate::model::{Care, HouseholdId};

    /// What is no code leads nowhere; nothing is the viewer's own place.
    pub fn code(text: &str) -> Result<Option<Code>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| AppError::NotFound)
    }

    pub fn cursor(text: &str) -> Result<Option<Cursor>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        // PostgreSQL takes no NUL in a text.
        let cursor = text
            .parse::<Cursor>()
            .ok()
            .filter(|cursor| !cursor.key.contains('\0'));
        cursor
            .map(Some)
            .ok_or_else(|| AppError::invalid("after", "这一页的地址不对，请从第一页看起。"))
    }

    pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
        text.trim().parse().map_err(|_| AppError::NotFound)
    }

    pub fn id_or_none<T: std::str::FromStr>(text: &str) -> Result<Option<T>, AppError> {
        if text.trim().is_empty() {
            Ok(None)
        } else {
            id(text).map(Some)
        }
    }

    pub fn date(field: &str, text: &str) -> Result<Option<Date>, AppError> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let mut errors = shared::FieldErrors::default();
        let date = orgs::model::date_field(&mut errors, field, text);
        errors.finish()?;
        Ok(date)
    }

    /// The kinds of care whose box is ticked, in the order of [`Care::ALL`].
    pub fn care(ticked: [bool; Care::ALL.len()]) -> Vec<Care> {
        Care::ALL
            .iter()
            .copied()
            .zip(ticked)
            .filter(|(_, ticked)| *ticked)
            .map(|(care, _)| care)
            .collect()
    }

    /// After a change of a household its page.
    pub fn lead_to(household: HouseholdId, done: &str) {
        leptos_axum::redirect(&format!("/people/households/{household}?done={done}"));
    }
}
