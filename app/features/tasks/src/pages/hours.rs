//! `/admin/hours/CODE`: when a unit works.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice,
    Page, Resource, Submit, Tone, successes, viewer::use_viewer,
};

use super::frame::{Done, Fault, loaded};
use crate::{
    api,
    model::{HoursPage, OtherDay, WEEKDAYS, WeekRow},
};

/// `/admin/hours`: the units whose hours one may set.
pub fn own() -> AnyView {
    let Some(actor) = use_viewer().actor else {
        return view! { <Fault error=shared::AppError::Unauthenticated/> }.into_any();
    };
    if !actor.may(Permission::HoursEdit) {
        let error = if actor.lacks_factor_for(Permission::HoursEdit) {
            shared::AppError::SecondFactorRequired
        } else {
            shared::AppError::Forbidden
        };
        return view! { <Fault error/> }.into_any();
    }
    let rows = actor
        .grants
        .iter()
        .filter(|grant| grant.role.allows(Permission::HoursEdit))
        .map(|grant| {
            let href = format!("/admin/hours/{}", grant.code);
            view! { <ListRow icon=Glyph::Clock title=grant.node_name.clone() detail=grant.role.label() href/> }
        })
        .collect_view();
    view! {
        <Page title="上班时间">
            <div class="stack loose">
                <p>"按工作日、工作时间算的期限，以办事单位的上班时间为准。没有单独设的单位，跟上级一样。"</p>
                <List label="您能设的单位">{rows}</List>
                <p class="small quiet">"下级单位的上班时间，在它的地址里把编码换成那个单位的编码。"</p>
            </div>
        </Page>
    }
    .into_any()
}

/// `/admin/hours/:code`
pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let (week, day, drop) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
    let changes = (successes(week), successes(day), successes(drop));
    let hours = Resource::new(
        move || (code.get(), changes.0.get(), changes.1.get(), changes.2.get()),
        |(code, ..)| api::unit_hours(code),
    );
    loaded(hours, move |page: HoursPage| {
        view! { <Hours page week day drop/> }.into_any()
    })
}

#[component]
fn Hours(
    page: HoursPage,
    week: ServerAction<api::SetWeek>,
    day: ServerAction<api::SetDay>,
    drop: ServerAction<api::DropDay>,
) -> impl IntoView {
    let from = match &page.from_node {
        Some(name) if *name == page.node_name => "本单位自己设的。".to_owned(),
        Some(name) => format!("跟{name}一样。"),
        None => "没有单独设过，用通常的上班时间。".to_owned(),
    };
    let rows = page
        .week
        .days()
        .iter()
        .zip(WEEKDAYS)
        .map(|(hours, name)| view! { <dt>{name}</dt><dd>{hours.to_string()}</dd> })
        .collect_view();
    let open = if page.is_open {
        view! { <Badge tone=Tone::Go>"正在上班"</Badge> }.into_any()
    } else {
        let next = page.next_opening.map(|at| format!("，{} 上班", at.zh_short()));
        view! { <Badge>"现在休息"{next}</Badge> }.into_any()
    };
    let above = vec![("上班时间".to_owned(), "/admin/hours".to_owned())];
    let upcoming: Vec<WeekRow> = page
        .own
        .iter()
        .filter(|row| row.from > page.today)
        .cloned()
        .collect();
    view! {
        <Page title=format!("{}的上班时间", page.node_name) above>
            <div class="stack loose">
                <Done/>
                <Card title="现在" end=move || open>
                    <p>{from}</p>
                    <dl class="facts">{rows}</dl>
                    <p class="small quiet">"法定节假日休息；调休上班的周末，按周末自己的时间，没有的按周一的时间。"</p>
                </Card>
                {(!upcoming.is_empty()).then(|| view! { <Upcoming rows=upcoming/> })}
                <WeekForm page=page.clone() action=week/>
                <OtherDays page day drop/>
            </div>
        </Page>
    }
}

