//! `/map/buildings/ID`: where a building stands: drawn with a finger or a mouse, typed, pasted, or where one stands oneself.
//!
//! What the fields hold is what is stored; the map shows it, and what is drawn there is written into them.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};
use ui::{
    Card, Field, FieldKind, Form, Glyph, Icon, LocateButton, Notice, Page, Resource, Submit, Tone, Width,
    loaded::loaded,
};
use wasm_bindgen::JsCast;

use super::edit::adapter::{EditMap, Happening};
use crate::{
    api,
    model::{
        Place,
        border::Border,
        outline::{self, Placing},
    },
};

/// The building among the shapes of the map.
const OWN: &str = "building";

pub struct PlacingPage;

#[lazy_route]
impl LazyRoute for PlacingPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let params = use_params_map();
        let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        let shown = Resource::new(move || id.get(), api::building_place);
        loaded(shown, move |page: Placing| view! { <Content page/> }.into_any())
    }
}

/// What a press on the map means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Look,
    Area,
    Move,
    Remove,
    Point,
}

/// What each tool is called and looks like.
const TOOLS: [(Tool, &str, Glyph); 5] = [
    (Tool::Look, "看图", Glyph::Hand),
    (Tool::Area, "画轮廓", Glyph::Add),
    (Tool::Move, "挪角点", Glyph::Edit),
    (Tool::Remove, "去掉角点", Glyph::Less),
    (Tool::Point, "标一个点", Glyph::Pin),
];

impl Tool {
    /// As the script names it.
    const fn mode(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Area => "area",
            Self::Move => "move",
            Self::Remove => "remove",
            Self::Point => "point",
        }
    }
}

/// The fields, and the map that shows what they hold.
#[derive(Clone, Copy)]
struct Work {
    page: StoredValue<Placing>,
    map: EditMap,
    live: RwSignal<bool>,
    tool: RwSignal<Tool>,
    /// How many corners were drawn so far.
    sketched: RwSignal<usize>,
    /// Where the keyboard is, in words.
    cursor: RwSignal<String>,
    lon: RwSignal<String>,
    lat: RwSignal<String>,
    shape: RwSignal<String>,
}

fn degrees(value: f64) -> String {
    format!("{value:.7}")
}

impl Work {
    fn new(page: Placing) -> Self {
        let typed =
            |value: fn(Place) -> f64| page.place.map(|place| degrees(value(place))).unwrap_or_default();
        Self {
            map: EditMap::new(),
            live: RwSignal::new(false),
            tool: RwSignal::new(Tool::Look),
            sketched: RwSignal::new(0),
            cursor: RwSignal::new(String::new()),
            lon: RwSignal::new(typed(Place::lon_degrees)),
            lat: RwSignal::new(typed(Place::lat_degrees)),
            shape: RwSignal::new(outline::written(&page.outline)),
            page: StoredValue::new(page),
        }
    }

    /// What the fields hold, as far as it can be read.
    fn outline(self) -> Border {
        let ring = self.shape.with(|shape| outline::read(shape)).unwrap_or_default();
        if ring.is_empty() {
            Border::default()
        } else {
            Border(vec![vec![ring]])
        }
    }

    fn place(self) -> Option<Place> {
        let lon = self.lon.with(|lon| lon.trim().parse::<f64>()).ok()?;
        let lat = self.lat.with(|lat| lat.trim().parse::<f64>()).ok()?;
        outline::place(lon, lat).ok()
    }

    /// Shows on the map what the fields hold.
    fn draw(self) {
        let (outline, place) = (self.outline(), self.place());
        self.page.with_value(|page| {
            self.map.show_outline(&page.around, OWN, &page.name, &outline);
        });
        self.map.point(place.filter(|_| outline.0.is_empty()));
    }

    fn take(self, tool: Tool) {
        self.tool.set(tool);
        self.sketched.set(0);
        self.map.mode(tool.mode());
    }

    fn clear(self) {
        self.shape.set(String::new());
        self.take(Tool::Look);
    }

    fn heard(self, happening: Happening) {
        match happening {
            Happening::Drawn(places) if self.tool.get_untracked() == Tool::Point => {
                if let Some(place) = places.first() {
                    self.shape.set(String::new());
                    self.lon.set(degrees(place.lon_degrees()));
                    self.lat.set(degrees(place.lat_degrees()));
                }
            }
            Happening::Drawn(places) => {
                self.shape.set(outline::written(&places));
                self.take(Tool::Look);
            }
            // An outline has no neighbour that it would be laid onto.
            Happening::Did(op) | Happening::Snapped { plain: op, .. } => {
                let ring = self
                    .shape
                    .with_untracked(|shape| outline::read(shape))
                    .unwrap_or_default();
                match outline::after(&ring, &op) {
                    Some(ring) => self.shape.set(outline::written(&ring)),
                    // It is on the map already, and has to go again.
                    None => untrack(|| self.draw()),
                }
            }
            Happening::Sketching(points) => self.sketched.set(points.len()),
            Happening::At { number, of, place } => {
                self.cursor
                    .set(format!("第 {number} 个角点，一共 {of} 个：{}", place.told()));
            }
            Happening::GaveUp => self.sketched.set(0),
            Happening::Trying(_) | Happening::Nearing { .. } | Happening::Selected(_) => {}
        }
    }
}

