//! What residents tell of themselves and of those who live with them: the forms on their page, and what the grid worker is asked to check.

use leptos::prelude::*;
use shared::{AppError, Permission};
use ui::{
    Button, ButtonKind, Card, Checkbox, Choice, Field, FieldKind, Form, Glyph, List, ListRow, Notice,
    Resource, Select, Submit, Tone, returned::was_refused, viewer::use_viewer,
};

use super::frame::{AskElsewhere, Kept, acting, open, relations, trouble};
use crate::{
    api,
    model::{DataKind, Entry, HouseholdPage, MyHousehold, ResidenceKind, Stated, ToCheck},
};

/// How somebody lives here, to be chosen: nothing goes without saying.
fn kinds() -> Vec<Choice> {
    open(
        "请选",
        ResidenceKind::ALL.iter().map(|kind| (kind.code(), kind.label())),
    )
}

/// Asks what registering did not, until it was said.
#[component]
pub fn Ask(mine: MyHousehold) -> impl IntoView {
    let action = acting::<api::StateMine>();
    if !mine.asks {
        return ().into_any();
    }
    let version = mine.version.to_string();
    view! {
        <Card warm=true title="请补充出生年份和居住情况">
            <p>"登记住址的时候没有问。开居民会议、推选居民代表，只算年满 18 周岁、常住在这里的人；不知道出生年份，就算不上您。"</p>
            <Form action prefix="state">
                <input type="hidden" name="version" value=version/>
                <div class="fields-2">
                    <Field name="born" label="您的出生年份" hint="如 1950；愿意的话填日期 1950-03-02" max_length=20/>
                    <Select name="kind" label="您的居住情况" choices=kinds()/>
                </div>
                {basis(DataKind::Birth)}
                <Submit>"补充好了"</Submit>
            </Form>
        </Card>
    }
    .into_any()
}

/// What for and on what basis it is held.
fn basis(kind: DataKind) -> AnyView {
    let words = format!("用来{}。依据：{}。", kind.purpose(), kind.basis().label());
    view! { <p class="small quiet">{words}</p> }.into_any()
}

