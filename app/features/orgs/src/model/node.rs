//! Nodes of the organisation, as they are and as they were.

use serde::{Deserialize, Serialize};
use shared::{Date, NodeId, Page, coded};

use super::{Body, Code, NodeKind, Post, Term};

coded! {
    /// What happened to a node.
    Change {
        Founded = "founded", "设立";
        Renamed = "renamed", "更名";
        Moved = "moved", "划转";
        Merged = "merged", "合并";
        Split = "split", "拆分";
        Abolished = "abolished", "撤销";
    }
}

/// A node in its current state; with a `valid_to` in its last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Node {
    pub id: NodeId,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
    /// See [`shared::Scope`].
    pub path: String,
    pub parent_id: Option<NodeId>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    /// Counts its states; an edit names the one it was made from.
    pub version: i64,
}

/// A row of a list or tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct NodeSummary {
    pub id: NodeId,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
    pub pinyin: String,
    /// How many parts it has directly below it.
    pub parts: i64,
}

/// The order of a list of nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    #[default]
    Code,
    /// By the pinyin of the names.
    Name,
}

/// One state of a node, from a date (inclusive) to a date (exclusive).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct NodeVersion {
    pub node_id: NodeId,
    pub number: i64,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
    pub parent_id: Option<NodeId>,
    /// The parent's name at the time this state began.
    pub parent_name: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    /// How this state began.
    pub cause: Change,
    /// How it ended.
    pub ended_by: Option<Change>,
    /// The document that ordered it.
    pub basis: Option<String>,
}

/// A node that took over from this one, or that this one took over from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Succession {
    pub from_code: Code,
    pub from_name: String,
    pub to_code: Code,
    pub to_name: String,
    pub kind: Change,
    pub on_date: Date,
}

/// How many nodes of a kind stand below another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct KindCount {
    pub kind: NodeKind,
    pub count: i64,
}

/// The subtree that an administrator answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overseen {
    pub code: Code,
    pub name: String,
    /// What stands below it, from the top down.
    pub counts: Vec<KindCount>,
}

/// A name that leads to a node's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Crumb {
    pub code: Code,
    pub name: String,
}

/// Something that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub id: NodeId,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
    /// The names of what it is part of, below the province: `苏州市 常熟市 虞山街道`.
    pub place: String,
}

/// A body with its terms, newest first, and those who hold its posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyOf {
    pub body: Body,
    pub terms: Vec<Term>,
    pub posts: Vec<Post>,
}

/// What a node's page shows, today or on a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodePage {
    /// The node as it is now.
    pub node: Node,
    /// Its state on the date asked for.
    pub state: NodeVersion,
    /// The date asked for, if one was.
    pub as_of: Option<Date>,
    pub ancestors: Vec<Crumb>,
    pub parts: Page<NodeSummary>,
    pub order: Order,
    /// How much stands below it now; empty for a date in the past.
    pub counts: Vec<KindCount>,
    pub bodies: Vec<BodyOf>,
    /// Those in charge of the node itself, as against one of its bodies.
    pub posts: Vec<Post>,
    pub versions: Vec<NodeVersion>,
    pub successions: Vec<Succession>,
    /// Whether the reader may edit it.
    pub may_edit: bool,
}

/// What the page shows on which a node is edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditPage {
    pub node: Node,
    pub ancestors: Vec<Crumb>,
    /// All that it ever had.
    pub bodies: Vec<BodyOf>,
    pub posts: Vec<Post>,
    pub today: Date,
}
