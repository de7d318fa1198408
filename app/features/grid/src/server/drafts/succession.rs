//! Drafts that go with a post: nobody but their author draws them on or takes them back, so they come to whoever takes the post over.
//!
//! Who drew a draft before stays known by its steps, and approves it as little as its author does ([`store::drew`]).

use accounts::server::role;
use db::{Tx, on};
use orgs::server::store as units;
use shared::{AppError, Permission, RecordId, Scope, Timestamp, UserId, scope::PathRange};
use tasks::server::succession::Post;

use super::{reaches, store, tell};
use crate::model::draft::{DraftId, DraftState};

/// How long one that was sent back counts as open: what its author left longer, they have given up, and others can read it as before.
const SENT_BACK: i64 = 90 * Timestamp::DAY;

// What somebody draws, has handed in, or was sent back lately, at and below the post's own unit, and of units above whose parts it is one of.
const OPEN: &str = "select d.id, n.path, d.state, d.decided_by from grid_draft d join node n on n.id = d.node_id and n.valid_to is null \
    where d.author_id = $1 and (d.state in ('drafted', 'proposed', 'approved') or (d.state = 'refused' and d.updated_at >= $2)) \
    and ((n.path >= $3 and n.path < $4) or substr(cast($5 as text), 1, length(n.path)) = n.path) order by d.updated_at, d.id";

#[derive(sqlx::FromRow)]
struct Open {
    id: DraftId,
    path: String,
    state: String,
    decided_by: Option<UserId>,
}

impl Open {
    /// Who approved it, and so cannot become who drew it: with them in the post it stays, and takes effect on its day by itself.
    fn approver(&self) -> Option<UserId> {
        self.decided_by
            .filter(|_| self.state == DraftState::Approved.code())
    }
}

/// What goes with a post: what is drawn of its unit, and of a unit above what its holder could not go on with without it.
async fn open(tx: &mut Tx, post: &Post) -> Result<Vec<Open>, AppError> {
    let (range, since) = (PathRange::below(&post.path), tx.now().plus(-SENT_BACK));
    let mut open: Vec<Open> = on!(tx, |c| sqlx::query_as(OPEN)
        .bind(post.user)
        .bind(since)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(&post.path)
        .fetch_all(c)
        .await)?;
    if open.iter().any(|draft| !draft.path.starts_with(&post.path)) {
        let stays = elsewhere(tx, post).await?;
        open.retain(|draft| draft.path.starts_with(&post.path) || !reaches(&stays, &draft.path));
    }
    Ok(open)
}

/// Where the holder of a post draws by other roles of their own.
async fn elsewhere(tx: &mut Tx, post: &Post) -> Result<Scope, AppError> {
    let mut paths = Vec::new();
    for held in role::of_user(tx, post.user).await? {
        let own = held.in_force && !held.delegated && held.role.allows(Permission::MapPropose);
        let this = held.node == post.unit && held.role == post.role;
        if own
            && !this
            && let Some(node) = units::by_id(tx, held.node).await?
        {
            paths.push(node.path);
        }
    }
    Ok(Scope::new(paths))
}

/// The drafts that go with a post, each with the one whom it does not go to, if there is one.
///
/// # Errors
/// What the database answers.
pub async fn going(tx: &mut Tx, post: &Post) -> Result<Vec<Option<UserId>>, AppError> {
    Ok(open(tx, post).await?.iter().map(Open::approver).collect())
}

/// Makes `to`, who has taken a post over, the author of what goes with it; how many those were. Where they are drawing the same unit already,
/// it becomes one that was withdrawn, which they can go on with once theirs is handed in.
///
/// # Errors
/// [`AppError::Conflict`] if somebody changes one at the same time, or what the database answers.
pub async fn take_over(tx: &mut Tx, post: &Post, to: UserId) -> Result<i64, AppError> {
    let mut passed = 0;
    for found in open(tx, post).await? {
        let Some(draft) = store::lock(tx, found.id).await? else {
            continue;
        };
        let state = draft.state();
        if draft.author_id != post.user || matches!(state, DraftState::Withdrawn | DraftState::InEffect) {
            continue;
        }
        if state == DraftState::Approved && found.decided_by == Some(to) {
            continue;
        }
        let drawing = state == DraftState::Drafted && store::open_of(tx, draft.node_id, to).await?.is_some();
        let (next, words) = if drawing {
            (
                DraftState::Withdrawn,
                "岗位交接，草稿交给接任的人；接任的人在这里还有一份没有提交的草稿，这一份先撤回。",
            )
        } else {
            (state, "岗位交接，草稿交给接任的人。")
        };
        if !store::pass_on(tx, &draft, to, next, words).await? {
            return Err(AppError::Conflict(
                "有一份边界草稿刚刚被改过，请再试一次。".into(),
            ));
        }
        // Nobody is asked to decide on what is their own by now.
        for user in [post.user, to] {
            notices::settle(tx, RecordId(draft.id.0), Some(user)).await?;
        }
        let passed_on = store::by_id(tx, draft.id).await?.ok_or(AppError::NotFound)?;
        tell(tx, &passed_on, "grid.draft.passed_on").await?;
        passed += 1;
    }
    Ok(passed)
}
