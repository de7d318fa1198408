//! What those who handle a matter may do with it now, a form each, on the page of the matter.

use leptos::prelude::*;
use shared::UserId;
use ui::{
    BlurField, ButtonKind, Card, Choice, Confirming, Field, FieldKind, PhotoField, Select, SendForm, Submit,
    photo_limit, returned::refusal_by, sending::follow,
};

use crate::{
    ACT,
    model::{Action, By, Door, Kind, MatterPage, Need, Offer, PHOTOS, STEP, Standard, Target, Urgency},
};

/// What usually comes next: the first of these that may be done stands open.
const NEXT: [Action; 6] = [
    Action::Accept,
    Action::GiveTime,
    Action::Begin,
    Action::Answer,
    Action::Check,
    Action::Close,
];

/// Whether an offer is made to those who handle the matter; what its reporter may do too, the reporter's own part of the page shows.
pub fn is_of_staff(page: &MatterPage, offer: &Offer) -> bool {
    let by = offer.action.rule().by;
    let handles = by
        .iter()
        .any(|by| matches!(by, By::Holder | By::Dispatcher | By::Above));
    handles && !(page.own && by.contains(&By::Reporter))
}

/// The forms of those who handle the matter; nothing for anybody else.
#[component]
pub fn Handling(page: MatterPage) -> impl IntoView {
    let offers: Vec<Offer> = page
        .offers
        .iter()
        .filter(|offer| is_of_staff(&page, offer))
        .cloned()
        .collect();
    if offers.is_empty() {
        return ().into_any();
    }
    let next = NEXT
        .into_iter()
        .find(|action| offers.iter().any(|offer| offer.action == *action));
    let asked = page.time_asked;
    let handled = page.steps.iter().flat_map(|step| &step.photos);
    let spoken = page.voice.is_some() && page.instead.is_some();
    let sources: Vec<String> = page
        .photos
        .iter()
        .chain(handled)
        .map(|photo| format!("/reports/photo/{}", photo.id))
        .collect();
    let of = |offer: &Offer| {
        let (code, targets, urgency) = (
            page.code.clone(),
            page.targets.clone(),
            page.urgency.unwrap_or(Urgency::Ordinary),
        );
        let (asides, standards) = (page.asides.clone(), page.standards.clone());
        let classes = Classes {
            all: page.classes.clone(),
            category: page.class.clone(),
            kind: page.kind,
        };
        let sources = sources.clone();
        view! { <Step code offer=offer.clone() sources targets asides standards classes urgency whose=page.whose spoken main={Some(offer.action) == next}/> }
    };
    let first = offers.iter().find(|offer| Some(offer.action) == next).map(of);
    let rest = offers
        .iter()
        .filter(|offer| Some(offer.action) != next)
        .map(|offer| {
            let open = refusal_by(ACT, offer.action.code()).is_some();
            let form = of(offer);
            view! {
                <details class="fold" open=open>
                    <summary>{title(offer.action)}</summary>
                    {form}
                </details>
            }
        })
        .collect_view();
    let heading = next.map_or("可以做的", title);
    view! {
        <Card title=heading>
            <div class="stack">
                {asked.map(|days| view! { <p>{format!("承办人申请延期 {days} 个工作日。")}</p> })}
                {first}
                {rest}
            </div>
        </Card>
    }
    .into_any()
}

/// Which of the page's forms it is.
pub fn prefix(action: Action, part: Option<i64>) -> String {
    match part {
        Some(part) => format!("{}-{part}", action.code()),
        None => action.code().to_owned(),
    }
}

/// What a matter is called, and what it may be called instead.
#[derive(Clone)]
pub struct Classes {
    all: Vec<Target>,
    category: String,
    kind: Kind,
}

/// What it is, and what its reporter wants with it.
#[component]
fn Classing(classes: Classes) -> impl IntoView {
    let choices = classes
        .all
        .into_iter()
        .map(|target| Choice::new(target.value, target.label))
        .collect::<Vec<_>>();
    let kinds = Kind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.label()))
        .collect::<Vec<_>>();
    view! {
        <Select name="category" label="哪方面的事" choices value=classes.category hint="说的是社区自己的工作，除了表扬和咨询都算投诉：直接交给上一级，社区的人从此看不到，再改也一样。"/>
        <Select name="kind" label="反映人想要" choices=kinds value=classes.kind.code() hint="期限、统计和搜索都按新的来。反映人看得到改成了什么。"/>
    }
}

