//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod edit;
mod edit_beside;
mod import;
pub mod importing;
mod node;
mod node_parts;
mod tree;

use leptos_router::any_nested_route::AnyNestedRoute;
use ui::routes::{PageRoute, routes as all};

pub use cards::home_cards;
pub use node::{Coming, MapSlot, node_page};

use self::{edit::EditPage, import::ImportPage, tree::TreePage};
use crate::model::{Code, Crumb};

/// The routes of the organisation, but for [`node_page`], which crate `app` fills with what later pillars show on it.
#[must_use]
pub fn routes() -> AnyNestedRoute {
    all(vec![
        ("/orgs", PageRoute::lazy::<TreePage>()),
        ("/orgs/:code/edit", PageRoute::lazy::<EditPage>()),
        ("/admin/orgs/import", PageRoute::lazy::<ImportPage>()),
    ])
}

/// Where to go from a page that cannot be shown.
const WAYS: &[(&str, &str)] = &[("看全部组织", "/orgs")];

/// The address of a node's page.
fn address(code: &Code) -> String {
    format!("/orgs/{code}")
}

/// What stands above a page, for its breadcrumb; `suffix` follows each address.
fn above(ancestors: &[Crumb], suffix: &str) -> Vec<(String, String)> {
    let all = std::iter::once(("组织".to_owned(), "/orgs".to_owned()));
    all.chain(
        ancestors
            .iter()
            .map(|crumb| (crumb.name.clone(), format!("{}{suffix}", address(&crumb.code)))),
    )
    .collect()
}
