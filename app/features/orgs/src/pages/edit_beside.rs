//! Bodies, terms and posts on the edit page: one form an entry, folded until it is wanted.

use leptos::{prelude::*, server_fn};
use ui::{ButtonKind, Card, Choice, Field, FieldKind, Form, Select, Submit, use_toasts};

use super::node_parts::span;
use crate::{
    api,
    model::{Body, BodyKind, BodyOf, EditPage, Post, Term},
};

/// A page is shown anew once something was saved on it.
#[component]
pub fn EditBeside(shown: EditPage, saved: RwSignal<u32>) -> impl IntoView {
    let code = shown.node.code.to_string();
    let today = shown.today.to_string();
    let bodies = shown.bodies.clone();
    let entries = bodies
        .iter()
        .map(|of| view! { <BodyCard code=code.clone() today=today.clone() of=of.clone() bodies=bodies.clone() saved/> })
        .collect_view();
    let posts = shown
        .posts
        .into_iter()
        .map(|post| view! { <PostFold code=code.clone() today=today.clone() post bodies=bodies.clone() saved/> })
        .collect_view();
    let (own_code, own_today) = (code.clone(), today.clone());
    view! {
        <Card title="负责人">
            <p class="quiet">"单位本身的职务，如网格长。组织里的职务填在组织下面。"</p>
            {posts}
            <details class="org-fold"><summary>"添加负责人"</summary>
                <PostForm code=own_code today=own_today body=None bodies saved/>
            </details>
        </Card>
        {entries}
        <Card title="添加组织">
            <BodyForm code today saved/>
        </Card>
    }
}

/// Tells the page and the person that something was saved.
fn when_saved<S>(action: ServerAction<S>, saved: RwSignal<u32>, words: &'static str)
where
    S: server_fn::ServerFn<Output = (), Error = shared::AppError> + Clone + Send + Sync + 'static,
{
    let toasts = use_toasts();
    Effect::new(move |_| {
        if action.value().with(|value| matches!(value, Some(Ok(())))) {
            toasts.done(words);
            saved.update(|n| *n += 1);
        }
    });
}

#[component]
fn Hidden(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value/> }
}

#[component]
fn Span(from: String, to: String) -> impl IntoView {
    view! {
        <div class="fields-2">
            <Field name="from" label="开始日期" kind=FieldKind::Date value=from/>
            <Field name="to" label="结束日期" hint="还在就空着" kind=FieldKind::Date value=to optional=true/>
        </div>
    }
}

/// Takes away an entry that was made by mistake.
#[component]
fn Remove(kind: &'static str, id: String, version: i64, saved: RwSignal<u32>) -> impl IntoView {
    let action = ServerAction::<api::Remove>::new();
    when_saved(action, saved, "已删除");
    view! {
        <Form action prefix=format!("remove-{id}")>
            <Hidden name="kind" value=kind/>
            <Hidden name="id" value=id/>
            <Hidden name="version" value=version.to_string()/>
            <Submit kind=ButtonKind::Quiet>"填错了，删除这一条"</Submit>
        </Form>
    }
}

#[component]
fn BodyCard(
    code: String,
    today: String,
    of: BodyOf,
    bodies: Vec<BodyOf>,
    saved: RwSignal<u32>,
) -> impl IntoView {
    let BodyOf { body, terms, posts } = of;
    let (id, version, has_terms) = (body.id, body.version, body.kind.has_terms());
    let posts = posts
        .into_iter()
        .map(|post| view! { <PostFold code=code.clone() today=today.clone() post bodies=bodies.clone() saved/> })
        .collect_view();
    let terms = terms
        .into_iter()
        .map(|term| view! { <TermFold today=today.clone() term saved/> })
        .collect_view();
    view! {
        <Card title=body.name.clone()>
            <details class="org-fold"><summary>"名称、电话、地址"</summary>
                <BodyForm code=code.clone() today=today.clone() body=body saved/>
                <Remove kind="body" id=id.to_string() version saved/>
            </details>
            {terms}
            {has_terms.then(|| view! {
                <details class="org-fold"><summary>"添加届次"</summary><TermForm body=id.to_string() today=today.clone() saved/></details>
            })}
            {posts}
            <details class="org-fold"><summary>"添加任职"</summary>
                <PostForm code today body=Some(id.to_string()) bodies saved/>
            </details>
        </Card>
    }
}

#[component]
fn BodyForm(
    code: String,
    today: String,
    #[prop(optional)] body: Option<Body>,
    saved: RwSignal<u32>,
) -> impl IntoView {
    let action = ServerAction::<api::SaveBody>::new();
    when_saved(action, saved, "已保存");
    let kinds = BodyKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.label()))
        .collect();
    let id = body.as_ref().map(|body| body.id.to_string()).unwrap_or_default();
    let version = body.as_ref().map_or(0, |body| body.version);
    let from = body.as_ref().map_or(today, |body| body.valid_from.to_string());
    let to = body
        .as_ref()
        .and_then(|body| body.valid_to)
        .map(|to| to.to_string())
        .unwrap_or_default();
    let kind = body
        .as_ref()
        .map_or(BodyKind::PartyBranch, |body| body.kind)
        .code();
    let (name, phone, address) = body
        .map(|b| (b.name, b.phone.unwrap_or_default(), b.address.unwrap_or_default()))
        .unwrap_or_default();
    view! {
        <Form action prefix=format!("body-{id}") adds=id.is_empty()>
            <Hidden name="code" value=code/>
            <Hidden name="id" value=id/>
            <Hidden name="version" value=version.to_string()/>
            <div class="fields-2">
                <Select name="kind" label="类别" choices=kinds value=kind/>
                <Field name="name" label="名称" value=name max_length=60/>
                <Field name="phone" label="办公电话" value=phone optional=true/>
                <Field name="address" label="办公地址" value=address optional=true max_length=100/>
            </div>
            <Span from to/>
            <Submit>"保存"</Submit>
        </Form>
    }
}

