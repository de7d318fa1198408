//! This pillar's cards on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission, Role};
use ui::{
    Button, ButtonKind, Card, Glyph, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::frame::{DECLARED, waiting_topics};
use crate::api;

/// The cards: registering for who is no resident yet, what waits for a worker, and an administrator's places.
pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "accounts-factor",
            order: 5,
            waits: false,
            audience: lacks_factor,
            view: || view! { <ShowFactor/> }.into_any(),
        },
        HomeCard {
            id: "accounts-register",
            order: 10,
            waits: false,
            audience: unplaced,
            view: || view! { <Unconfirmed/> }.into_any(),
        },
        HomeCard {
            id: "accounts-pending",
            order: 110,
            waits: false,
            audience: confirms,
            view: || view! { <Pending/> }.into_any(),
        },
        HomeCard {
            id: "accounts-security",
            order: 120,
            waits: false,
            audience: grants,
            view: || view! { <Security/> }.into_any(),
        },
        HomeCard {
            id: "accounts-audit",
            order: 120,
            waits: false,
            audience: audits,
            view: || view! { <Auditing/> }.into_any(),
        },
        HomeCard {
            id: "accounts-jobs",
            order: 120,
            waits: false,
            audience: runs,
            view: || view! { <Running/> }.into_any(),
        },
    ]
}

fn lacks_factor(actor: &Actor) -> bool {
    !actor.second_factor && actor.grants.iter().any(|grant| grant.role.needs_second_factor())
}

fn unplaced(actor: &Actor) -> bool {
    !actor.holds(Role::Resident) && !actor.is_staff() && actor.grants.is_empty()
}

fn confirms(actor: &Actor) -> bool {
    actor.may(Permission::ResidentConfirm)
}

fn grants(actor: &Actor) -> bool {
    actor.may(Permission::RoleGrant)
}

fn audits(actor: &Actor) -> bool {
    actor.may(Permission::AuditRead)
}

fn runs(actor: &Actor) -> bool {
    actor.may(Permission::JobsManage)
}

#[component]
fn ShowFactor() -> impl IntoView {
    view! {
        <Card title="管理功能要先验证" warm=true>
            <p>"您的角色要用动态口令。填过之后，这次登录里就能用了。"</p>
            <div class="buttons"><Button icon=Glyph::Key href="/sign-in/factor">"填动态口令"</Button></div>
        </Card>
    }
}

#[component]
fn Unconfirmed() -> impl IntoView {
    let home = Resource::new(|| (), |()| api::my_residency());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let (words, button) = match home.await.ok().flatten() {
                    Some((place, state)) => (format!("{place}：{}。", state.label()), "看登记"),
                    None => ("登记住在哪个网格，核实后就能办更多事。".to_owned(), "登记住址"),
                };
                view! {
                    <Card title="您的居住登记">
                        <p>{words}</p>
                        <div class="buttons"><Button href="/me">{button}</Button></div>
                    </Card>
                }
            })}
        </Suspense>
    }
}

#[component]
fn Pending() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::residents_waiting());
    use_events(waiting_topics(), move |event| {
        if event.kind == DECLARED {
            waiting.refetch();
        }
    });
    use_reset(move || waiting.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let words = match waiting.await {
                    Ok(0) => "没有等核实的登记。".to_owned(),
                    Ok(n) => format!("有 {n} 户登记等您核实。"),
                    Err(error) => error.message(),
                };
                view! {
                    <Card title="居民登记">
                        <p>{words}</p>
                        <div class="buttons">
                            <Button kind=ButtonKind::Plain icon=Glyph::Verified href="/residents/pending">"去核实"</Button>
                            <Button kind=ButtonKind::Plain icon=Glyph::Hand href="/act">"代居民办事"</Button>
                        </div>
                    </Card>
                }
            })}
        </Transition>
    }
}

#[component]
fn Security() -> impl IntoView {
    view! {
        <Card title="账号和角色">
            <div class="buttons">
                <Button icon=Glyph::Key href="/admin/roles">"授予角色"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::People href="/admin/users">"管理账号"</Button>
            </div>
        </Card>
    }
}

#[component]
fn Auditing() -> impl IntoView {
    view! {
        <Card title="审计">
            <p>"谁在什么时候、为什么看过或改过什么。"</p>
            <div class="buttons"><Button icon=Glyph::History href="/admin/audit">"看审计日志"</Button></div>
        </Card>
    }
}

#[component]
fn Running() -> impl IntoView {
    view! {
        <Card title="运行">
            <div class="buttons"><Button icon=Glyph::Refresh href="/admin/jobs">"失败的任务"</Button></div>
        </Card>
    }
}
