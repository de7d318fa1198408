//! The fields of a rule of routing: where it is kept, and where it is tried.

use leptos::prelude::*;
use ui::{Choice, Field, FieldKind, Select};

use crate::model::{Facts, HOLDERS, Kind, RoutingForm};

/// A rule as it is typed anew.
pub fn typed(facts: &Facts, position: i64, person: Option<String>) -> RoutingForm {
    RoutingForm {
        position,
        category: facts.category.clone().unwrap_or_default(),
        kind: facts.kind.map(|kind| kind.code().to_owned()).unwrap_or_default(),
        from: facts.hours.map(|(from, _)| from.to_string()).unwrap_or_default(),
        to: facts.hours.map(|(_, to)| to.to_string()).unwrap_or_default(),
        contains: facts.contains.join("、"),
        unit: facts.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
        role: facts.role.code().to_owned(),
        person: person.unwrap_or_default(),
    }
}

/// The fields; `open` where a rule need not say who.
#[component]
pub fn RuleFields(rule: RoutingForm, categories: Vec<(String, String)>, open: bool) -> impl IntoView {
    let any = |words: &str| Choice::new("", words);
    let categories = std::iter::once(any("不限"))
        .chain(
            categories
                .into_iter()
                .map(|(code, label)| Choice::new(code, label)),
        )
        .collect::<Vec<_>>();
    let kinds = std::iter::once(any("不限"))
        .chain(
            Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.label())),
        )
        .collect::<Vec<_>>();
    // A new rule says who: so the form is none again once it was added, and a second press adds nothing.
    let roles = (open || rule.role.is_empty())
        .then(|| any(if open { "不试新的规则" } else { "请选" }))
        .into_iter()
        .chain(HOLDERS.iter().map(|role| Choice::new(role.code(), role.label())))
        .collect::<Vec<_>>();
    let position = rule.position.to_string();
    view! {
        <div class="fields-2">
            <Select name="category" label="哪一类" choices=categories value=rule.category optional=true/>
            <Select name="kind" label="是什么" choices=kinds value=rule.kind optional=true/>
        </div>
        <Field name="contains" label="写到这些词之一" value=rule.contains optional=true max_length=200 hint="中间用顿号或者空格分开；空着就不看写了什么。"/>
        <div class="fields-2">
            <Field name="from" label="从几点" kind=FieldKind::Number value=rule.from optional=true hint="0 到 23；都空着就是全天。"/>
            <Field name="to" label="到几点" kind=FieldKind::Number value=rule.to optional=true hint="到这个钟点为止；可以跨过半夜。"/>
        </div>
        <div class="fields-2">
            <Select name="role" label="由谁承办" choices=roles value=rule.role optional=open/>
            <Field name="unit" label="在哪个单位" value=rule.unit optional=true max_length=20 hint="单位的代码；空着就是离事发地最近、有人担任的那一个。"/>
        </div>
        <Field name="person" label="指定到人" value=rule.person optional=true max_length=30 hint="担任这个岗位的人，填姓名或者手机号；空着就在岗位上的人中间平均分。指定的人请假时，由受委托的人接。"/>
        <Field name="position" label="次序" kind=FieldKind::Number value=position hint="小的先看。"/>
    }
}
