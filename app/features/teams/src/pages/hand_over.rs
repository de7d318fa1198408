//! `/teams/CODE/hand-over?grant=ID`: everything that is open in the grid, and to whom and when it goes.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Select, Submit, Tone,
    loaded::{loaded, query},
};

use crate::{
    api,
    model::{HandOverPage, OpenTask, Waiting},
};

/// `/teams/:code/hand-over`
pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let grant = query("grant");
    let open = Resource::new(
        move || (code.get(), grant.get()),
        |(code, grant)| api::open_of(code, grant),
    );
    loaded(open, |page: HandOverPage| view! { <HandOver page/> }.into_any())
}

#[component]
fn HandOver(page: HandOverPage) -> impl IntoView {
    let HandOverPage {
        here,
        grant,
        role,
        from,
        today,
        open,
        tasks,
        drafts,
        approvers,
        waiting,
        colleagues,
        planned,
    } = page;
    let action = ServerAction::<api::HandOver>::new();
    let code = here.code.to_string();
    let above = vec![(format!("{}的队伍", here.name), format!("/teams/{code}"))];
    let title = format!("交接{}：{from}", role.label());
    let drawn_by = from.clone();
    let listed = tasks.len();
    let more = (open > listed).then(|| format!("这里列出先到期的 {listed} 件，其余的也一起交。"));
    let choices = std::iter::once(Choice::new("", "请选"))
        .chain(
            colleagues
                .iter()
                .map(|colleague| Choice::new(&colleague.user, &colleague.label)),
        )
        .collect();
    let form = if let Some(planned) = planned {
        let words = format!(
            "已经定好 {} 由{}接替。要改的话，先打开那一次，取消它。",
            planned.on.zh(),
            planned.to
        );
        let href = format!("/handovers/{}", planned.id);
        view! {
            <Notice tone=Tone::Due title="已经定了一次交接">{words}" " <a href=href>"看那一次"</a></Notice>
        }
        .into_any()
    } else if colleagues.is_empty() {
        view! {
            <Empty icon=Glyph::People title="没有可以接的人"
                detail="接的人要先是本社区的工作人员：请安全管理员授予角色，或导入工作人员。不能由您自己接。">
                <div class="buttons"><Button kind=ButtonKind::Plain href=format!("/teams/{code}")>"回到队伍"</Button></div>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Card title="交给谁">
                <Form action prefix="hand-over">
                    <input type="hidden" name="code" value=code/>
                    <input type="hidden" name="grant" value=grant.to_string()/>
                    <Select name="to" label="由谁来接" choices hint="本社区的工作人员"/>
                    <Field name="on" label="从哪天起" kind=FieldKind::Date value=today.to_string() hint="今天，或以后的一天；到那天零点自动交接"/>
                    <Field name="words" label="要交代的话" kind=FieldKind::Textarea optional=true max_length=500
                        hint="如钥匙在哪里、哪几户要多上门。只有交接双方和负责人能看到。"/>
                    <p class="small quiet">{format!("确认后，{from}不再是这里的{}，能看的居民信息也随之收回。", role.label())}</p>
                    <Submit icon=Glyph::Check>"确认交接"</Submit>
                </Form>
            </Card>
        }
        .into_any()
    };
    view! {
        <Page title eyebrow=here.name above>
            <div class="stack loose">
                <Open title="一起交过去的事" open tasks more/>
                {(drafts > 0).then(|| view! { <Drafts drafts approvers from=drawn_by/> })}
                <WaitingCard waiting/>
                {form}
            </div>
        </Page>
    }
}

/// Tasks that go, or went.
#[component]
pub fn Open(
    #[prop(into)] title: String,
    open: usize,
    tasks: Vec<OpenTask>,
    more: Option<String>,
) -> impl IntoView {
    let rows = tasks
        .into_iter()
        .map(|task| {
            let detail = format!("{} · {}", task.label, task.stands);
            match task.href {
                Some(href) => view! { <ListRow icon=Glyph::Clock title=task.title detail href/> }.into_any(),
                None => view! { <ListRow icon=Glyph::Clock title=task.title detail/> }.into_any(),
            }
        })
        .collect_view();
    let count = format!("{open} 件");
    if open == 0 {
        return view! { <Card title=title><p class="quiet">"没有在办的事。"</p></Card> }.into_any();
    }
    let label = title.clone();
    view! {
        <Card title=title flush=true end=move || view! { <b>{count}</b> }>
            <List label=label>{rows}</List>
            {more.map(|more| view! { <p class="small quiet team-more">{more}</p> })}
        </Card>
    }
    .into_any()
}

/// Drafts of borders that go too: nobody but their author draws them on, or takes them back.
#[component]
fn Drafts(drafts: usize, approvers: Vec<String>, from: String) -> impl IntoView {
    let mut words = format!("{from}起草的 {drafts} 份边界草稿一起交过去，由接的人接着画、提交或者撤回。");
    if !approvers.is_empty() {
        let who = approvers.join("、");
        words.push_str(&format!(
            "其中{who}批准过的，由批准的人自己来接就不转，到日子照样生效。"
        ));
    }
    view! { <Card title="边界草稿" end=move || view! { <b>{format!("{drafts} 份")}</b> }><p>{words}</p></Card> }
}

/// What stays with the grid, and so waits for whoever comes.
#[component]
pub fn WaitingCard(waiting: Waiting) -> impl IntoView {
    let words = waits(waiting);
    view! { <Card title="网格里还等着的"><p>{words}</p></Card> }
}

fn waits(waiting: Waiting) -> String {
    let Waiting {
        corrections,
        told,
        registrations,
        photos,
    } = waiting;
    let some: Vec<String> = [
        (registrations, "份居住登记等核实"),
        (corrections, "条居民说要更正的信息等核对"),
        (told, "条居民填的家里人、出生日期等核对"),
        (photos, "张居民提供的点位照片等审核"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    match some.as_slice() {
        [] => "没有等着核对的居民登记、更正、家里人和照片。".to_owned(),
        [one] => format!("有 {one}，跟着网格走。"),
        several => format!("有 {}，都跟着网格走。", several.join("，")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_waits_only_where_nothing_does() {
        let none = Waiting::default();
        assert!(waits(none).starts_with("没有"));
        for one in [
            Waiting {
                corrections: 2,
                ..none
            },
            Waiting { told: 2, ..none },
            Waiting {
                registrations: 2,
                ..none
            },
            Waiting { photos: 2, ..none },
        ] {
            let said = waits(one);
            assert!(
                said.starts_with("有 2 ") && said.ends_with("，跟着网格走。"),
                "{said}"
            );
        }
        let two = Waiting {
            told: 1,
            photos: 3,
            ..none
        };
        assert_eq!(
            waits(two),
            "有 1 条居民填的家里人、出生日期等核对，3 张居民提供的点位照片等审核，都跟着网格走。"
        );
    }
}