#[component]
fn Content(page: Placing) -> impl IntoView {
    let work = Work::new(page.clone());
    let (scripted, broken) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| scripted.set(true));
    let element = NodeRef::<html::Div>::new();
    if let Some(script) = page.script.clone() {
        mount(element, script, page.options.clone(), work, broken);
    }
    Effect::new(move |_| {
        if work.live.get() {
            work.draw();
        }
    });
    let home = format!("/people/buildings?building={}", page.id);
    let above = vec![(page.name.clone(), home)];
    let action = ServerAction::<api::PlaceBuilding>::new();
    let mark = page
        .synthetic
        .then(|| view! { <p class="map-mark small">"示意图，边界为演示生成"</p> });
    let label = format!("{}的地图，可以画轮廓", page.name);
    let intro = format!(
        "沿着外墙一个角一个角地按，围成一圈；也可以只标一个点。要落在{}里面。",
        page.grid
    );
    let stage = page.script.is_some();
    let here = Callback::new(move |(lon, lat): (f64, f64)| {
        _ = work.lon.try_set(degrees(lon));
        _ = work.lat.try_set(degrees(lat));
    });
    view! {
        <Page title=format!("{}在地图上", page.name) above width=Width::Wide>
            <p>{intro}</p>
            <Show when=move || broken.get()>
                <Notice tone=Tone::Late title="现在打不开可以画的地图" live=true>"请检查网络，刷新后再试；也可以在下面直接填。"</Notice>
            </Show>
            <div class="edit-page">
                // Without script there is nothing to draw on: the fields say all.
                <div class="edit-stage" hidden=move || !stage || !scripted.get()>
                    <Tools work/>
                    <div class="edit-map">
                        <div class="map" id="place-map" role="group" aria-label=label node_ref=element></div>
                    </div>
                    <p class="hidden-text" role="status">{move || work.cursor.get()}</p>
                    {mark}
                </div>
                <div class="edit-side">
                    <Card title="位置">
                        <Form action prefix="place">
                            <input type="hidden" name="id" value=page.id.clone()/>
                            <input type="hidden" name="version" value=page.version.to_string()/>
                            <div class="fields-2">
                                <Field name="lon" label="经度" bind=work.lon placeholder="120.7402" hint="CGCS2000 或 WGS84" optional=true max_length=12/>
                                <Field name="lat" label="纬度" bind=work.lat placeholder="31.6411" hint="高德、百度上抄来的会偏几百米" optional=true max_length=12/>
                            </div>
                            <LocateButton on_found=here/>
                            <Field name="shape" label="轮廓" kind=FieldKind::Textarea bind=work.shape optional=true
                                hint="一行一个角点，如 120.7402,31.6411；也可以贴 GeoJSON 多边形。有轮廓时，上面的经纬度不用填"/>
                            <Submit>"保存"</Submit>
                        </Form>
                    </Card>
                </div>
            </div>
        </Page>
    }
}

#[component]
fn Tools(work: Work) -> impl IntoView {
    let without = move || work.shape.with(String::is_empty);
    let buttons = TOOLS
        .map(|(tool, name, glyph)| {
            let needs = matches!(tool, Tool::Move | Tool::Remove);
            view! {
                <button type="button" class="edit-tool" aria-pressed=move || (work.tool.get() == tool).to_string()
                    disabled=move || !work.live.get() || (needs && without()) on:click=move |_| work.take(tool)>
                    <Icon name=glyph/><span>{name}</span>
                </button>
            }
        })
        .collect_view();
    let drawing = move || work.tool.get() == Tool::Area;
    view! {
        <div class="edit-tools no-print" role="toolbar" aria-label="画轮廓的工具">
            {buttons}
            <button type="button" class="edit-tool" disabled=without on:click=move |_| work.clear()>
                <Icon name=Glyph::Bin/><span>"去掉轮廓"</span>
            </button>
            <span class="edit-gap"></span>
            <button type="button" class="edit-tool bare" aria-label="放大" on:click=move |_| work.map.zoom_by(1)><Icon name=Glyph::Add/></button>
            <button type="button" class="edit-tool bare" aria-label="缩小" on:click=move |_| work.map.zoom_by(-1)><Icon name=Glyph::Less/></button>
            <button type="button" class="edit-tool bare" aria-label="看全图" on:click=move |_| work.map.fit()><Icon name=Glyph::FullScreen/></button>
        </div>
        <Show when=drawing>
            <div class="edit-sketch" role="group" aria-label="正在画">
                <p>{move || format!("已经画了 {} 个角点。", work.sketched.get())}</p>
                <div class="buttons">
                    <button type="button" class="button" on:click=move |_| work.map.finish()>"画完"</button>
                    <button type="button" class="button plain" on:click=move |_| work.map.undo_point()>"退一个点"</button>
                    <button type="button" class="button plain" on:click=move |_| work.take(Tool::Look)>"不画了"</button>
                </div>
            </div>
        </Show>
        <Show when=move || work.tool.get() == Tool::Point>
            <p class="small quiet">"在地图上按一下这一幢的位置；用键盘时，方向键挪地图，按回车标在正中。"</p>
        </Show>
    }
}

fn mount(element: NodeRef<html::Div>, script: String, options: String, work: Work, broken: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let (script, options) = (script.clone(), options.clone());
        spawn_local(async move {
            let element: web_sys::HtmlElement = element.unchecked_into();
            let mounted = work
                .map
                .mount(&script, element, &options, move |happening| work.heard(happening))
                .await;
            match mounted {
                Ok(()) => {
                    if work.live.try_set(true).is_none() {
                        untrack(|| work.draw());
                        work.map.select(Some(OWN));
                        work.map.fit_units();
                    }
                }
                Err(error) => {
                    leptos::logging::warn!("no map to draw on: {error:?}");
                    _ = broken.try_set(true);
                }
            }
        });
    });
}
