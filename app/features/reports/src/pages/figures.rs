//! `/reports/figures`: how it goes at a place in a period. Everybody may look; who handles matters there sees all of it, and takes it along.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::Date;
use ui::{
    Button, ButtonKind, Card, Field, FieldKind, Glyph, List, ListRow, Notice, Page, Resource, Time, Width,
};

use super::{
    figures_about::{Areas, Began, Hot, Ratings, What},
    figures_parts::{Months, Open, Rates, Stages},
    frame::{loaded, query},
};
use crate::{
    api,
    model::figures::{FiguresPage, Period, SMALLEST},
};

const HERE: &str = "/reports/figures";

pub fn page() -> AnyView {
    let (node, period, from, to) = (query("node"), query("period"), query("from"), query("to"));
    let shown = Resource::new(
        move || (node.get(), period.get(), from.get(), to.get()),
        |(node, period, from, to)| api::figures::report_figures(node, period, from, to),
    );
    loaded(shown, |page: FiguresPage| view! { <Shown page/> }.into_any())
}

/// The address of a place in a period.
pub fn address(node: &str, period: Period) -> String {
    format!("{HERE}?node={node}&period={}", Url::escape(&period.to_string()))
}

#[component]
fn Shown(page: FiguresPage) -> impl IntoView {
    let (period, whole) = (page.period, page.whole);
    let above: Vec<(String, String)> = page
        .above
        .iter()
        .map(|unit| (unit.name.clone(), address(&unit.code, period)))
        .collect();
    let (from, to) = period.days();
    let days = format!("{}到{}反映的事", from.zh(), to.zh());
    let now = page.now;
    let list = if whole {
        format!("/admin/reports?node={}&state=all", page.here.code)
    } else {
        format!("/reports?show=public&node={}", page.here.code)
    };
    view! {
        <Page title=format!("{}：办得怎么样", page.here.name) eyebrow=period.label() above width=Width::Wide>
            <div class="stack loose">
                <Periods code=page.here.code.clone() period today=page.today whole/>
                <p class="small quiet">{days}"，算到 "<Time at=now/>"。"</p>
                <Rates page=page.clone()/>
                <Months page=page.clone()/>
                <Stages page=page.clone()/>
                <Open page=page.clone()/>
                <What page=page.clone()/>
                <Ratings page=page.clone()/>
                <Began page=page.clone()/>
                <Hot page=page.clone()/>
                <Areas page=page.clone()/>
                {whole.then(|| view! { <Files code=page.here.code.clone() period/> })}
                <Reckoned whole/>
                <div class="buttons no-print"><Button kind=ButtonKind::Plain icon=Glyph::List href=list>"看是哪些事"</Button></div>
            </div>
        </Page>
    }
}

/// Months, quarters and years to choose from; days of one's own for those who work there.
#[component]
fn Periods(code: String, period: Period, today: Date, whole: bool) -> impl IntoView {
    let chips = Period::offered(today)
        .into_iter()
        .map(|one| {
            let (href, current) = (address(&code, one), (one == period).then_some("true"));
            view! { <a class="chip" href=href aria-current=current>{one.label()}</a> }
        })
        .collect_view();
    let own = whole.then(|| {
        let (from, to) = period.days();
        let open = !period.is_whole();
        view! {
            <details class="fold no-print" open=open>
                <summary>"自己选日期"</summary>
                <form class="form" method="get" action=HERE>
                    <input type="hidden" name="node" value=code.clone()/>
                    <div class="fields-2">
                        <Field name="from" label="从哪天" kind=FieldKind::Date value=from.to_string()/>
                        <Field name="to" label="到哪天" kind=FieldKind::Date value=to.to_string() hint="不超过一年"/>
                    </div>
                    <div class="buttons"><Button kind=ButtonKind::Plain submit=true icon=Glyph::Filter>"看这段时间"</Button></div>
                </form>
            </details>
        }
    });
    view! {
        <nav class="row wrap close no-print" aria-label="哪段时间">{chips}</nav>
        {own}
    }
}

/// What is taken along.
#[component]
fn Files(code: String, period: Period) -> impl IntoView {
    let asked = format!("node={code}&period={}", Url::escape(&period.to_string()));
    let buttons = [
        ("/reports/ledger", "xlsx", "台账 Excel"),
        ("/reports/ledger", "csv", "台账 CSV"),
        ("/reports/figures/export", "xlsx", "指标 Excel"),
        ("/reports/figures/export", "csv", "指标 CSV"),
    ]
    .into_iter()
    .map(|(path, format, words)| {
        let href = format!("{path}?{asked}&as={format}");
        view! { <Button kind=ButtonKind::Plain icon=Glyph::Download external=true href>{words}</Button> }
    })
    .collect_view();
    view! {
        <Card title="导出">
            <div class="stack no-print">
                <p class="small quiet">"台账里姓名和号码已经遮住。导出会记入审计日志。"</p>
                <div class="buttons">{buttons}</div>
            </div>
        </Card>
    }
}

/// How each figure is reckoned, in words.
const RECKONED: [(&str, &str); 9] = [
    (
        "响应率",
        "按时说明是否受理的，占已经说明和应该已经说明的。两个工作日以内为按时；突发 2 小时，急 24 小时；办理期限更短的，按那个期限。还没到时间的、撤回和合并的不算。",
    ),
    (
        "按期办结率",
        "在期限里答复的，占已经答复和应该已经答复的。同意延期的按延期算；重办的按最后一次算。不予受理、撤回、合并、挂起和还没到期的不算。",
    ),
    (
        "解决率",
        "办结、反映人最后没有说不满意的，占办结的和评价不满意的。",
    ),
    (
        "满意率",
        "反映人最后评价满意或者基本满意的，占作了评价的。办结（未评价）的不算，另外列出。",
    ),
    (
        "各环节用时",
        "第一次办理时，从一步到下一步。有工作日期限的，按承办单位的工作时间算，一天 8 小时，挂起的时间不算；突发和急件，等评价、回访或者评价以后到办结，还有挂起的时间不分昼夜；协办从第一次请到最后一家办完。中位数：一半的事不超过这个时间；九成位数：九成的事不超过。用时往上取整。",
    ),
    (
        "重复反映",
        "前 30 天里，同一个网格、同一类别、相距 100 米以内已经有人反映过的；没有定位的按网格算。",
    ),
    (
        "投诉社区",
        "投诉里面，投诉社区自己的。社区和网格的人看不到投诉自己的；对外只按镇街和以上公布。",
    ),
    (
        "由谁发起",
        "反映人当天在当地或者上级担任工作的，按那个身份算；别人都算居民，别人代为登记的也算居民。业委会、居民小组长、居务监督委员会算居民。",
    ),
    (
        "由谁承办",
        "最后一次答复的时候，事在谁手里。还没有答复的不算；几家协办的按牵头的算。",
    ),
];

#[component]
fn Reckoned(whole: bool) -> impl IntoView {
    let rows = RECKONED
        .into_iter()
        .map(|(title, detail)| view! { <ListRow title detail/> })
        .collect_view();
    let hidden = if whole {
        "您在这里办事，看到的是完整的数。对外公开时，少于 5 件的不显示，其余按 5 取整。".to_owned()
    } else {
        format!("少于 {SMALLEST} 件的不显示，其余按 5 取整。")
    };
    view! {
        <details class="fold">
            <summary>"这些数怎么算"</summary>
            <div class="stack">
                <p>"一件事算在反映的那一天和所在的地方；撤回、合并的只算在反映的件数里。"</p>
                <List label="怎么算">{rows}</List>
            </div>
        </details>
        <Notice>{hidden}</Notice>
    }
}
