//! Public opinion: from "I saw something" to "it is done, and I say so". Matters that residents report, how they are handled, and the
//! reporter's own word at the end.
//!
//! Invariants:
//! - How a matter goes is one table in code (`model::TABLE`). Each step is a row with its place in the matter's life, and the matter's
//!   state is what its steps lead to: nothing else sets it.
//! - From its report on a matter lies with somebody by name or post, with a deadline of the working clock.
//! - A complaint about the community itself goes to the level above. Nobody who works at the community or below it finds it, whatever
//!   else they hold (`server::sight`, one predicate for page and lists).
//! - Of several units one leads and answers, once the others have done their parts; whoever stepped aside finds a matter no more.
//! - The reporter's name, number, door and words are sealed. Partners who have a matter see what it is about, never whose it is.
//! - What is published was looked at, has a reporter who agreed to it, and is a text of its own.
//!
//! - What was reported without an account is handled like anything else and never published. Its reporter opens it with a tracking code, of
//!   which a digest is kept, or with the number that they proved; nothing that they do is noted under a name.
//!
//! Deliberately absent: a score of whoever handles matters, what belongs to courts, petitions or discipline
//! inspection (it is shown the right door).

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};

/// Where the form of a report sends it, with photos.
pub const SEND: &str = "/reports/send";
/// Where the form of a visitor without an account sends it.
pub const SEND_OPEN: &str = "/reports/send/open";
/// Where a form of a matter's page sends a step, with photos.
pub const ACT: &str = "/reports/act";

/// What the map shows to those who handle matters: those that have not ended, each where it is pinned.
pub const LAYER: grid::layers::MapLayer = grid::layers::MapLayer {
    code: "matters",
    label: "在办的诉求",
    tiles: "/reports/tiles/{z}-{x}-{y}.mvt",
    list: Some(("/admin/reports", "办理清单")),
    opens: Some("/reports/"),
    follows: &[grid::layers::Follows::Work("reports.matter.")],
    needs: Some(shared::Permission::ReportHandle),
    past: grid::layers::Past::Untold("“在办的诉求”只有现在的。"),
    narrows: &[
        "node", "state", "kind", "category", "late", "urgency", "holder", "since", "until", "joint", "urged",
    ],
};

/// And to everybody: how many are published in each unit. Where they are pinned is not told.
pub const PUBLIC_LAYER: grid::layers::MapLayer = grid::layers::MapLayer {
    code: "public-matters",
    label: "公开的诉求",
    tiles: "/reports/public-tiles/{z}-{x}-{y}.mvt",
    list: Some(("/reports?show=public", "公开清单")),
    opens: Some("/reports?show=public&node="),
    follows: &[
        grid::layers::Follows::Topic("reports"),
        grid::layers::Follows::Topic("grid"),
        grid::layers::Follows::Topic("orgs"),
    ],
    needs: None,
    past: grid::layers::Past::Untold("“公开的诉求”只有现在的。"),
    narrows: &["state", "kind", "category"],
};
