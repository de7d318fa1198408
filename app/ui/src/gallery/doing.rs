//! Buttons, fields, and ways through pages.

use leptos::{context::Provider, prelude::*};
use shared::{AppError, FieldError};

use crate::{
    BlurField, Breadcrumb, Button, ButtonKind, ButtonSize, Checkbox, Choice, Confirming, DayField,
    ErrorSummary, Field, FieldKind, FileField, FormState, Glyph, LocateButton, Pager, PhotoField, RadioGroup,
    SearchBox, Select, SendForm, Submit, Tab, Tabs, VoiceField, photo_limit, sending,
};

#[component]
pub fn Buttons() -> impl IntoView {
    let busy = RwSignal::new(true);
    view! {
        <section>
            <h2>"按钮"</h2>
            <div class="sample">
                <Button>"我要参加"</Button>
                <Button kind=ButtonKind::Plain>"看议题"</Button>
                <Button kind=ButtonKind::Warm icon=Glyph::Phone>"打电话给网格员"</Button>
                <Button kind=ButtonKind::Danger>"删除"</Button>
                <Button kind=ButtonKind::Quiet>"以后再说"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::Download href="/_ui">"下载"</Button>
                <Button busy>"正在送出"</Button>
                <Button disabled=Signal::stored(true)>"还不能送"</Button>
            </div>
            <Button size=ButtonSize::Big icon=Glyph::Mic>"按住，说一件事"</Button>
            <Button size=ButtonSize::Block kind=ButtonKind::Plain>"看看到哪一步"</Button>
            <LocateButton on_found=Callback::new(|_: (f64, f64)| ())/>
        </section>
    }
}

#[component]
pub fn Fields() -> impl IntoView {
    let choices = || {
        vec![
            Choice::new("mine", "我住在这里"),
            Choice::new("rent", "我租住在这里").hint("有没有合同都可以"),
            Choice::new("work", "我在这里上班"),
        ]
    };
    view! {
        <section>
            <h2>"填写"</h2>
            <form class="form" action="/_ui">
                <Field name="name" label="怎么称呼您" autocomplete="name" hint="写真名，只有网格员看得到"/>
                <Field name="phone" label="手机号" kind=FieldKind::Tel/>
                <Field name="code" label="短信里的 6 位数字" kind=FieldKind::Otp/>
                <Field name="password" label="密码" kind=FieldKind::Password optional=true/>
                <div class="fields-2">
                    <Field name="count" label="几口人" kind=FieldKind::Number value="3"/>
                    <Field name="from" label="从哪天起" kind=FieldKind::Date value="2026-11-23"/>
                </div>
                <Field name="words" label="想说的话" kind=FieldKind::Textarea placeholder="用平常的话说就行" max_length=500/>
                <Select name="street" label="街道" choices=vec![Choice::new("1", "虞山街道"), Choice::new("2", "琴川街道")] value="2"/>
                <RadioGroup name="kind" label="您和这里的关系" choices=choices() value="rent"/>
                <Checkbox name="agree" label="同意把我的手机号给网格员看" hint="随时可以收回" checked=true/>
                <FileField name="list" label="名单" hint="CSV，最多 5 MB" accept=".csv,text/csv" optional=true/>
                <PhotoField label="照片" most=3 optional=true/>
                <Field name="fixed" label="登记编号" value="320581001-0024" read_only=true/>
                <div class="buttons"><Submit>"送出"</Submit></div>
            </form>
            <form class="form" action="/_ui">
                <DayField name="on" label="看哪一天" hint="边界照那一天的" value="2026-11-23".into() error=None/>
                <Submit kind=ButtonKind::Plain>"看"</Submit>
            </form>
        </section>
    }
}

/// A form with files: how far it is shows once it is sent. Nothing takes it here, so it says that it did not succeed.
#[component]
pub fn Sending() -> impl IntoView {
    view! {
        <section>
            <h2>"送文件"</h2>
            <SendForm action="/_ui" prefix="sending" files=photo_limit(3) on_done=sending::follow()>
                <PhotoField label="照片" most=3/>
                <BlurField label="从这些照片里选，先遮住人脸和车牌" sources=vec!["/icon-192.png".to_owned()]/>
                <VoiceField label="说一段话"/>
                <Submit icon=Glyph::Upload>"传上去"</Submit>
            </SendForm>
        </section>
    }
}

/// A form as it looks when the server did not take it.
#[component]
pub fn FieldErrors() -> impl IntoView {
    let error = AppError::Invalid(vec![
        FieldError {
            field: "phone".into(),
            message: "手机号要 11 位，现在是 10 位。".into(),
        },
        FieldError {
            field: "kind".into(),
            message: "请选一项。".into(),
        },
        FieldError {
            field: "street".into(),
            message: "这个街道不在您负责的范围。".into(),
        },
        FieldError {
            field: "agree".into(),
            message: "同意以后才能送。".into(),
        },
        FieldError {
            field: "list".into(),
            message: "文件是空的。".into(),
        },
        FieldError {
            field: "confirmed".into(),
            message: "里面可能有个人信息：第 3 个字起 8 个字像电话号码。请改掉；确实可以公开的，请在这里打勾，再交一次。"
                .into(),
        },
    ]);
    let state = FormState {
        to: "",
        pending: Signal::stored(false),
        error: Signal::stored(Some(error)),
        prefix: StoredValue::new("wrong".to_owned()),
    };
    view! {
        <section>
            <h2>"填错的时候"</h2>
            <Provider value=state>
                <form class="form" action="/_ui">
                    <ErrorSummary/>
                    <Field name="phone" label="手机号" kind=FieldKind::Tel value="1381234123" hint="收验证码用"/>
                    <RadioGroup name="kind" label="您和这里的关系" choices=vec![Choice::new("a", "住在这里"), Choice::new("b", "在这里上班")]/>
                    <Select name="street" label="街道" choices=vec![Choice::new("1", "虞山街道"), Choice::new("2", "琴川街道")] value="2"/>
                    <Checkbox name="agree" label="同意把我的手机号给网格员看"/>
                    <FileField name="list" label="名单" accept=".csv,text/csv"/>
                    <Confirming/>
                    <Submit>"再送一次"</Submit>
                </form>
            </Provider>
            <form class="form" action="/_ui">
                <DayField name="then" label="看哪一天" hint="边界照那一天的" value="2027-01-01".into()
                    error=Some("这一天还没有到。".to_owned())/>
                <Submit kind=ButtonKind::Plain>"看"</Submit>
            </form>
        </section>
    }
}

#[component]
pub fn Ways() -> impl IntoView {
    view! {
        <section>
            <h2>"去处"</h2>
            <Breadcrumb above=vec![("常熟市".into(), "/_ui".into()), ("虞山街道".into(), "/_ui".into())] here="报北社区"/>
            <Tabs label="看哪一类" tabs=vec![Tab::new("在办 7", "/_ui", true), Tab::new("办完", "/_ui", false), Tab::new("全部", "/_ui", false)]/>
            <SearchBox action="/_ui" label="找地方、找人" placeholder="名字、编码或拼音首字母"/>
            <Pager back="/_ui" onward="/_ui"/>
            <nav class="cards-of-choice" aria-label="什么事">
                <a class="choice-card" href="/_ui"><crate::Icon name=Glyph::Lamp/>"灯不亮"</a>
                <a class="choice-card" href="/_ui"><crate::Icon name=Glyph::Lift/>"电梯"</a>
                <a class="choice-card" href="/_ui"><crate::Icon name=Glyph::Drop/>"漏水"</a>
            </nav>
        </section>
    }
}