/// One step as a form. It goes with photos, and leads back to the matter's page.
#[component]
pub fn Step(
    code: String,
    offer: Offer,
    targets: Vec<Target>,
    asides: Vec<Target>,
    #[prop(optional)] standards: Vec<Standard>,
    #[prop(optional)] classes: Option<Classes>,
    urgency: Urgency,
    main: bool,
    /// For whom the viewer acts: sent while that is another, it is refused.
    whose: Option<UserId>,
    /// With 公开: where the matter's photos are had from.
    #[prop(optional)]
    sources: Vec<String>,
    /// With 派单: what it is about was spoken, and not written.
    #[prop(optional)]
    spoken: bool,
    /// The number of the part of another unit that it is about.
    #[prop(optional)]
    part: Option<i64>,
) -> impl IntoView {
    let action = offer.action;
    let needs = StoredValue::new(offer.needs);
    let wants = move |need: Need| needs.with_value(|needs| needs.contains(&need));
    let longest = u32::try_from(STEP).unwrap_or(u32::MAX);
    let (label, hint) = match words(action) {
        (label, _) if spoken && action == Action::Dispatch => (label, SPOKEN),
        said => said,
    };
    // What somebody may write who passes it on without having to.
    let may = action == Action::Dispatch;
    let chooses = action == Action::Answer && !standards.is_empty();
    // Made inside of the form, where they find their errors and an id of their own.
    let said = move || {
        if chooses {
            view! { <Answering standards label hint/> }.into_any()
        } else if may || wants(Need::Words) {
            view! { <Field name="words" label=label hint=hint kind=FieldKind::Textarea optional=may max_length=longest/> }
                .into_any()
        } else {
            ().into_any()
        }
    };
    let to = move || {
        wants(Need::Unit).then(|| {
            let choices = std::iter::once(Choice::new("", "请选"))
                .chain(
                    targets
                        .into_iter()
                        .map(|target| Choice::new(target.value, target.label)),
                )
                .collect::<Vec<_>>();
            let label = if action == Action::Involve {
                "请谁协办"
            } else {
                "交给谁"
            };
            view! { <Select name="to" label choices hint="列出的都是现在有人担任的。"/> }
        })
    };
    let days = move || {
        wants(Need::Days).then(|| {
            let label = if matches!(action, Action::Involve | Action::Urge) {
                "几个工作日办好"
            } else {
                "要延几个工作日"
            };
            view! { <Field name="days" label kind=FieldKind::Number hint="最多 30 个。"/> }
        })
    };
    let person = move || {
        (wants(Need::Person) && !asides.is_empty()).then(|| {
            let choices = std::iter::once(Choice::new("", "我自己"))
                .chain(
                    asides
                        .into_iter()
                        .map(|target| Choice::new(target.value, target.label)),
                )
                .collect::<Vec<_>>();
            view! { <Select name="person" label="谁回避" choices optional=true/> }
        })
    };
    let door = move || {
        wants(Need::Door).then(|| {
            let choices = Door::ALL
                .iter()
                .map(|door| Choice::new(door.code(), door.label()))
                .collect::<Vec<_>>();
            view! { <Select name="door" label="该去哪里" choices/> }
        })
    };
    let how = move || {
        (action == Action::Accept).then(|| {
        let choices = Urgency::ALL
            .iter()
            .map(|urgency| Choice::new(urgency.code(), urgency.label()))
            .collect::<Vec<_>>();
        view! {
            <Select name="urgency" label="急缓" choices value=urgency.code() hint="突发 2 小时，急 24 小时，一般 7 个工作日，复杂 15 个工作日。"/>
        }
    })
    };
    let photos = matches!(
        action,
        Action::Begin | Action::Answer | Action::Check | Action::Note | Action::PartDone
    );
    let kind = match (action, main) {
        (Action::Refuse | Action::Return | Action::PartReturn | Action::Recuse | Action::Hide, _) => {
            ButtonKind::Danger
        }
        (_, true) => ButtonKind::Primary,
        _ => ButtonKind::Plain,
    };
    view! {
        <SendForm action=ACT prefix=prefix(action, part) files=photo_limit(PHOTOS) on_done=follow()>
            <input type="hidden" name="code" value=code/>
            <input type="hidden" name="action" value=action.code()/>
            {whose.map(|whose| view! { <input type="hidden" name="whose" value=whose.to_string()/> })}
            {part.map(|part| view! { <input type="hidden" name="part" value=part.to_string()/> })}
            {to()}
            {wants(Need::Category).then(|| classes.map(|classes| view! { <Classing classes/> }))}
            {person()}
            {door()}
            {how()}
            {days()}
            {wants(Need::Matter).then(|| view! { <Field name="matter" label="并入哪一件" hint="那一件的编号，例如 320581001001-2026-0012。"/> })}
            {said()}
            {(action == Action::Publish).then(|| view! { <Confirming/><Showing sources/> })}
            {photos.then(|| {
                let label = if action == Action::Begin { "处置前的照片" } else { "照片" };
                view! { <PhotoField label most=PHOTOS optional=true/> }
            })}
            <Submit kind>{verb(action)}</Submit>
        </SendForm>
    }
}

