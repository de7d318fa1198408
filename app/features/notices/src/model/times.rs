//! When somebody is told beside the inbox, as it is chosen in a form.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::Quiet;

/// What the form sends where no digest is wanted.
pub const NO_DIGEST: &str = "off";

/// What was chosen, or holds by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    pub quiet: Option<Quiet>,
    /// The hour at which what is not urgent comes in one message.
    pub digest: Option<u8>,
}

impl Times {
    /// Reads the form. What is said of quiet hours is read only where they are wanted.
    ///
    /// # Errors
    /// [`AppError::Invalid`], beside the field.
    pub fn read(quiet: bool, from: &str, to: &str, digest: &str) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let quiet = if quiet {
            let hours = (hour(&mut errors, "from", from), hour(&mut errors, "to", to));
            match hours {
                (Some(from), Some(to)) => {
                    let quiet = Quiet::new(from, to);
                    errors.check(
                        quiet.is_some(),
                        "to",
                        "开始和结束一样。请改一个；不想要的话，不勾“夜里不打扰”。",
                    );
                    quiet
                }
                _ => None,
            }
        } else {
            None
        };
        let digest = match digest {
            "" | NO_DIGEST => None,
            text => hour(&mut errors, "digest", text),
        };
        if let (Some(quiet), Some(hour)) = (quiet, digest) {
            errors.check(
                !quiet.holds_hour(hour),
                "digest",
                "这个时间在不打扰的时段里，请换一个。",
            );
        }
        errors.finish()?;
        Ok(Self { quiet, digest })
    }
}

fn hour(errors: &mut FieldErrors, field: &str, text: &str) -> Option<u8> {
    let hour = text.trim().parse::<u8>().ok().filter(|hour| *hour < 24);
    errors.check(hour.is_some(), field, "请选一个整点。");
    hour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_form_sends() {
        let read = Times::read(true, "21", "6", "18").unwrap();
        assert_eq!((read.quiet, read.digest), (Quiet::new(21, 6), Some(18)));
        let read = Times::read(false, "x", "", NO_DIGEST).unwrap();
        assert_eq!((read.quiet, read.digest), (None, None));
        assert_eq!(Times::read(false, "", "", "23").unwrap().digest, Some(23));
    }

    #[test]
    fn says_beside_the_field_what_is_wrong() {
        for (quiet, from, to, digest, field) in [
            (true, "24", "7", "off", "from"),
            (true, "-1", "7", "off", "from"),
            (true, "22", "", "off", "to"),
            (true, "7", "7", "off", "to"),
            (true, "22", "7", "23", "digest"),
            (true, "22", "7", "6", "digest"),
            (false, "", "", "noon", "digest"),
        ] {
            let refused = Times::read(quiet, from, to, digest).unwrap_err();
            assert_eq!(
                refused.for_field(field).count(),
                1,
                "{from} {to} {digest}: {refused:?}"
            );
        }
        // The hour at which quiet ends is fine.
        assert!(Times::read(true, "22", "7", "7").is_ok());
    }
}
