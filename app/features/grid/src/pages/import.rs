//! `/admin/map/import`: send a map file, see what it would change and what is wrong with it, in words and on the map, apply it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use orgs::importing::{Another, Importing, Refused, limit};
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Choice, Fault, Figure, FigureKind, FileField, Glyph, Notice,
    Page, RadioGroup, Resource, SendForm, Shape, Skeleton, Submit, Tone, Width,
};

use super::WAYS;
use crate::{
    api,
    model::{self, Counts, Datum, Drawing, ImportPreview, Problem, Severity},
};

pub struct ImportPage;

#[lazy_route]
impl LazyRoute for ImportPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let importing = Importing::at("/admin/map/import");
        let asked = importing.asked();
        let shown = Resource::new(
            move || asked.get(),
            move |(id, _)| async move {
                if id.is_empty() {
                    return api::may_import().await.map(|()| None);
                }
                match importing.take(&id) {
                    Some(preview) => Ok(Some(preview)),
                    None => api::preview(id).await.map(Some),
                }
            },
        );
        view! {
            <Transition fallback=|| view! { <Skeleton shape=Shape::Block/> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(None) => view! { <Send importing/> }.into_any(),
                        Ok(Some(preview)) => view! { <Preview preview importing/> }.into_any(),
                        Err(error) => view! { <Fault error ways=WAYS/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

fn crumbs() -> Vec<(String, String)> {
    vec![("地图".to_owned(), "/map".to_owned())]
}

#[component]
fn Send(importing: Importing<ImportPreview>) -> impl IntoView {
    let datums = Datum::ALL
        .map(|datum| Choice::new(datum.code(), datum.label()))
        .to_vec();
    view! {
        <Page title="导入边界" above=crumbs()>
            <Refused/>
            <Card>
                <p>"先检查文件，看过结果、确认以后才会存下来。同一个文件导入两次，第二次什么也不会变。"</p>
                <SendForm action="/admin/map/import/upload" files=limit() on_done=importing.on_sent()>
                    <FileField name="file" label="边界文件" accept=".geojson,.json,application/geo+json"
                        hint="GeoJSON，UTF-8 编码，最多 50 MB、20,000 个面。每个面要有 code 和 name，也可以有 level 和 parent_code"/>
                    <RadioGroup name="datum" label="文件用的坐标系" choices=datums hint="存下来时统一换算成 CGCS2000"/>
                    <Submit icon=Glyph::Upload>"检查文件"</Submit>
                </SendForm>
            </Card>
        </Page>
    }
}

#[component]
fn Preview(preview: ImportPreview, importing: Importing<ImportPreview>) -> impl IntoView {
    let said = format!(
        "{}，{} 传上来，{}",
        preview.file_name,
        preview.sent_at.zh_short(),
        preview.datum.label()
    );
    let body = match (&preview.applied, &preview.unreadable) {
        (Some((at, counts)), _) => {
            let (title, counts) = (format!("已在 {} 导入", at.zh_short()), counts.to_string());
            view! {
                <Notice tone=Tone::Done title=title>{counts}"。"</Notice>
                <div class="buttons"><Button href="/map" icon=Glyph::Map>"看地图"</Button></div>
            }
            .into_any()
        }
        (None, Some(why)) => {
            let why = why.clone();
            view! { <Notice tone=Tone::Late title="文件读不出来，什么也没有存">{why}</Notice> }.into_any()
        }
        (None, None) => view! { <Checked preview importing/> }.into_any(),
    };
    view! {
        <Page title="导入边界" eyebrow=said above=crumbs() width=Width::Wide>
            <Refused/>
            {body}
            <Another page=importing.page/>
        </Page>
    }
}

#[component]
fn Checked(preview: ImportPreview, importing: Importing<ImportPreview>) -> impl IntoView {
    let (counts, found) = (preview.counts, preview.problem_counts);
    let figures = [
        ("新增边界", counts.new),
        ("更新", counts.changed),
        ("不变", counts.unchanged),
        ("新建网格", counts.founded),
    ]
    .map(|(label, n)| view! { <Figure label=label value=n.to_string() kind=FigureKind::Middle/> })
    .collect_view();
    let verdict = if found.blocking > 0 {
        let title = format!("有 {} 处必须改正，改好以前不能导入", found.blocking);
        view! { <Notice tone=Tone::Late title=title>"请在制图软件里改好，再传一次。"</Notice> }.into_any()
    } else if found.acceptable > 0 {
        let title = format!("有 {} 处超出容差", found.acceptable);
        view! { <Notice tone=Tone::Due title=title>"可以改好再传，也可以逐条勾选、例外通过；谁通过了哪几条会记入审计。"</Notice> }.into_any()
    } else {
        view! { <Notice tone=Tone::Done title="检查通过">"可以导入。"</Notice> }.into_any()
    };
    let told = preview.problems.len();
    let all = found.blocking + found.acceptable + found.notes;
    let more =
        (all > told).then(|| view! { <p class="quiet">{format!("只列出前 {told} 处，一共 {all} 处。")}</p> });
    let file = format!("/admin/map/import/problems/{}", preview.id);
    let file = (all > 0).then(|| {
        view! {
            <div class="buttons">
                <Button kind=ButtonKind::Quiet icon=Glyph::Download href=file external=true>"下载全部问题（CSV）"</Button>
            </div>
        }
    });
    let areas = preview.areas_drawn;
    let drawing = preview
        .drawing
        .clone()
        .map(|drawing| view! { <Spots drawing areas problems=preview.problems.clone()/> });
    let body = view! {
        <div class="split">
            <div class="stack">{drawing}</div>
            <div class="stack">{more}{file}<Apply preview importing/></div>
        </div>
    };
    view! { {verdict}<Card title="会有哪些变化"><div class="tiles">{figures}</div></Card>{body} }
}

/// The areas of the file, and on them the numbered spots where something is wrong.
#[component]
fn Spots(drawing: Drawing, areas: usize, problems: Vec<Problem>) -> impl IntoView {
    let view_box = drawing.view_box();
    let (areas, spots) = drawing.shapes.split_at(areas.min(drawing.shapes.len()));
    let shapes = areas
        .iter()
        .map(|shape| view! { <path class="shape" d=shape.path.clone()/> })
        .collect_view();
    let marks = (1..)
        .zip(spots.iter().zip(&problems))
        .filter(|(_, (_, problem))| problem.place.is_some())
        .map(|(number, (shape, problem)): (usize, _)| {
            let class = match problem.severity {
                Severity::Blocking => "spot late",
                Severity::Acceptable => "spot due",
                Severity::Note => "spot",
            };
            let ground = (!problem.outline.is_empty()).then(|| view! { <path class="spot-ground" d=shape.path.clone()/> });
            let (x, y) = (shape.label_x.to_string(), shape.label_y.to_string());
            view! { <g class=class>{ground}<circle cx=x.clone() cy=y.clone() r="14"/><text x=x y=y>{number.to_string()}</text></g> }
        })
        .collect_view();
    view! {
        <figure class="map-spots">
            <svg viewBox=view_box role="img" aria-label="文件里的边界，圆圈里的数字是问题的序号">
                <g class="areas">{shapes}</g>{marks}
            </svg>
            <figcaption class="small quiet">"圆圈里的数字对应右边的问题。"</figcaption>
        </figure>
    }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Blocking => Tone::Late,
        Severity::Acceptable => Tone::Due,
        Severity::Note => Tone::Quiet,
    }
}

/// The problems, each acceptable one with its box to tick, and the button.
#[component]
fn Apply(preview: ImportPreview, importing: Importing<ImportPreview>) -> impl IntoView {
    let ImportPreview {
        id,
        counts,
        problem_counts,
        problems,
        ..
    } = preview;
    let listed = problems
        .iter()
        .enumerate()
        .map(|(at, problem)| view! { <Told problem=problem.clone() number=at + 1/> })
        .collect_view();
    let list = (!problems.is_empty()).then(|| view! { <ol class="map-problems" role="list">{listed}</ol> });
    let nothing = counts
        == (Counts {
            unchanged: counts.unchanged,
            ..Counts::default()
        });
    let hidden = [
        ("new", counts.new),
        ("changed", counts.changed),
        ("unchanged", counts.unchanged),
        ("founded", counts.founded),
    ]
    .map(|(name, n)| view! { <input type="hidden" name=name value=n.to_string()/> })
    .collect_view();
    let listed = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Acceptable)
        .count();
    let rest = problem_counts.acceptable.saturating_sub(listed);
    let rest = (rest > 0 && problem_counts.blocking == 0).then(|| {
        let label = format!("没有列出的 {rest} 处也例外通过");
        view! { <Checkbox name="rest" value=rest.to_string() label hint="请先下载全部问题看过"/> }
    });
    let on_stop = importing.on_stop(id, api::stop_import);
    let send = match (problem_counts.blocking, nothing) {
        (0, true) => view! { <Notice tone=Tone::Done>"与已有的边界完全一样，不用导入。"</Notice> }.into_any(),
        (0, false) => {
            view! { <Submit>{format!("导入 {} 个边界", counts.new + counts.changed)}</Submit> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <SendForm action="/admin/map/import/apply" on_done=importing.on_applied() on_stop=on_stop>
            <input type="hidden" name="id" value=id.to_string()/>
            {hidden}
            {list}
            {rest}
            {send}
        </SendForm>
    }
}

#[component]
fn Told(problem: Problem, number: usize) -> impl IntoView {
    let place = problem.place.map(model::Place::told);
    let line = problem.line.map(|line| format!("第 {line} 行"));
    let feature = problem
        .feature
        .map(|feature| format!("第 {} 个要素", feature + 1));
    let said: Vec<String> = [line, feature, place].into_iter().flatten().collect();
    let title = format!("{number}. {} {}", problem.name, problem.code);
    let accept = (problem.severity == Severity::Acceptable).then(|| {
        let name = format!("accepted[{}]", number - 1);
        view! { <Checkbox name=name value=problem.key() label="例外通过"/> }
    });
    view! {
        <li>
            <div class="row wrap close"><Badge tone=tone(problem.severity)>{problem.kind.label()}</Badge><b>{title}</b></div>
            <p>{problem.message.clone()}"。"</p>
            {(!said.is_empty()).then(|| view! { <p class="small quiet">{said.join("，")}</p> })}
            {accept}
        </li>
    }
}
