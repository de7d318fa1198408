//! What the deployment tells every page: the viewer, and where the site's files are.

use leptos::prelude::*;
use ui::viewer::Viewer;

/// The deployment, as far as pages show it.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub demo: bool,
    /// ICP备案号
    pub filing: Option<String>,
    /// The last event's number, as this process has seen it.
    pub position: std::sync::Arc<std::sync::atomic::AtomicI64>,
    pub assets: std::sync::Arc<Assets>,
}

/// Where the site's files are. Names carry digests, so the server reads them once at start.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// `/pkg/RELEASE`
    pub package: String,
    /// `/js/register-….js`
    pub register: Option<String>,
    /// `/js/map-….js`
    pub map: Option<String>,
    /// `/js/edit-….js`
    pub edit: Option<String>,
    /// Lazy chunks to fetch ahead, by function. Thousands of names: every page shares the one list.
    pub chunks: leptos::WasmSplitManifest,
}

/// The viewer of the page: read from the request on the server, from the page in the browser, nobody offline.
pub(crate) fn viewer() -> Viewer {
    SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        {
            let site = use_context::<Site>().unwrap_or_default();
            let actor = db::access::current().and_then(|r| r.actor);
            let unread = use_context::<http::request::Parts>()
                .and_then(|parts| parts.extensions.get::<ui::viewer::Unread>().copied())
                .unwrap_or_default();
            Viewer {
                actor: actor.map(|a| (*a).clone()),
                demo: site.demo,
                position: site.position.load(std::sync::atomic::Ordering::Relaxed),
                filing: site.filing,
                unread: unread.0,
            }
        }
        #[cfg(not(feature = "ssr"))]
        Viewer::default()
    })
    .into_inner()
}

/// A redirect after a form (a sign-in, say) loads the page anew: another viewer may stand before it. Unless the page says that it
/// stays; see [`ui::staying`].
#[cfg(feature = "hydrate")]
pub(crate) fn leave_redirects_to_the_browser() {
    // The first hook stays; the router's own would keep the old viewer.
    _ = server_fn::redirect::set_redirect_hook(|to| {
        if ui::staying::stay(to) {
            return;
        }
        let location = window().location();
        if location.set_href(to).is_err() {
            leptos::logging::error!("cannot go to {to}");
        }
    });
}
