//! Photos of a point, and what is said of one.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, Page, Timestamp, coded};

use super::{Kind, PointId, Unit};

shared::id! {
    /// A photo of a point.
    PhotoId,
}

/// Photos that a point has at most, and photos that wait for it.
pub const MOST: i64 = 6;
/// The longest description and the longest reason, in characters.
pub const LONGEST_ALT: usize = 60;
pub const LONGEST_WHY: usize = 100;

coded! {
    /// How a photo stands.
    State {
        /// For those who keep the point to look at; whoever offered it sees it too.
        Waiting = "waiting", "等待审核";
        /// To whoever sees the point.
        Shown = "shown", "已采用";
        /// The picture is gone; whoever offered it reads why.
        Refused = "refused", "没有采用";
    }
}

/// What a photo shows, for those who do not see it; an empty text beside its error.
pub fn described(errors: &mut FieldErrors, typed: &str) -> String {
    let typed = typed.trim();
    errors.check(
        !typed.is_empty(),
        "alt",
        "请用一句话写明照片里是什么，看不见的人靠它了解。",
    );
    within(errors, "alt", typed, LONGEST_ALT);
    typed.to_owned()
}

/// Why a photo is refused.
///
/// # Errors
/// [`AppError::Invalid`].
pub fn reason(typed: &str) -> Result<String, AppError> {
    let (mut errors, typed) = (FieldErrors::default(), typed.trim());
    errors.check(!typed.is_empty(), "why", "请写明为什么不采用，提供的人会看到。");
    within(&mut errors, "why", typed, LONGEST_WHY);
    errors.finish()?;
    Ok(typed.to_owned())
}

fn within(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) {
    if typed.chars().count() > most {
        errors.add(field, format!("请写在 {most} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(char::is_control),
        field,
        "请写在一行里，不要用特殊字符。",
    );
}

/// A photo as a viewer of the point is shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    pub id: PhotoId,
    pub state: State,
    pub alt: String,
    /// Pixels; none once the picture is gone.
    pub size: Option<(i64, i64)>,
    pub why: Option<String>,
    /// Whether the viewer offered it.
    pub own: bool,
    /// Whether the viewer may delete it.
    pub may_remove: bool,
}

/// What the viewer may do about photos of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adding {
    /// Nothing: the point is there no more.
    Nothing,
    /// Offer one, after signing in.
    AfterSigningIn,
    /// Offer one.
    Offer,
    /// Nothing until the one that was offered is decided about.
    Waits,
    /// Add one: they keep the point.
    Add,
    /// Nothing: there are as many as may be.
    Full,
}

/// A photo that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub id: PhotoId,
    pub alt: String,
    pub size: Option<(i64, i64)>,
    pub at: Timestamp,
    pub point: PointId,
    pub name: String,
    pub kind: Kind,
    pub unit: Unit,
}

/// The photos that wait where the viewer keeps points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPage {
    pub now: Timestamp,
    pub rows: Page<Waiting>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_says_what_it_shows_and_a_refusal_why() {
        let mut errors = FieldErrors::default();
        assert_eq!(described(&mut errors, " 正门，左边有坡道 "), "正门，左边有坡道");
        assert!(errors.finish().is_ok());
        for typed in ["", "  ", "一\n二", &"字".repeat(LONGEST_ALT + 1)] {
            let mut errors = FieldErrors::default();
            described(&mut errors, typed);
            assert!(
                errors
                    .finish()
                    .is_err_and(|error| error.for_field("alt").count() > 0),
                "{typed}"
            );
        }
        assert_eq!(reason(" 拍到了人脸 ").as_deref(), Ok("拍到了人脸"));
        assert!(reason(" ").is_err() && reason(&"字".repeat(LONGEST_WHY + 1)).is_err());
    }
}
