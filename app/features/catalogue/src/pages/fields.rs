//! Fields that more than one form of this pillar has.

use leptos::prelude::*;
use ui::{Choice, Field, FieldKind, Select};

/// How long: a number and its unit.
#[component]
pub fn LimitFields(unit: String, amount: String, #[prop(optional)] optional: bool) -> impl IntoView {
    let units = vec![
        Choice::new("working_days", "个工作日"),
        Choice::new("hours", "小时（不分昼夜）"),
        Choice::new("at_once", "当场办结"),
    ];
    view! {
        <div class="fields-2">
            <Field name="amount" label="时限" kind=FieldKind::Number value=amount hint="当场办结的不用填" optional=true max_length=3/>
            <Select name="unit" label="单位" choices=units value=unit optional=optional/>
        </div>
    }
}

/// The choices of a coded list, with one for none.
pub fn choices(none: &str, all: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<Choice> {
    std::iter::once(Choice::new("", none))
        .chain(all.map(|(code, label)| Choice::new(code, label)))
        .collect()
}
