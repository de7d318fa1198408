//! How a person wants to see the pages: 标准版 or 长辈版, its text size, light or dark.
//!
//! Kept in the cookie `appearance`, so that the server renders the right page at once: no flash, and it works without
//! script. The cookie is readable by script, for with script the switch takes effect without a request.

use std::fmt;

pub const COOKIE: &str = "appearance";
const YEAR_S: u32 = 365 * 24 * 3600;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Edition {
    #[default]
    Standard,
    /// 长辈版
    Large,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// As the device has it.
    #[default]
    Auto,
    Light,
    Dark,
}

/// Body text of 长辈版, in px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextSize {
    #[default]
    Px24,
    Px27,
    Px30,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Appearance {
    pub edition: Edition,
    pub theme: Theme,
    pub text: TextSize,
}

impl Appearance {
    /// From the cookie's value. Words it does not know are passed over, so that garbage is the default.
    pub fn from_cookie(value: &str) -> Self {
        value.split(['.', ' ', '+']).fold(Self::default(), Self::with)
    }

    /// The cookie's value: words with a point between them, in one order. Also fit as part of a cache key.
    pub fn to_cookie(self) -> String {
        self.to_string()
    }

    /// The whole `Set-Cookie` header (also what `document.cookie` takes). Kept for a year.
    pub fn set_cookie(self, secure: bool) -> String {
        let secure = if secure { "; Secure" } else { "" };
        format!("{COOKIE}={self}; Path=/; Max-Age={YEAR_S}; SameSite=Lax{secure}")
    }

    /// The classes of `<html>`.
    pub const fn html_class(self) -> &'static str {
        match (self.edition, self.text) {
            (Edition::Standard, _) => "",
            (Edition::Large, TextSize::Px24) => "large",
            (Edition::Large, TextSize::Px27) => "large size-27",
            (Edition::Large, TextSize::Px30) => "large size-30",
        }
    }

    /// `<html data-theme>`; none follows the device.
    pub const fn data_theme(self) -> Option<&'static str> {
        match self.theme {
            Theme::Auto => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }

    pub const fn is_large(self) -> bool {
        matches!(self.edition, Edition::Large)
    }

    /// Changed by one word: `standard`, `large`, `large-27`, `large-30`, `auto`, `light`, `dark`. This is what the
    /// parameters `size` and `theme` of `/appearance` hold. Other words change nothing.
    #[must_use]
    pub fn with(self, word: &str) -> Self {
        let large = |text| Self {
            edition: Edition::Large,
            text,
            ..self
        };
        match word {
            "standard" => Self {
                edition: Edition::Standard,
                ..self
            },
            "large" => large(TextSize::Px24),
            "large-27" => large(TextSize::Px27),
            "large-30" => large(TextSize::Px30),
            "auto" => Self {
                theme: Theme::Auto,
                ..self
            },
            "light" => Self {
                theme: Theme::Light,
                ..self
            },
            "dark" => Self {
                theme: Theme::Dark,
                ..self
            },
            _ => self,
        }
    }

    /// The way back after a change, if it leads into this site; else the home page.
    pub fn way_back(back: &str) -> &str {
        let mut chars = back.chars();
        let inside = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
        if inside && !back.contains(|c: char| c.is_control()) {
            back
        } else {
            "/"
        }
    }
}

impl fmt::Display for Appearance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.edition, self.text) {
            (Edition::Standard, _) => "standard",
            (Edition::Large, TextSize::Px24) => "large",
            (Edition::Large, TextSize::Px27) => "large-27",
            (Edition::Large, TextSize::Px30) => "large-30",
        })?;
        match self.data_theme() {
            Some(theme) => write!(f, ".{theme}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_cookie() {
        for size in ["standard", "large", "large-27", "large-30"] {
            for theme in ["auto", "light", "dark"] {
                let appearance = Appearance::default().with(size).with(theme);
                assert_eq!(Appearance::from_cookie(&appearance.to_cookie()), appearance);
            }
        }
        assert_eq!(
            Appearance::from_cookie("large dark"),
            Appearance::default().with("large").with("dark")
        );
    }

    #[test]
    fn garbage_is_the_default() {
        for garbage in [
            "",
            "....",
            "大",
            "large;dark",
            "\u{0}",
            "LARGE",
            &"x".repeat(10_000),
        ] {
            assert_eq!(
                Appearance::from_cookie(garbage),
                Appearance::default(),
                "{garbage:.20}"
            );
        }
    }

    #[test]
    fn classes_and_theme() {
        let large = Appearance::from_cookie("large-30.dark");
        assert_eq!(
            (large.html_class(), large.data_theme()),
            ("large size-30", Some("dark"))
        );
        assert_eq!(large.with("standard").html_class(), "");
        assert_eq!(
            large.set_cookie(true),
            "appearance=large-30.dark; Path=/; Max-Age=31536000; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn the_way_back_stays_inside() {
        assert_eq!(Appearance::way_back("/orgs?q=常熟"), "/orgs?q=常熟");
        for outside in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nSet-Cookie: x",
            "javascript:1",
        ] {
            assert_eq!(Appearance::way_back(outside), "/", "{outside}");
        }
    }
}
