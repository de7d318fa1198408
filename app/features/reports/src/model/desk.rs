//! What eases the work of those who handle matters: filters they keep, many matters at once, answers that are given again and again.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::{Filter, STEP, StandardId, Unit, ViewId, text};

/// Filters that one person keeps, at most.
pub const VIEWS: i64 = 20;
/// Matters that are worked on together, at most: a page of the list.
pub const MANY: usize = 50;
/// The longest name of a filter and title of an answer, in characters.
const NAME: usize = 20;

/// A filter of the work list that somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    pub name: String,
    pub filter: Filter,
}

/// The name of a filter as it is typed.
///
/// # Errors
/// [`AppError::Invalid`] on `name`.
pub fn view_name(typed: &str) -> Result<String, AppError> {
    let mut errors = FieldErrors::default();
    let name = text::line(&mut errors, "name", typed, NAME);
    errors.check(!name.is_empty(), "name", "请起个名字，例如“三网格的停车”。");
    errors.finish()?;
    Ok(name)
}

/// What became of one of many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub number: String,
    pub done: bool,
    /// Why not.
    pub words: String,
}

/// An answer that is given again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    pub id: StandardId,
    pub title: String,
    pub words: String,
}

/// One in the list of those who keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardRow {
    pub standard: Standard,
    pub position: i64,
    pub unit: Unit,
}

/// The standard answers of a unit: its own, and those from above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardsPage {
    pub here: Unit,
    pub rows: Vec<StandardRow>,
}

/// A standard answer as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StandardForm {
    pub title: String,
    pub words: String,
    pub position: String,
    /// What was pointed out in it, and is confirmed in the same words.
    pub confirmed: String,
}

impl StandardForm {
    /// Title, words and place in the list.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field: `title`, `words`, `position`.
    pub fn read(&self) -> Result<(String, String, i64), AppError> {
        let mut errors = FieldErrors::default();
        let title = text::line(&mut errors, "title", &self.title, NAME);
        errors.check(!title.is_empty(), "title", "请起个名字，选的时候看它。");
        let words = text::words(&mut errors, "words", &self.words, STEP);
        errors.check(!words.is_empty(), "words", "请写答复的内容。");
        let position = match self.position.trim() {
            "" => Some(100),
            typed => typed
                .parse::<i64>()
                .ok()
                .filter(|place| (0..10_000).contains(place)),
        };
        errors.check(position.is_some(), "position", "请填一个数字，小的排在前面。");
        errors.finish()?;
        Ok((title, words, position.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_answer_needs_a_name_and_words() {
        let AppError::Invalid(errors) = StandardForm::default().read().unwrap_err() else {
            panic!()
        };
        let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["title", "words"]);
        let form = StandardForm {
            title: "路灯".into(),
            words: "已报修。".into(),
            position: "5".into(),
            confirmed: String::new(),
        };
        assert_eq!(form.read(), Ok(("路灯".into(), "已报修。".into(), 5)));
    }

    #[test]
    fn a_kept_filter_has_a_short_name() {
        assert_eq!(view_name(" 停车 "), Ok("停车".to_owned()));
        assert!(view_name("").is_err() && view_name(&"长".repeat(21)).is_err());
    }
}
