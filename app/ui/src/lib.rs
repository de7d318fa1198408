//! The design system: every part that pages are made of, in the look of white walls and dark tiles.
//!
//! Invariants: the first rendering is the same on the server and in the browser (what only a browser knows comes in
//! effects); no inline `style=` (content security policy); every flow works without script; colours and sizes are
//! tokens of `style/tokens.css`; what a colour says, a word says too.
//!
//! Deliberately absent: domain words, fetching what is shown, and decisions about who may do what.
//!
//! # Pages
//! - [`shell::Shell`]`(items: Vec<NavItem>, path, call?, unread?, foot?)`: around all pages. `NavItem { label, href, icon, large, key, unread }`.
//! - [`Page`]`(title, eyebrow?, above?: Vec<(words, address)>, width?: Width::Wide, party?, doings?, path?)`: one page; sets the title.
//! - [`home::HomeCard`]` { id, order, audience, view }`, [`home::HomeCards`]`(cards, actor)`: the home page's registry.
//!   [`Waiting`]`(waiting: Resource<Result<N, AppError>>, icon, title, unit, href)`: how much waits, and the way there; nothing at 0.
//! - [`appearance::Appearance`]: `from_cookie`, `to_cookie`, `set_cookie`, `html_class`, `data_theme`, `with`, `way_back`;
//!   [`provide_appearance`], [`EditionSwitch`]`(path)`, [`AppearanceSettings`]`(path)`.
//!
//! - [`lazy_pages`]`! { "/tasks/:id" => TaskRoute: task::page; }`: a pillar's pages and its `routes()`; [`routes`] for those that are made otherwise.
//!
//! # Doing
//! - [`Button`]`(kind?, size?, icon?, href?, external?, submit?, busy?, disabled?, on_click?)`; [`Submit`]`(kind?, size?, icon?)` in a form.
//! - [`Form`]`(action, prefix?, adds?)` over a `ServerAction` whose error is `AppError`; its fields find their errors by name, and, without
//!   script, what was typed; [`returned::answer_of`]`(action, form)` is what it answered, with script or without.
//! - [`Field`]`(name, label, kind?: FieldKind, hint?, value?, bind?, error?, optional?, placeholder?, autocomplete?, max_length?, read_only?)`.
//! - [`DayField`]`(name, label, hint, value, error)`: the day in a form that only asks for another page.
//! - [`Select`], [`RadioGroup`]`(name, label, choices: Vec<Choice>, hint?, value?, bind?, error?)`,
//!   [`Checkbox`]`(name, label, hint?, value?, checked?, bind?, error?)`,
//!   [`FileField`]`(name, label, hint?, accept?, multiple?, optional?, error?, node_ref?)`; [`ErrorSummary`] (a form has it).
//! - [`SendForm`]`(action, prefix?, files?, on_done, on_stop?)`: a form whose sending takes long, over a plain route; see [`sending`].
//!   [`PhotoField`]`(label, most, optional?)` in it, with [`photo_limit`]; [`sending::follow`] goes where the answer leads.
//! - [`Dialog`]`(open: RwSignal<bool>, id, title)`, [`Tabs`]`(label, tabs: Vec<Tab>)`, [`Pager`]`(back?, onward?, back_label?, onward_label?)`,
//!   [`use_list_keys`]`(root, ticks)` (a table's rows by `j`, `k` and `x`), [`successes`]`(action)` (fetch anew when it has changed something), [`resting`]`(rest, act)` (what is typed, once it rests), [`SearchBox`]`(action, label, placeholder?, value?, name?, on_input?, bare?)`, [`Breadcrumb`]`(above, here)`.
//!
//! # Showing
//! - [`Icon`]`(name: Glyph)`, [`Card`]`(title?, end?, warm?, flush?)`, [`List`]`(label?)`, [`ListRow`]`(title, detail?, icon?, href?)`,
//!   [`Table`]`(caption, columns: Vec<Column>, rows: Vec<Vec<AnyView>>, keep?)` with [`cell`],
//!   [`Tree`]`(label)`, [`TreeRow`]`(name, href, parts?, open?, current?, end?)` (children are made when it opens).
//! - [`Badge`]`(tone?: Tone, icon?)` ([`Tone::deadline`] words a limit, [`use_now`]`(at)` is the time by which it runs down), [`Initial`]`(name)`, [`Masked`]`(kind, value)`,
//!   [`Time`]`(at, form?)`, [`Steps`]`(steps, at)`, [`Figure`]`(label, value, unit?, kind?)`, [`BarChart`]`(caption, bars: Vec<Bar>, most?)`,
//!   [`Legend`]`(title, entries: Vec<(Swatch, words)>)`, [`Qr`]`(text, label)`, [`Handout`]`(label, text)` (to write down, copy, print), [`Photo`]`(src, alt, width, height)`.
//!
//! # How it stands
//! - [`Notice`]`(tone?, title?, live?)`, [`Empty`]`(icon, title, detail?)`, [`Skeleton`]`(shape?, count?)`,
//!   [`Progress`]`(label, part, on_cancel?)`, [`Fault`]`(error, missing?, ways)` (a page that cannot be shown), [`loaded::loaded`]`(resource, show)` (a page for who is signed in, or why not); [`provide_toasts`], [`use_toasts`]`().done(…)`/`.failed(…)`, [`ToastRegion`].
//! - [`ConnectionBanner`] (the shell has it), [`InstallHint`].
//! - [`live`]: [`live::use_events`]`(topics, |event: LiveEvent| …)` and [`live::use_reset`]`(|| …)`: what happens elsewhere, so that a page
//!   can fetch anew; [`live::work_topics`]`(permission)`: the topics of where the viewer works.
//! - [`locate::locate`]`().await`: where the person is, asked of the browser once; [`LocateButton`]`(on_found)` asks when it is pressed.
//! - [`outbox`]: [`outbox::provide_outbox`]`(user)`, `use_outbox()?.put(path, label, &fields).await`, [`outbox::OutboxStatus`];
//!   [`seen::forget`] at sign-in and sign-out.
//! - [`kept`]: [`kept::keep`]`(owner, what, text)`, `find`, `forget`: work that is not on the server yet, as long as its page says so;
//!   [`kept::forget_all`] at sign-out.
//! - [`gallery::Gallery`]: all of this in every state.
//!
//! Classes for the arrangement of things, where no component is needed: `stack` (`tight`, `loose`), `row` (`wrap`, `top`,
//! `close`, `spread`), `grow`, `tiles`, `halves`, `split` (`even`), `buttons`, `fields-2`, `lead`, `cards-of-choice` with
//! `choice-card`, `small`, `quiet`, `strong`, `center`, `hidden-text`, `no-print`, `print-only`.

