//! `/inbox/ID`: one notice. Whoever comes by its address, as without script, is led on to what it is about.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{Button, Card, Glyph, Page, Resource, Time, TimeForm};

use super::frame::loaded;
use crate::{api, model::NoticeRow};

/// `/inbox/:id`
pub fn page() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let notice = Resource::new(move || id.get(), api::open);
    loaded(notice, |row: NoticeRow| {
        #[cfg(feature = "ssr")]
        if let Some(href) = &row.href {
            leptos_axum::redirect(href);
        }
        let leads = row.href.map(|href| {
            view! { <div class="buttons"><Button icon=Glyph::Forward href>"去看看"</Button></div> }
        });
        view! {
            <Page title="消息" eyebrow=row.label above=vec![("消息".to_owned(), "/inbox".to_owned())]>
                <Card>
                    <p>{row.words}</p>
                    <p class="small quiet"><Time at=row.at form=TimeForm::Full/></p>
                    {leads}
                </Card>
            </Page>
        }
        .into_any()
    })
}
