//! A word on a tone: never the tone alone.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// What a mark means; also the tone of a bar and of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Says something without asking for anything.
    #[default]
    Quiet,
    /// On its way, open, can be joined.
    Go,
    /// Due soon, and points.
    Due,
    /// Overdue, dangerous.
    Late,
    /// Done, agreed, confirmed.
    Done,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Go => "go",
            Self::Due => "due",
            Self::Late => "late",
            Self::Done => "done",
        }
    }

    /// Tone and words for a deadline `left_s` seconds away, negative once it has passed; `near_s` is when it becomes due.
    pub fn deadline(left_s: i64, near_s: i64) -> (Self, String) {
        let (tone, lead) = match left_s {
            ..0 => (Self::Late, "超期"),
            _ if left_s <= near_s => (Self::Due, "还有"),
            _ => (Self::Go, "还有"),
        };
        let minutes = left_s.unsigned_abs() / 60;
        let words = match minutes {
            0 => {
                return (
                    tone,
                    if left_s < 0 {
                        "刚刚超期".into()
                    } else {
                        "马上到期".into()
                    },
                );
            }
            1..60 => format!("{lead} {minutes} 分钟"),
            60..1440 => format!("{lead} {} 小时", minutes / 60),
            _ => format!("{lead} {} 天", minutes / 1440),
        };
        (tone, words)
    }
}

/// A badge: a word or two that tell a state.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] icon: Option<Glyph>,
    children: Children,
) -> impl IntoView {
    let class = format!("badge {}", tone.class());
    // Late and done carry a mark of their own, so that the difference shows without colour too.
    let icon = icon.or(match tone {
        Tone::Done => Some(Glyph::Check),
        _ => None,
    });
    view! { <span class=class>{icon.map(|name| view! { <Icon name/> })}{children()}</span> }
}

#[cfg(test)]
mod tests {
    use super::Tone;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;

    #[test]
    fn deadlines_are_told_in_the_largest_whole_unit() {
        assert_eq!(
            Tone::deadline(3 * DAY + HOUR, DAY),
            (Tone::Go, "还有 3 天".into())
        );
        assert_eq!(Tone::deadline(DAY, DAY), (Tone::Due, "还有 1 天".into()));
        assert_eq!(Tone::deadline(5 * HOUR, DAY), (Tone::Due, "还有 5 小时".into()));
        assert_eq!(Tone::deadline(59 * 60, DAY), (Tone::Due, "还有 59 分钟".into()));
        assert_eq!(Tone::deadline(20, DAY), (Tone::Due, "马上到期".into()));
        assert_eq!(Tone::deadline(-20, DAY), (Tone::Late, "刚刚超期".into()));
        assert_eq!(Tone::deadline(-4 * HOUR, DAY), (Tone::Late, "超期 4 小时".into()));
        assert_eq!(Tone::deadline(i64::MIN, DAY).0, Tone::Late);
    }
}
