//! One's own page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::Permission;
use ui::{
    AppearanceSettings, Badge, Button, ButtonKind, Card, Field, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Submit, Tone, viewer::use_viewer,
};

use super::{
    find_grid::{Draft, Elsewhere, FindGrid, GridChoices, HOME, found},
    frame::{Done, loaded, query, trouble},
};
use crate::{
    api,
    model::{GridChoice, Me, MyResidency, ResidencyState, RoleRow},
};

/// `/me`
pub fn page() -> AnyView {
    let me = Resource::new(|| (), |()| api::get_me());
    loaded(me, |me: Me| {
        let path = use_location().pathname;
        view! {
            <Page title="我的" eyebrow=me.name.clone()>
                <div class="stack loose">
                    <Done/>
                    {me.erasure_due.map(|due| view! {
                        <Notice tone=Tone::Due title="账号将注销">
                            {format!("{} 注销。改主意的话，在“我的信息”里取消。", due.zh())}
                        </Notice>
                    })}
                    {(me.needs_factor && !me.has_factor).then(|| view! {
                        <Notice tone=Tone::Due><a href="/me/security">"您的角色要用动态口令，请先启用。"</a></Notice>
                    })}
                    <Residency residency=me.residency.clone() acting=me.acting_for.clone()/>
                    <Roles roles=me.roles.clone()/>
                    <Work/>
                    <Own/>
                    <Card title="显示"><AppearanceSettings path=path/></Card>
                    <SignOut/>
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Residency(residency: Option<MyResidency>, acting: Option<String>) -> impl IntoView {
    let title = acting.map_or_else(|| "住在".to_owned(), |name| format!("{name}住在"));
    let body = match residency {
        None => view! {
            <p>"还没有登记住在哪个网格。登记并核实后，可以办更多事。"</p>
            <div class="buttons"><Button href="/me/home">"登记住址"</Button></div>
        }
        .into_any(),
        Some(home) => {
            let tone = match home.state {
                ResidencyState::Confirmed => Tone::Done,
                ResidencyState::Refused => Tone::Late,
                _ => Tone::Go,
            };
            let why = home.reason.map(|reason| {
                let words = home
                    .words
                    .clone()
                    .map(|words| format!("：{words}"))
                    .unwrap_or_default();
                format!("原因：{}{words}", reason.label())
            });
            view! {
                <p class="row wrap"><b>{home.node_name}</b><span>{home.door}</span><Badge tone>{home.state.label()}</Badge></p>
                {why.map(|why| view! { <p>{why}</p> })}
                <div class="buttons"><Button kind=ButtonKind::Plain href="/me/home">"搬家了，重新登记"</Button></div>
            }
            .into_any()
        }
    };
    view! { <Card title=title>{body}</Card> }
}

#[component]
fn Roles(roles: Vec<RoleRow>) -> impl IntoView {
    let rows = roles
        .into_iter()
        .map(|row| {
            let until = row.to.map_or_else(|| "长期".to_owned(), |to| format!("到 {}", to.zh()));
            let note = if row.delegated { "，受委托" } else { "" };
            view! { <ListRow title=row.role.label() detail=format!("{}，{until}{note}", row.node_name) icon=Glyph::IdCard/> }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty())
        .then(|| view! { <Card title="我的角色" flush=true><List label="我的角色">{rows}</List></Card> })
}

/// What one's roles open.
#[component]
fn Work() -> impl IntoView {
    const PLACES: [(Permission, &str, &str, Glyph); 18] = [
        (
            Permission::ResidentConfirm,
            "/residents/pending",
            "核实居民登记",
            Glyph::Verified,
        ),
        (
            Permission::ReportHandle,
            "/admin/reports",
            "居民反映的事",
            Glyph::Talk,
        ),
        (
            Permission::ReportRules,
            "/admin/reports/routing",
            "派单规则",
            Glyph::Send,
        ),
        (
            Permission::ReportRules,
            "/admin/reports/limits",
            "办理时限",
            Glyph::Clock,
        ),
        (
            Permission::ReportCategories,
            "/admin/reports/categories",
            "诉求类别",
            Glyph::List,
        ),
        (
            Permission::ReportClients,
            "/admin/reports/clients",
            "接口密钥",
            Glyph::Shield,
        ),
        (
            Permission::SurveyKeep,
            "/admin/surveys",
            "意见征集和问卷",
            Glyph::Talk,
        ),
        (
            Permission::ReportDispatch,
            "/admin/reports/orders",
            "12345 和平台工单",
            Glyph::Send,
        ),
        (
            Permission::ReportClients,
            "/admin/reports/orders/keys",
            "工单平台密钥",
            Glyph::Shield,
        ),
        (
            Permission::MediationCount,
            "/admin/mediation",
            "人民调解",
            Glyph::Agree,
        ),
        (
            Permission::RoleDelegate,
            "/me/delegate",
            "请假委托",
            Glyph::Calendar,
        ),
        (
            Permission::OrgImport,
            "/admin/orgs/import",
            "导入区划",
            Glyph::Upload,
        ),
        (
            Permission::PeopleImport,
            "/admin/people/import",
            "导入居民和房屋",
            Glyph::Upload,
        ),
        (
            Permission::StaffImport,
            "/admin/staff-import",
            "导入工作人员",
            Glyph::Upload,
        ),
        (
            Permission::AccountManage,
            "/admin/users",
            "管理账号",
            Glyph::People,
        ),
        (Permission::RoleGrant, "/admin/roles", "授予角色", Glyph::Key),
        (Permission::AuditRead, "/admin/audit", "审计日志", Glyph::History),
        (
            Permission::JobsManage,
            "/admin/jobs",
            "失败的任务",
            Glyph::Refresh,
        ),
    ];
    let actor = use_viewer().actor;
    let held = move |permission| {
        actor
            .as_ref()
            .is_some_and(|actor| actor.may(permission) || actor.lacks_factor_for(permission))
    };
    let rows: Vec<_> = PLACES
        .into_iter()
        .filter(|(permission, ..)| held(*permission))
        .map(|(_, href, title, icon)| view! { <ListRow title=title href=href icon=icon/> })
        .collect();
    (!rows.is_empty())
        .then(|| view! { <Card title="工作" flush=true><List label="工作">{rows}</List></Card> })
}

#[component]
fn Own() -> impl IntoView {
    view! {
        <Card title="账号" flush=true>
            <List label="账号">
                <ListRow title="消息" detail="办的事的进展、提醒、谁看过您的信息" href="/inbox" icon=Glyph::Bell/>
                <ListRow title="提醒设置" detail="哪些消息另外提醒您，什么时候不打扰" href="/me/notices" icon=Glyph::Settings/>
                <ListRow title="亲友代办" detail="替亲友办事，或让亲友替您办事" href="/me/relatives" icon=Glyph::Agree/>
                <ListRow title="代办" detail="替别人办事" href="/act" icon=Glyph::Hand/>
                <ListRow title="我家的登记" detail="住在哪一户、和谁住，核对和更正" href="/me/household" icon=Glyph::Home/>
                <ListRow title="我的信息" detail="保存了什么、谁看过，导出、更正、注销" href="/me/data" icon=Glyph::File/>
                <ListRow title="登录的设备" href="/me/devices" icon=Glyph::Device/>
                <ListRow title="密码和动态口令" href="/me/security" icon=Glyph::Shield/>
            </List>
        </Card>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let action = ServerAction::<api::SignOut>::new();
    let leaving = move |_| {
        ui::kept::forget_all();
        leptos::task::spawn_local(ui::seen::forget());
    };
    view! {
        {trouble(action)}
        <ActionForm action=action on:submit=leaving>
            <Button kind=ButtonKind::Plain icon=Glyph::SignOut submit=true busy=action.pending()>"退出登录"</Button>
        </ActionForm>
    }
}

/// The form of that page.
const HOME_FORM: &str = "home";

/// `/me/home`: registering where one lives, or has moved to.
pub fn home_page() -> AnyView {
    let (q, node) = (query("q"), query("node"));
    let me = Resource::new(|| (), |()| api::get_me());
    let grids = Resource::new(
        move || (q.get(), node.get()),
        |(q, node)| api::find_grids(q, node),
    );
    let draft = Draft::begin::<api::DeclareHome>(HOME_FORM);
    loaded(me, move |_me: Me| {
        let found = loaded(grids, move |grids: Vec<GridChoice>| {
            found(HOME, grids, |grids| view! { <HomeForm grids draft/> }.into_any())
        });
        view! {
            <Page title="登记住址" above=vec![("我的".to_owned(), "/me".to_owned())]>
                <div class="stack loose">
                    <FindGrid place=HOME/>
                    {found}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn HomeForm(grids: Vec<GridChoice>, draft: Draft) -> impl IntoView {
    let action = ServerAction::<api::DeclareHome>::new();
    view! {
        <Card>
            <Form action prefix=HOME_FORM>
                <GridChoices grids bind=draft.node/>
                <Elsewhere place=HOME/>
                <Field name="door" label="门牌" bind=draft.door placeholder="3 幢 2 单元 501 室" max_length=80/>
                <Submit>"登记"</Submit>
            </Form>
            <p class="small">"登记后由网格员核实。以前的登记到此为止。"</p>
        </Card>
    }
}