pub mod appearance;
mod appearance_switch;
mod at;
mod avatar;
mod badge;
mod bar_chart;
mod blur;
mod breadcrumb;
mod browser;
mod button;
mod card;
mod choice;
mod confirming;
mod connection;
mod day_field;
mod dialog;
mod empty;
mod error_summary;
mod fault;
mod field;
mod figure;
mod form;
pub mod gallery;
mod handout;
pub mod home;
pub mod icon;
mod install_hint;
pub mod kept;
mod legend;
mod list;
mod list_keys;
pub mod live;
pub mod loaded;
pub mod locate;
mod locate_button;
mod masked;
mod notice;
pub mod outbox;
mod page;
mod pager;
mod photo;
mod progress;
pub mod push;
mod qr;
mod resource;
mod resting;
pub mod returned;
pub mod routes;
mod search_box;
pub mod seen;
pub mod sending;
pub mod shell;
mod shortcuts;
mod skeleton;
pub mod status;
pub mod staying;
mod steps;
mod successes;
mod table;
mod tabs;
mod ticking;
mod toast;
mod tree;
mod typing;
pub mod viewer;
mod voice;
mod waiting;
mod when;

pub use appearance_switch::{AppearanceSettings, EditionSwitch, provide_appearance};
pub use avatar::Initial;
pub use badge::{Badge, Tone};
pub use bar_chart::{Bar, BarChart};
pub use blur::BlurField;
pub use breadcrumb::Breadcrumb;
pub use button::{Button, ButtonKind, ButtonSize, Submit};
pub use card::Card;
pub use choice::{Checkbox, Choice, FileField, RadioGroup, Select};
pub use confirming::Confirming;
pub use connection::ConnectionBanner;
pub use day_field::DayField;
pub use dialog::Dialog;
pub use empty::Empty;
pub use error_summary::ErrorSummary;
pub use fault::Fault;
pub use field::{Field, FieldKind};
pub use figure::{Figure, FigureKind};
pub use form::{Form, FormState, field_id, form_id};
pub use handout::Handout;
pub use icon::{Glyph, Icon};
pub use install_hint::InstallHint;
pub use legend::{Legend, Swatch};
pub use list::{List, ListRow};
pub use list_keys::use_list_keys;
pub use locate_button::LocateButton;
pub use masked::{MaskKind, Masked};
pub use notice::Notice;
pub use page::{Page, Width};
pub use pager::Pager;
pub use photo::{Photo, PhotoField, photo_limit};
pub use progress::Progress;
pub use qr::Qr;
pub use resource::Resource;
pub use resting::resting;
pub use search_box::SearchBox;
pub use sending::SendForm;
pub use shortcuts::Shortcuts;
pub use skeleton::{Shape, Skeleton};
pub use steps::Steps;
pub use successes::successes;
pub use table::{Column, Table, cell};
pub use tabs::{Tab, Tabs};
pub use ticking::use_now;
pub use toast::{ToastRegion, Toasts, provide_toasts, use_toasts};
pub use tree::{Tree, TreeRow};
pub use typing::Typing;
pub use voice::VoiceField;
pub use waiting::Waiting;
pub use when::{Time, TimeForm};
