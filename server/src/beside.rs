//! What a grid that is handed over has open beside `teams`: drafts of borders are of `grid`, photos of points of `poi`, and neither pillar
//! knows the other.

use db::Tx;
use shared::UserId;
use tasks::server::succession::Post;
use teams::server::{Beside, Counted, Drafts, Neighbours};

struct Pillars;

impl Neighbours for Pillars {
    fn drafts<'a>(&'a self, tx: &'a mut Tx, post: &'a Post) -> Drafts<'a> {
        Box::pin(grid::server::drafts::going(tx, post))
    }

    fn pass_on<'a>(&'a self, tx: &'a mut Tx, post: &'a Post, to: UserId) -> Counted<'a> {
        Box::pin(grid::server::drafts::take_over(tx, post, to))
    }

    fn photos<'a>(&'a self, tx: &'a mut Tx, path: &'a str) -> Counted<'a> {
        Box::pin(async move { Ok(poi::server::photo::waiting_below(tx, path).await?) })
    }
}

/// The answers of this process.
pub fn beside() -> Beside {
    Beside::new(Pillars)
}