/// The words of an answer, which may begin with a standard one. Without script the one that is chosen counts where nothing was written.
#[component]
fn Answering(standards: Vec<Standard>, label: &'static str, hint: &'static str) -> impl IntoView {
    let (chosen, words) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let choices = std::iter::once(Choice::new("", "不用，自己写"))
        .chain(
            standards
                .iter()
                .map(|standard| Choice::new(standard.id.to_string(), standard.title.clone())),
        )
        .collect::<Vec<_>>();
    let texts = StoredValue::new(standards);
    Effect::new(move |before: Option<String>| {
        let id = chosen.get();
        if before.is_some_and(|before| before != id) {
            let text = texts.with_value(|texts| {
                let found = texts.iter().find(|standard| standard.id.to_string() == id);
                found.map(|standard| standard.words.clone())
            });
            if let Some(text) = text {
                words.set(text);
            }
        }
        id
    });
    let longest = u32::try_from(STEP).unwrap_or(u32::MAX);
    view! {
        <Select name="standard" label="标准答复" choices bind=chosen optional=true hint="选一个，再改成这件事的样子。"/>
        <Field name="words" label hint kind=FieldKind::Textarea bind=words optional=true max_length=longest/>
    }
}

/// The photos that everybody will see, chosen one by one; none of those that came with the report goes by itself.
#[component]
fn Showing(sources: Vec<String>) -> impl IntoView {
    let offered = (!sources.is_empty()).then(|| {
        view! { <BlurField label="从这件事的照片里选，先遮住人脸和车牌" sources/> }
    });
    view! {
        {offered}
        <PhotoField label="公开的照片（人脸、车牌、门牌要先遮住）" most=PHOTOS optional=true/>
        <p class="small quiet">"大家看到的只有这里的照片；再公开一次，就换成那一次的。"</p>
    }
}

/// What stands on the button.
const fn verb(action: Action) -> &'static str {
    match action {
        Action::Answer => "答复反映人",
        Action::Check => "记下回访",
        Action::Note => "记下备注",
        Action::Call => "记下：没有接通",
        Action::Urge => "督办",
        Action::AskTime => "申请延期",
        Action::PartDone => "这一部分办完了",
        Action::PartReturn => "要求退回",
        other => other.label(),
    }
}

pub const fn title(action: Action) -> &'static str {
    match action {
        Action::Answer => "办好了，答复反映人",
        Action::Check => "问问反映人满不满意",
        Action::Call => "打过电话，没有接通",
        Action::Refuse => "不在这里办",
        Action::Return => "不该我们办，退回",
        Action::Merge => "和另一件是同一件事",
        Action::Escalate => "交给上一级",
        Action::Reclass => "不是这一类，改类别",
        Action::Involve => "请别的单位一起办",
        Action::PartReturn => "这一部分不该我们办",
        Action::PartKeep => "不同意退回，请接着办",
        Action::PartRelease => "不用他们办了",
        Action::Recuse => "回避：和这件事里的人是亲友",
        Action::Pause => "等反映人补充，停下计时",
        other => other.label(),
    }
}

/// With 派单, of what was only spoken: those who are no staff read what is to be done, and hear nothing.
const SPOKEN: &str = "反映人说的是语音，只有工作人员能听。交给物业、业委会或者社会组织，请写下要办什么，反映人也看得到。不要写反映人的姓名和电话。";

/// What is asked for in words, and who reads it.
const fn words(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Refuse => (
            "为什么不受理",
            "反映人会看到，请写清楚、写客气。去信访部门的，反映人只看到“已转信访”。",
        ),
        Action::Dispatch => (
            "请他们办什么",
            "承办的单位和反映人会看到。不要写反映人的姓名和电话。",
        ),
        Action::Return => ("为什么退", "街道会看到。派来一个工作日以内可以退一次。"),
        Action::Reassign => ("为什么改派", "反映人会看到。"),
        Action::AskTime => (
            "为什么要延期",
            "派单的人会看到，由他来定；反映人看不到。只能申请一次。",
        ),
        Action::GiveTime => ("为什么延期", "反映人会看到。"),
        Action::DenyTime => ("为什么不延", "承办的人和工作人员看得到。"),
        Action::Involve => (
            "请他们办哪一部分",
            "协办的单位和反映人会看到。不要写反映人的姓名和电话。",
        ),
        Action::PartDone => ("怎么办的", "承办的单位和反映人会看到。"),
        Action::PartReturn => ("为什么退", "派单的人会看到，由他来定。"),
        Action::PartKeep => ("为什么接着办", "协办的人会看到。"),
        Action::PartRelease => ("为什么不用办了", "协办的单位和反映人会看到。"),
        Action::Recuse => (
            "什么关系",
            "只有工作人员看得到。回避以后，这件事交给别人，回避的人不再看到。",
        ),
        Action::Pause => ("请反映人补充什么", "反映人会看到。补充以后接着计时。"),
        Action::Urge => ("督办要求", "承办人会收到一项到期的任务，反映人也看得到。"),
        Action::Answer => ("怎么办的，结果怎样", "反映人会看到。不要写别人的姓名和电话。"),
        Action::Check => ("反映人怎么说", "记下回访的情况，反映人看得到。"),
        Action::Note => ("备注", "只有工作人员看得到。"),
        Action::Publish => ("公开的文字", "大家看到的就是这一段。不要写姓名、电话和门牌。"),
        _ => ("说明", "会留在经过里。"),
    }
}