#[component]
fn TermFold(today: String, term: Term, saved: RwSignal<u32>) -> impl IntoView {
    let said = format!("{}，{}", term.label(), span(term.valid_from, term.valid_to));
    let (id, version) = (term.id.to_string(), term.version);
    view! {
        <details class="org-fold"><summary>{said}</summary>
            <TermForm body=term.body_id.to_string() today term=term saved/>
            <Remove kind="term" id version saved/>
        </details>
    }
}

#[component]
fn TermForm(
    body: String,
    today: String,
    #[prop(optional)] term: Option<Term>,
    saved: RwSignal<u32>,
) -> impl IntoView {
    let action = ServerAction::<api::SaveTerm>::new();
    when_saved(action, saved, "已保存");
    let id = term.as_ref().map(|term| term.id.to_string()).unwrap_or_default();
    let version = term.as_ref().map_or(0, |term| term.version);
    let number = term
        .as_ref()
        .map(|term| term.number.to_string())
        .unwrap_or_default();
    let from = term.as_ref().map_or(today, |term| term.valid_from.to_string());
    let to = term
        .and_then(|term| term.valid_to)
        .map(|to| to.to_string())
        .unwrap_or_default();
    view! {
        <Form action prefix=format!("term-{body}-{id}") adds=id.is_empty()>
            <Hidden name="body" value=body/>
            <Hidden name="id" value=id/>
            <Hidden name="version" value=version.to_string()/>
            <Field name="number" label="第几届" kind=FieldKind::Number value=number/>
            <Span from to/>
            <Submit>"保存"</Submit>
        </Form>
    }
}

#[component]
fn PostFold(
    code: String,
    today: String,
    post: Post,
    bodies: Vec<BodyOf>,
    saved: RwSignal<u32>,
) -> impl IntoView {
    let said = format!(
        "{} {}，{}",
        post.title,
        post.person_name,
        span(post.valid_from, post.valid_to)
    );
    let (id, version) = (post.id.to_string(), post.version);
    let body = post.body_id.map(|body| body.to_string());
    view! {
        <details class="org-fold"><summary>{said}</summary>
            <PostForm code today body bodies post=post saved/>
            <Remove kind="post" id version saved/>
        </details>
    }
}

/// A post of the body `body`, or of the node itself.
#[component]
fn PostForm(
    code: String,
    today: String,
    body: Option<String>,
    bodies: Vec<BodyOf>,
    #[prop(optional)] post: Option<Post>,
    saved: RwSignal<u32>,
) -> impl IntoView {
    let action = ServerAction::<api::SavePost>::new();
    when_saved(action, saved, "已保存");
    let id = post.as_ref().map(|post| post.id.to_string()).unwrap_or_default();
    let version = post.as_ref().map_or(0, |post| post.version);
    let from = post.as_ref().map_or(today, |post| post.valid_from.to_string());
    let to = post
        .as_ref()
        .and_then(|post| post.valid_to)
        .map(|to| to.to_string())
        .unwrap_or_default();
    let position = post
        .as_ref()
        .map(|post| post.position.to_string())
        .unwrap_or_default();
    let term = post
        .as_ref()
        .and_then(|post| post.term_id)
        .map(|term| term.to_string())
        .unwrap_or_default();
    let (title, person) = post
        .map(|post| (post.title, post.person_name))
        .unwrap_or_default();
    let body = body.unwrap_or_default();
    let terms: Vec<Choice> = bodies
        .iter()
        .filter(|of| of.body.id.to_string() == body)
        .flat_map(|of| {
            of.terms
                .iter()
                .map(|term| Choice::new(term.id.to_string(), term.label()))
        })
        .collect();
    // Made inside the form: a field's id is its form's.
    let terms = move || {
        if terms.is_empty() {
            view! { <Hidden name="term" value=""/> }.into_any()
        } else {
            let choices = std::iter::once(Choice::new("", "不分届")).chain(terms).collect();
            view! { <Select name="term" label="届次" choices value=term optional=true/> }.into_any()
        }
    };
    view! {
        <Form action prefix=format!("post-{body}-{id}") adds=id.is_empty()>
            <Hidden name="code" value=code/>
            <Hidden name="id" value=id/>
            <Hidden name="version" value=version.to_string()/>
            <Hidden name="body" value=body/>
            <div class="fields-2">
                <Field name="title" label="职务" value=title max_length=30/>
                <Field name="person_name" label="姓名" hint="对外公开的写法" value=person max_length=30/>
                {terms()}
                <Field name="position" label="排序" hint="小的在前" kind=FieldKind::Number value=position optional=true/>
            </div>
            <Span from to/>
            <Submit>"保存"</Submit>
        </Form>
    }
}
