//! To what the work list is narrowed: a form that works without script.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Checkbox, Choice, Field, FieldKind, Glyph, Select};

use super::work::HERE;
use crate::model::{Filter, HOLDERS, Kind, State, Unit, Urgency};

/// Something to choose before all that there is.
fn choices(
    first: impl IntoIterator<Item = Choice>,
    all: impl IntoIterator<Item = (String, String)>,
) -> Vec<Choice> {
    let all = all.into_iter().map(|(code, label)| Choice::new(code, label));
    first.into_iter().chain(all).collect()
}

fn named(code: &str, label: &str) -> (String, String) {
    (code.to_owned(), label.to_owned())
}

#[component]
pub fn Narrow(filter: Filter, categories: Vec<(String, String)>, units: Vec<Unit>) -> impl IntoView {
    let open = filter.is_narrow();
    let any = || Choice::new("", "不限");
    let units = choices(
        [Choice::new("", "我管的全部")],
        units.into_iter().map(|unit| (unit.code, unit.name)),
    );
    let states = choices(
        [
            Choice::new("", "在办的"),
            Choice::new("ended", "已结束的"),
            Choice::new("all", "全部"),
        ],
        State::ALL.iter().map(|state| named(state.code(), state.label())),
    );
    let kinds = choices(
        [any()],
        Kind::ALL.iter().map(|kind| named(kind.code(), kind.label())),
    );
    let categories = choices([any()], categories);
    let urgencies = choices(
        [any()],
        Urgency::ALL.iter().map(|one| named(one.code(), one.label())),
    );
    let holders = choices(
        [any(), Choice::new(Filter::MINE, "在我手里的，也算协办")],
        HOLDERS.iter().map(|role| named(role.code(), role.label())),
    );
    let late = vec![any(), Choice::new("true", "只看超期的")];
    let only = if filter.late { "true" } else { "" };
    view! {
        <details class="fold" open=open>
            <summary>"筛选"</summary>
            <form class="form" method="get" action=HERE>
                <input type="hidden" name="q" value=filter.q/>
                <div class="fields-2">
                    <Select name="node" label="哪个单位" choices=units value=filter.node optional=true/>
                    <Select name="state" label="到哪一步" choices=states value=filter.state optional=true/>
                    <Select name="kind" label="是什么" choices=kinds value=filter.kind optional=true/>
                    <Select name="category" label="哪一类" choices=categories value=filter.category optional=true/>
                    <Select name="urgency" label="急缓" choices=urgencies value=filter.urgency optional=true/>
                    <Select name="holder" label="在谁手里" choices=holders value=filter.holder optional=true/>
                    <Select name="late" label="期限" choices=late value=only optional=true/>
                    <Field name="since" label="从哪天反映的" kind=FieldKind::Date value=filter.since optional=true/>
                    <Field name="until" label="到哪天反映的" kind=FieldKind::Date value=filter.until optional=true/>
                    <Checkbox name="joint" label="只看还有别的单位在协办的" checked=filter.joint/>
                    <Checkbox name="urged" label="只看上级督办的" checked=filter.urged/>
                </div>
                <div class="buttons"><Button kind=ButtonKind::Plain submit=true icon=Glyph::Filter>"筛选"</Button></div>
            </form>
        </details>
    }
}