/// Naming those who live with one; each waits for the grid worker.
#[component]
pub fn Others(entries: Vec<Entry>) -> impl IntoView {
    let action = acting::<api::NameOne>();
    let withdraw = acting::<api::TakeEntryBack>();
    let form_open = was_refused::<api::NameOne>("other");
    let rows = entries
        .into_iter()
        .map(|entry| {
            let (detail, button) = match &entry.refused {
                Some(why) => (format!("没有登记上：{why}"), "知道了"),
                None => (format!("{}，等网格员核对", entry.words()), "收回"),
            };
            let id = entry.id.to_string();
            view! {
                <li>
                    <p><b>{entry.name}</b></p>
                    <p class="small quiet">{detail}</p>
                    <ActionForm action=withdraw>
                        <input type="hidden" name="id" value=id/>
                        <Button kind=ButtonKind::Plain submit=true>{button}</Button>
                    </ActionForm>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        {trouble(withdraw)}
        <Card title="家里还有谁">
            <p>"上面没有列出来的家里人，填在这里。网格员核对后登记，登记上才算数。"</p>
            {(!rows.is_empty()).then(|| view! { <ul class="people-quorums" role="list" aria-label="您填写的家里人">{rows}</ul> })}
            <details class="fold" open=form_open>
                <summary>"填一位家里人"</summary>
                <Form action prefix="other" adds=true>
                    <Field name="name" label="姓名" max_length=40/>
                    <div class="fields-2">
                        <Field name="born" label="出生年份" hint="如 1950；知道日期的填 1950-03-02" max_length=20/>
                        <Select name="relation" label="与户代表的关系" choices=relations("不填") optional=true/>
                    </div>
                    <div class="fields-2">
                        <Select name="kind" label="居住情况" choices=kinds()/>
                        <Field name="phone" label="手机号" kind=FieldKind::Tel optional=true/>
                    </div>
                    {basis(DataKind::Others)}
                    <Checkbox name="agreed" label="本人知道我替他们填，并且同意" hint="未满 14 周岁的，由监护人同意。"/>
                    <Submit kind=ButtonKind::Plain icon=Glyph::Add>"请网格员核对"</Submit>
                </Form>
            </details>
        </Card>
    }
}

/// Whom members of a household named, and what they said of themselves, for the worker to check.
#[component]
pub fn Told(page: HouseholdPage, kept: Kept) -> impl IntoView {
    let may_edit = page.may_edit;
    let stated = page
        .stated
        .into_iter()
        .map(|stated| view! { <StatedPart stated may_edit/> })
        .collect::<Vec<_>>();
    let entries = kept
        .rows(page.entries, |entry| format!("entry-{}", entry.id))
        .into_iter()
        .map(|place| place.map(|entry| view! { <EntryPart entry may_edit/> }))
        .collect::<Vec<_>>();
    view! { {stated}{entries} }
}

#[component]
fn StatedPart(stated: Stated, may_edit: bool) -> impl IntoView {
    let action = acting::<api::CheckStated>();
    let born = stated
        .born
        .map_or_else(|| "没有填出生年份".to_owned(), |year| format!("{year} 年生"));
    let by = stated
        .acted
        .as_ref()
        .map_or_else(|| "本人".to_owned(), |acted| format!("{acted} 替本人"));
    let words = format!(
        "{born}，{}。{} {by}填的。不对的，请在下面更正登记。",
        stated.kind.label(),
        stated.at.zh_short()
    );
    view! {
        <Notice tone=Tone::Due title=format!("{} 补充了出生年份和居住情况", stated.name)>
            <p>{words}</p>
            {trouble(action)}
            {may_edit.then(|| view! {
                <ActionForm action=action>
                    <input type="hidden" name="id" value=stated.person.to_string()/>
                    <Button kind=ButtonKind::Plain submit=true icon=Glyph::Check busy=action.pending()>"属实"</Button>
                </ActionForm>
            })}
        </Notice>
    }
}

#[component]
fn EntryPart(entry: Entry, may_edit: bool) -> impl IntoView {
    let id = entry.id.to_string();
    let by = match &entry.acted {
        Some(acted) => format!("{acted} 替 {}", entry.by),
        None => entry.by.clone(),
    };
    let words = format!("{}。{} {by} 填的。", entry.words(), entry.at.zh_short());
    view! {
        <Card warm=true title=format!("要登记：{}", entry.name)>
            <p>{words}</p>
            {may_edit.then(|| view! { <Decide id/> })}
        </Card>
    }
}

#[component]
fn Decide(id: String) -> impl IntoView {
    let note = acting::<api::NoteEntry>();
    let refuse = acting::<api::RefuseEntry>();
    let (noting, refusing) = (format!("note-{id}"), format!("refuse-{id}"));
    let open = was_refused::<api::RefuseEntry>(&refusing);
    let for_note = id.clone();
    view! {
        <Form action=note prefix=noting>
            <input type="hidden" name="id" value=for_note/>
            <AskElsewhere/>
            <Submit icon=Glyph::Check>"登记上"</Submit>
        </Form>
        <details class="fold" open=open>
            <summary>"不登记"</summary>
            <Form action=refuse prefix=refusing>
                <input type="hidden" name="id" value=id/>
                <Field name="words" label="为什么不登记" hint="填的人会看到。" kind=FieldKind::Textarea max_length=200/>
                <Submit kind=ButtonKind::Danger>"记下"</Submit>
            </Form>
        </details>
    }
}

/// What waits to be checked where the viewer works; nothing for those who may not. Made in a page's view, as every resource.
pub fn to_check() -> Resource<Result<Vec<ToCheck>, AppError>> {
    let may = use_viewer()
        .actor
        .is_some_and(|actor| actor.may(Permission::PeopleEdit));
    Resource::new(
        || (),
        move |()| async move {
            if may {
                api::told_waiting().await
            } else {
                Ok(Vec::new())
            }
        },
    )
}

/// The households of which something waits to be checked.
#[component]
pub fn Waiting(list: Resource<Result<Vec<ToCheck>, AppError>>) -> impl IntoView {
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                // The page's own list says what is wrong, if something is.
                rows(list.await.unwrap_or_default())
            })}
        </Transition>
    }
}

fn rows(list: Vec<ToCheck>) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let rows = list
        .into_iter()
        .map(|one| {
            let (href, detail) = (
                format!("/people/households/{}", one.household),
                format!("{} · {} 条等核对", one.grid, one.waiting),
            );
            view! { <ListRow icon=Glyph::Home title=one.address detail=detail href=href/> }
        })
        .collect::<Vec<_>>();
    view! {
        <Card warm=true title="居民自己填的，等您核对" flush=true>
            <List label="等核对的住户">{rows}</List>
        </Card>
    }
    .into_any()
}
