//! Fetching a page's content anew after something was done, and only then.

use leptos::{prelude::*, server_fn::ServerFn};
use shared::AppError;

/// How often `action` has changed something, for a resource's source. A refusal does not count: the page would be made anew, and
/// what was typed into its forms would be gone.
pub fn successes<S>(action: ServerAction<S>) -> Memo<usize>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let (value, version) = (action.value(), action.version());
    Memo::new(move |before: Option<&usize>| {
        let tries = version.get();
        let succeeded = value.with(|value| matches!(value, Some(Ok(_))));
        if succeeded {
            tries
        } else {
            before.copied().unwrap_or_default()
        }
    })
}
