//! `/admin/reports/categories`: what residents can report, for the whole deployment.

use leptos::prelude::*;
use shared::AppError;
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Choice, Empty, Field, FieldKind, Form, Glyph, List, ListRow,
    Notice, Page, Resource, Select, Submit, Tone, returned::was_refused, successes,
};

use super::frame::{glyph, loaded, query};
use crate::{
    api,
    model::{AnswerKind, Attribute, CategoriesPage, Category, CategoryRow, HOLDERS, QUESTIONS, Urgency},
};

const HERE: &str = "/admin/reports/categories";
/// As the address names a category that is not there yet.
const NEW: &str = "new";

pub fn page() -> AnyView {
    let chosen = query("category");
    let save = ServerAction::<api::SaveCategory>::new();
    let saved = successes(save);
    let shown = Resource::new(move || saved.get(), |_| api::get_categories());
    loaded(shown, move |page: CategoriesPage| {
        view! {
            {move || {
                let page = page.clone();
                match chosen.get().as_str() {
                    "" => view! { <Categories page/> }.into_any(),
                    NEW => view! { <Edit row=None save/> }.into_any(),
                    code => match page.rows.into_iter().find(|row| row.category.code == code) {
                        Some(row) => view! { <Edit row=Some(row) save/> }.into_any(),
                        None => view! { <Missing/> }.into_any(),
                    },
                }
            }}
        }
        .into_any()
    })
}

#[component]
fn Missing() -> impl IntoView {
    ui::status::set_from(&AppError::NotFound);
    view! {
        <Page title="诉求类别">
            <Empty icon=Glyph::Search title="没有这一类">
                <div class="buttons"><Button kind=ButtonKind::Plain href=HERE>"看全部"</Button></div>
            </Empty>
        </Page>
    }
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    move || {
        (done.get() == "saved").then(|| {
            view! { <Notice tone=Tone::Done live=true>"已保存，新的反映马上按它来。已经反映的不变。"</Notice> }
        })
    }
}

#[component]
fn Categories(page: CategoriesPage) -> impl IntoView {
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let icon = glyph(&row.category.code);
            let category = row.category;
            let href = format!("{HERE}?category={}", category.code);
            let detail = format!("{}，最近 30 天 {} 件", limit(&category), row.matters);
            let (first, closed, about) = (category.first_class, !category.offered, category.about_unit);
            view! {
                <ListRow icon title=category.label detail href>
                    {first.then(|| view! { <Badge tone=Tone::Go>"排在前面"</Badge> })}
                    {about.then(|| view! { <Badge tone=Tone::Due>"投诉交上一级"</Badge> })}
                    {closed.then(|| view! { <Badge>"已停用"</Badge> })}
                </ListRow>
            }
        })
        .collect_view();
    let new = format!("{HERE}?category={NEW}");
    view! {
        <Page title="诉求类别">
            <div class="stack loose">
                <Done/>
                <p>"居民反映的时候从这里选。停用的不再出现，以前反映的照样看得到。"</p>
                <Card flush=true><List label="诉求类别">{rows}</List></Card>
                <div class="buttons"><Button icon=Glyph::Add href=new>"加一类"</Button></div>
            </div>
        </Page>
    }
}

fn limit(category: &Category) -> String {
    match (category.urgency, category.days) {
        (Urgency::Sudden, _) => "突发，2 小时".to_owned(),
        (Urgency::Urgent, _) => "急，24 小时".to_owned(),
        (urgency, Some(days)) => format!("{}，{days} 个工作日", urgency.label()),
        (Urgency::Complex, None) => "复杂，15 个工作日".to_owned(),
        (Urgency::Ordinary, None) => "一般，7 个工作日".to_owned(),
    }
}

