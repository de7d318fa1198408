//! What the form of a report follows and fetches, and how somebody reports with it.

use grid::model::OwnGrid;
use leptos::prelude::*;
use shared::AppError;
use ui::{Resource, returned::kept_by, viewer::use_viewer};

use super::{
    frame::query,
    near::{Asked, Known, known},
    place::{Ground, buildings, community_of, search},
};
use crate::{
    SEND, SEND_OPEN,
    model::{Kind, Origin},
};

/// The form's name.
pub const FORM: &str = "report";

/// How somebody reports with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    SignedIn,
    Phone,
    Anonymous,
}

impl Way {
    pub const fn action(self) -> &'static str {
        match self {
            Self::SignedIn => SEND,
            Self::Phone | Self::Anonymous => SEND_OPEN,
        }
    }

    /// The page that has the form.
    pub const fn page(self) -> &'static str {
        match self {
            Self::SignedIn => "/reports/new",
            Self::Phone => "/reports/new/phone",
            Self::Anonymous => "/reports/new/anonymous",
        }
    }

    /// As what a visitor without an account reports.
    pub const fn origin(self) -> Option<Origin> {
        match self {
            Self::SignedIn => None,
            Self::Phone => Some(Origin::Phone),
            Self::Anonymous => Some(Origin::Anonymous),
        }
    }
}

/// What the page fetches, and what of the form it follows; made outside of the form, which waits for what it shows.
#[derive(Clone, Copy)]
pub struct Draft {
    pub way: Way,
    pub category: RwSignal<String>,
    pub kind: RwSignal<String>,
    /// The place near which is looked.
    pub near: RwSignal<String>,
    /// What was typed, once it rests.
    pub said: RwSignal<String>,
    pub ground: Ground,
    pub known: Resource<Known>,
    /// The grid that one lives in, and who works for it.
    pub own: Resource<Result<Option<OwnGrid>, AppError>>,
}

impl Draft {
    /// Ask in the page's own view.
    pub fn begin(way: Way) -> Self {
        // Without script a refused form comes back with what was chosen: its questions are to stand there again.
        let kept = kept_by(way.action(), FORM);
        let chosen = |name: &'static str, otherwise: &str| {
            let before = kept.iter().find(|(known, _)| known == name);
            let asked = query(name).get_untracked();
            match before {
                Some((_, value)) => value.clone(),
                None if asked.is_empty() => otherwise.to_owned(),
                None => asked,
            }
        };
        let viewer = use_viewer().actor.filter(|_| way == Way::SignedIn);
        let home = viewer.and_then(|actor| actor.home().map(|grant| grant.code.clone()));
        let category = RwSignal::new(chosen("category", ""));
        let kind = RwSignal::new(chosen("kind", Kind::Problem.code()));
        let asked = query("q").get_untracked();
        // A place other than the home, which was chosen before, is offered again only if it is looked for.
        let place = kept.iter().find(|(known, _)| known == "node");
        let before = place
            .map(|(_, node)| node.clone())
            .filter(|node| !node.is_empty());
        let place = place.filter(|(_, code)| asked.is_empty() && home.as_ref() != Some(code));
        let q = RwSignal::new(place.map_or(asked, |(_, code)| code.clone()));
        let near = RwSignal::new(before.or(home).unwrap_or_default());
        let (said, at) = (RwSignal::new(chosen("words", "")), RwSignal::new(String::new()));
        let asked = move || Asked {
            node: near.get(),
            at: at.get(),
            category: category.get(),
            words: said.get(),
            named: way == Way::SignedIn,
        };
        let around = move || {
            let community = near.with(|near| community_of(near));
            community.map(|code| code.to_string()).unwrap_or_default()
        };
        Self {
            way,
            category,
            kind,
            near,
            said,
            ground: Ground {
                q,
                hits: Resource::new(move || q.get(), search),
                buildings: Resource::new(around, buildings),
                at,
            },
            known: Resource::new(asked, known),
            own: Resource::new(
                || (),
                move |()| async move {
                    match way {
                        Way::SignedIn => grid::api::own_grid().await,
                        Way::Phone | Way::Anonymous => Ok(None),
                    }
                },
            ),
        }
    }
}
