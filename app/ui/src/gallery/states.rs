//! How a page looks while something is wrong, on its way, or not there yet.

use leptos::prelude::*;
use shared::{AppError, UserId};

use crate::{
    Button, ButtonKind, Card, Dialog, Empty, Glyph, Notice, Progress, Shape, Skeleton, Tone,
    connection::{OfflineLine, UpdateLine},
    fault::Explained,
    install_hint::{How, HowToInstall},
    outbox::{Item, State, WaitingItem},
    use_toasts,
};

#[component]
pub fn Notices() -> impl IntoView {
    let part = RwSignal::new(Some(0.62));
    view! {
        <section>
            <h2>"提示、空、等待"</h2>
            <div class="tiles">
                <Notice tone=Tone::Go>"您的登记正在核对，网格员 2 个工作日内答复。"</Notice>
                <Notice tone=Tone::Due title="还有 1 天">"公示到 11 月 24 日为止。"</Notice>
                <Notice tone=Tone::Late title="已超期 4 小时">"请先打电话说明，再补记录。"</Notice>
                <Notice tone=Tone::Done>"收下了，编号 2026-0123。"</Notice>
                <Notice>"边界为演示数据。"</Notice>
            </div>
            <div class="tiles">
                <Card flush=true>
                    <Empty icon=Glyph::Inbox title="您反映的事会在这里" detail="看到问题，拍张照片就行">
                        <Button>"说一件事"</Button>
                    </Empty>
                </Card>
                <Card title="正在取" flush=true><Skeleton/></Card>
                <Card><Skeleton shape=Shape::Text count=2/></Card>
                <Card>
                    <Progress label="正在上传 3 张照片" part on_cancel=move |()| part.set(Some(0.0))/>
                    <Progress label="正在核对边界" part=Signal::stored(None)/>
                </Card>
            </div>
        </section>
    }
}

/// What stands on a page that cannot be shown.
#[component]
pub fn Faults() -> impl IntoView {
    const WAYS: &[(&str, &str)] = &[("看组织", "/_ui")];
    let kinds = [
        AppError::NotFound,
        AppError::Forbidden,
        AppError::Unauthenticated,
        AppError::Unavailable,
        AppError::Internal {
            trace: "7f3k2q9d".into(),
        },
    ];
    let cards = kinds
        .into_iter()
        .map(|error| view! { <Card flush=true><Explained error ways=WAYS/></Card> })
        .collect_view();
    view! {
        <section>
            <h2>"打不开的页"</h2>
            <div class="tiles">{cards}</div>
        </section>
    }
}

#[component]
pub fn Lines() -> impl IntoView {
    let nothing = Callback::new(|_: String| {});
    let item = |id: &str, state| Item {
        id: id.into(),
        owner: UserId(uuid::Uuid::nil()),
        path: "/api/v1/visits".into(),
        body: "{}".into(),
        label: "走访记录：3 幢 201".into(),
        // 2026-11-23 14:05 in Asia/Shanghai.
        made_at_ms: 1_795_413_900_000,
        attempts: 0,
        next_try_ms: 0,
        state,
    };
    let refused = State::NeedsYou {
        message: "这一户已经由别人登记，请核对门牌。".into(),
    };
    view! {
        <section>
            <h2>"没有网络、有新版本"</h2>
            <OfflineLine seen=Signal::stored(Some("显示的是 11 月 23 日 14:05 的内容".to_owned()))/>
            <UpdateLine later=Callback::new(|()| {})/>
            <Card title="还没送出的" flush=true>
                <ul class="list outbox" role="list">
                    <WaitingItem item=item("a", State::Waiting) retry=nothing discard=nothing/>
                    <WaitingItem item=item("b", refused) retry=nothing discard=nothing/>
                </ul>
            </Card>
            <div class="tiles">
                <HowToInstall how=How::Ios away=Callback::new(|()| {})/>
                <HowToInstall how=How::Prompt away=Callback::new(|()| {})/>
            </div>
        </section>
    }
}

#[component]
pub fn Overlays() -> impl IntoView {
    let open = RwSignal::new(false);
    let toasts = use_toasts();
    view! {
        <section>
            <h2>"对话和消息"</h2>
            <div class="sample">
                <Button kind=ButtonKind::Plain on_click=move |_| open.set(true)>"打开对话"</Button>
                <Button kind=ButtonKind::Plain on_click=move |_| toasts.done("已存好。")>"说一声成了"</Button>
                <Button kind=ButtonKind::Plain on_click=move |_| toasts.failed("没有送出去，网络不通。请稍后再试。")>"说一声没成"</Button>
            </div>
            <Dialog open id="sample" title="退出登录？">
                <p>"没送出的 2 条会留在这台设备上，您下次登录时再送。"</p>
                <div class="buttons">
                    <Button kind=ButtonKind::Plain on_click=move |_| open.set(false)>"先不退"</Button>
                    <Button on_click=move |_| open.set(false)>"退出"</Button>
                </div>
            </Dialog>
        </section>
    }
}