#[component]
fn Upcoming(rows: Vec<WeekRow>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let detail = row.week.map_or_else(
                || "跟上级一样".to_owned(),
                |week| {
                    let days = week.days().iter().zip(WEEKDAYS);
                    days.map(|(hours, name)| format!("{name} {hours}"))
                        .collect::<Vec<_>>()
                        .join("；")
                },
            );
            view! { <ListRow icon=Glyph::Calendar title=format!("{}起", row.from.zh()) detail/> }
        })
        .collect_view();
    view! { <Card title="已经定好的改动" flush=true><List label="已经定好的改动">{rows}</List></Card> }
}

#[component]
fn WeekForm(page: HoursPage, action: ServerAction<api::SetWeek>) -> impl IntoView {
    // Made inside the form: a field made before it would not know whose it is.
    let fields = move || {
        let days = page.week.days().iter().zip(WEEKDAYS).enumerate();
        days.map(|(at, (hours, name))| {
            view! { <Field name=format!("d{}", at + 1) label=name value=hours.to_string() max_length=60/> }
        })
        .collect_view()
    };
    view! {
        <Card title="改上班时间">
            <Form action prefix="week">
                <input type="hidden" name="code" value=page.code/>
                <p class="hint">"写成 08:30-12:00, 13:30-17:30 这样；不上班的日子写“休息”。"</p>
                {fields()}
                <Field name="from" label="从哪天起" kind=FieldKind::Date value=page.today.to_string()/>
                <Checkbox name="inherit" label="不单独设，跟上级一样" hint="勾上以后，上面填的不算。"/>
                <Submit>"保存"</Submit>
            </Form>
        </Card>
    }
}

#[component]
fn OtherDays(
    page: HoursPage,
    day: ServerAction<api::SetDay>,
    drop: ServerAction<api::DropDay>,
) -> impl IntoView {
    let (code, today) = (page.code.clone(), page.today);
    let none = page.days.is_empty();
    let rows = page
        .days
        .into_iter()
        .map(|other: OtherDay| {
            let removable = other.own && other.date >= today;
            let (code, date) = (code.clone(), other.date);
            let from = if other.own { String::new() } else { format!("，{}定的", other.node_name) };
            let title = format!("{}：{}", date.zh(), other.hours);
            let detail = format!("{}{from}", other.reason);
            view! {
                <ListRow icon=Glyph::Calendar title detail>
                    {removable.then(|| view! {
                        <ActionForm action=drop>
                            <input type="hidden" name="code" value=code/>
                            <input type="hidden" name="date" value=date.to_string()/>
                            <Button kind=ButtonKind::Quiet submit=true>"取消"<span class="hidden-text">{date.zh()}</span></Button>
                        </ActionForm>
                    })}
                </ListRow>
            }
        })
        .collect_view();
    let list = if none {
        view! { <Empty icon=Glyph::Calendar title="没有单独安排的日子"/> }.into_any()
    } else {
        view! { <List label="单独安排的日子">{rows}</List> }.into_any()
    };
    let refused = move || {
        let value = drop.value();
        let error = value.with(|value| value.as_ref().and_then(|result| result.as_ref().err().cloned()));
        error.map(|error| view! { <Notice tone=Tone::Late live=true>{error.message()}</Notice> })
    };
    view! {
        <Card title="单独安排的日子">
            {refused}
            {list}
            <Form action=day prefix="day">
                <input type="hidden" name="code" value=page.code/>
                <Field name="date" label="哪天" kind=FieldKind::Date/>
                <Field name="hours" label="那天的时间" hint="写成 08:30-12:00 这样；不上班就写“休息”。" max_length=60/>
                <Field name="reason" label="原因" hint="例如“台风停止办公”。" max_length=60/>
                <Submit kind=ButtonKind::Plain>"加上"</Submit>
            </Form>
        </Card>
    }
}
