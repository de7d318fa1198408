//! Accounts, for the security administrator.

use leptos::prelude::*;
use shared::AppError;
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Glyph, List, ListRow, Notice, Page, Resource, SearchBox, Tone,
};

use super::frame::{Done, loaded, query, trouble};
use crate::{api, model::AccountRow};

/// `/admin/users`
pub fn page() -> AnyView {
    let q = query("q");
    let found = Resource::new(
        move || q.get(),
        |phone| async move {
            // That a number has no account is told on the page; that one may not be here is another page.
            match api::find_account(phone).await {
                Ok(found) => Ok(Ok(found)),
                Err(error @ (AppError::NotFound | AppError::Invalid(_))) => Ok(Err(error.message())),
                Err(error) => Err(error),
            }
        },
    );
    loaded(found, move |found: Result<Option<AccountRow>, String>| {
        view! {
            <Page title="管理账号">
                <div class="stack loose">
                    <Done/>
                    <Card title="按手机号找">
                        <SearchBox action="/admin/users" label="完整的手机号" placeholder="11 位手机号" value=q.get_untracked()/>
                    </Card>
                    {match found {
                        Ok(Some(row)) => view! { <Account row/> }.into_any(),
                        Ok(None) => view! { <Empty icon=Glyph::People title="先找到账号" detail="可以停用账号、退出所有设备、重置动态口令。"/> }.into_any(),
                        Err(words) => view! { <Notice tone=Tone::Due>{words}</Notice> }.into_any(),
                    }}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Account(row: AccountRow) -> impl IntoView {
    let action = ServerAction::<api::ManageAccount>::new();
    let user = row.user.to_string();
    let button = move |doing: &'static str, words: &'static str, kind: ButtonKind| {
        let user = user.clone();
        view! {
            <ActionForm action=action>
                <input type="hidden" name="user" value=user/>
                <input type="hidden" name="doing" value=doing/>
                <Button kind submit=true>{words}</Button>
            </ActionForm>
        }
    };
    let (word, tone) = if row.suspended {
        ("已停用", Tone::Late)
    } else {
        ("正常", Tone::Done)
    };
    let roles = row
        .roles
        .iter()
        .map(|role| {
            let state = if role.in_force {
                ""
            } else {
                "（不在任期内）"
            };
            view! { <ListRow title=role.role.label() detail=format!("{}{state}", role.node_name)/> }
        })
        .collect_view();
    let factor = if row.has_factor {
        "已启用动态口令"
    } else {
        "没有动态口令"
    };
    view! {
        {trouble(action)}
        <Card title=format!("{} {}", row.name, row.phone) end=move || view! { <Badge tone>{word}</Badge> }>
            <p>{format!("{} 建立，{} 处登录，{factor}", row.since.date().zh(), row.sessions)}</p>
            <List label="角色">{roles}</List>
            <div class="buttons">
                {if row.suspended { button("activate", "恢复账号", ButtonKind::Plain) } else { button("suspend", "停用账号", ButtonKind::Danger) }}
                {button("sign-out", "退出所有设备", ButtonKind::Plain)}
                {row.has_factor.then(|| button("reset-factor", "重置动态口令", ButtonKind::Plain))}
            </div>
        </Card>
    }
}