#[component]
fn Edit(row: Option<CategoryRow>, save: ServerAction<api::SaveCategory>) -> impl IntoView {
    let new = row.is_none();
    let (code, position) = row.as_ref().map_or_else(
        || (String::new(), String::new()),
        |row| (row.category.code.clone(), row.position.to_string()),
    );
    let category = row.map(|row| row.category);
    let of = |get: fn(&Category) -> String| category.as_ref().map(get).unwrap_or_default();
    let title = match &category {
        Some(category) => category.label.clone(),
        None => "加一类".to_owned(),
    };
    let label = of(|category| category.label.clone());
    let aliases = of(|category| category.aliases.join("、"));
    let urgency = category.as_ref().map_or(Urgency::Ordinary, |one| one.urgency);
    let days = of(|category| category.days.map(|days| days.to_string()).unwrap_or_default());
    let lead = of(|category| {
        category
            .lead
            .map(|role| role.code().to_owned())
            .unwrap_or_default()
    });
    let ticked = |get: fn(&Category) -> bool, otherwise: bool| category.as_ref().map_or(otherwise, get);
    let first_class = ticked(|category| category.first_class, false);
    let about_unit = ticked(|category| category.about_unit, false);
    let offered = ticked(|category| category.offered, true);
    let urgencies = Urgency::ALL
        .iter()
        .map(|urgency| Choice::new(urgency.code(), urgency.label()))
        .collect::<Vec<_>>();
    let leads = std::iter::once(Choice::new("", "不指定，从网格员开始找"))
        .chain(HOLDERS.iter().map(|role| Choice::new(role.code(), role.label())))
        .collect::<Vec<_>>();
    let known = category.map(|category| category.questions).unwrap_or_default();
    let any = !known.is_empty();
    // Made inside of the form, where their fields find their errors and an id of their own.
    let questions = move || {
        (0..QUESTIONS)
            .map(|at| {
                let question = known.get(at).cloned();
                view! { <Question at question/> }
            })
            .collect_view()
    };
    let above = vec![("诉求类别".to_owned(), HERE.to_owned())];
    let prefix = if new {
        NEW.to_owned()
    } else {
        format!("save-{code}")
    };
    let open = any || was_refused::<api::SaveCategory>(&prefix);
    view! {
        <Page title above>
            <Form action=save prefix>
                <input type="hidden" name="category" value=code/>
                <Card title="叫什么">
                    <Field name="label" label="名称" value=label max_length=20/>
                    <Field name="aliases" label="大家怎么说" value=aliases optional=true max_length=200 hint="居民用这些词也能找到它，中间用顿号分开。"/>
                    <Field name="position" label="次序" kind=FieldKind::Number value=position optional=true hint="小的排在前面。"/>
                    <Checkbox name="first_class" label="排在最前面" checked=first_class/>
                    <Checkbox name="offered" label="可以反映" hint="去掉勾就是停用：不再出现，正在填的也会被告知换一类。" checked=offered/>
                </Card>
                <Card title="多久办完、由谁办">
                    <Select name="urgency" label="一般有多急" choices=urgencies value=urgency.code() hint="突发 2 小时，急 24 小时，一般 7 个工作日，复杂 15 个工作日。"/>
                    <Field name="days" label="更短的时限" kind=FieldKind::Number value=days optional=true hint="工作日，只能比上面的短。"/>
                    <Select name="lead" label="由谁承办" choices=leads value=lead optional=true hint="派单规则没有说的时候，先交给离得最近的。"/>
                    <Checkbox name="about_unit" label="投诉这一类，就是投诉社区" hint="直接交给上一级，社区和网格看不到。" checked=about_unit/>
                </Card>
                <Card title="再问什么">
                    <details class="fold" open=open>
                        <summary>{format!("最多 {QUESTIONS} 个问题")}</summary>
                        <p class="small quiet">"问得越少，反映的人越多。空着的不问。"</p>
                        {questions()}
                    </details>
                </Card>
                <Submit>"保存"</Submit>
            </Form>
        </Page>
    }
}

/// A question, a place in each of the form's lists.
#[component]
fn Question(at: usize, question: Option<Attribute>) -> impl IntoView {
    let of = |get: fn(&Attribute) -> String| question.as_ref().map(get).unwrap_or_default();
    let code = of(|question| question.code.clone());
    let label = of(|question| question.label.clone());
    let kind = of(|question| question.answer.code().to_owned());
    let choices = of(|question| question.choices.join("、"));
    let required = of(|question| question.required.to_string());
    let kinds = AnswerKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.label()))
        .collect::<Vec<_>>();
    let must = [("false", "可不答"), ("true", "必须回答")]
        .map(|(value, label)| Choice::new(value, label))
        .to_vec();
    let number = at + 1;
    view! {
        <fieldset class="field">
            <legend>{format!("第 {number} 个问题")}</legend>
            <input type="hidden" name=format!("codes[{at}]") value=code/>
            <Field name=format!("labels[{at}]") label=format!("问题 {number}") value=label optional=true max_length=40/>
            <div class="fields-2">
                <Select name=format!("kinds[{at}]") label=format!("问题 {number} 怎么回答") choices=kinds value=kind optional=true/>
                <Select name=format!("required[{at}]") label=format!("问题 {number} 要不要答") choices=must value=required optional=true/>
            </div>
            <Field name=format!("choices[{at}]") label=format!("问题 {number} 可以选的") value=choices optional=true max_length=200 hint="选一项的才用，中间用顿号分开。"/>
        </fieldset>
    }
}
