//! Instants, shown in Asia/Shanghai.

use leptos::prelude::*;
use shared::Timestamp;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeForm {
    /// `11 月 23 日 14:05`
    #[default]
    Short,
    /// `2026 年 11 月 23 日 14:05`
    Full,
    /// `2026 年 11 月 23 日`
    Date,
    /// `14:05`
    Clock,
}

/// An instant as words and, for machines, as RFC 3339.
#[component]
pub fn Time(at: Timestamp, #[prop(optional)] form: TimeForm) -> impl IntoView {
    let words = match form {
        TimeForm::Short => at.zh_short(),
        TimeForm::Full => at.zh(),
        TimeForm::Date => at.date().zh(),
        TimeForm::Clock => at.zh_time(),
    };
    view! { <time datetime=at.rfc3339()>{words}</time> }
}
