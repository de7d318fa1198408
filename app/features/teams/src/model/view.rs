//! What pages are given to show.

use orgs::model::{Code, NodeKind};
use serde::{Deserialize, Serialize};
use shared::{Date, GrantId, Page, Role, Timestamp};

use super::{EntryId, HandoverId, Post};

/// A place that a page is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
}

/// Somebody on a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub post: Post,
    pub name: String,
    /// As it is dialled; none for those who may not call.
    pub phone: Option<String>,
    pub duty: String,
    pub from: Date,
    pub to: Option<Date>,
    /// In how many other grids they are 专职网格员 at the same time.
    pub elsewhere: i64,
    /// The community's name, whose post serves all its grids.
    pub of_community: Option<String>,
    /// Whether residents of the place see it.
    pub shown: bool,
    pub source: Source,
}

/// Where an entry of a team comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A role that is held by an account.
    Role {
        grant: GrantId,
        /// For some days, from whoever is on leave.
        delegated: bool,
    },
    /// Entered here.
    Entry { id: EntryId, version: i64 },
}

/// A handover of the place, done or to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverRow {
    pub id: HandoverId,
    pub role: Role,
    pub from: String,
    pub to: String,
    pub on: Date,
    pub state: HandoverState,
}

/// The team of a grid, or of a community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPage {
    pub here: Place,
    /// The community that the grid is part of.
    pub above: Option<Place>,
    pub on: Date,
    pub today: Date,
    /// When the grid ended, if it did.
    pub ended: Option<Date>,
    pub members: Vec<Member>,
    /// Whether the reader works there: others see what is public, and no gaps.
    pub staff: bool,
    pub may_keep: bool,
    pub may_hand_over: bool,
    /// Those to come first, then the latest.
    pub handovers: Vec<HandoverRow>,
    /// On which changes are told to those who work there.
    pub topic: Option<String>,
}

impl TeamPage {
    /// Whether what is shown is past, and so can only be read.
    pub fn is_past(&self) -> bool {
        self.on != self.today || self.ended.is_some()
    }

    pub fn of(&self, post: Post) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.post == post)
    }
}

shared::coded! {
    /// Which grids an overview lists.
    Show {
        All = "all", "全部";
        NoWorker = "no_worker", "没有专职网格员";
        NoLead = "no_lead", "没有网格长";
        Double = "double", "一人兼几个网格";
    }
}

impl Show {
    /// As an address says it; what is no filter shows all.
    pub fn from_code(code: &str) -> Self {
        code.parse().unwrap_or(Self::All)
    }
}

/// A grid in an overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridRow {
    pub code: Code,
    pub name: String,
    pub leads: Vec<Holder>,
    pub workers: Vec<Holder>,
}

/// Who holds a post in an overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub name: String,
    pub elsewhere: i64,
    pub delegated: bool,
}

/// How many grids there are, and how many of them lack what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Counts {
    pub grids: i64,
    pub no_worker: i64,
    pub no_lead: i64,
    pub doubled: i64,
}

impl Counts {
    pub const fn of(self, show: Show) -> i64 {
        match show {
            Show::All => self.grids,
            Show::NoWorker => self.no_worker,
            Show::NoLead => self.no_lead,
            Show::Double => self.doubled,
        }
    }
}

/// The grids of a community or of what is above it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub show: Show,
    pub counts: Counts,
    pub rows: Page<GridRow>,
    /// The parts with overviews of their own; above a district there are only these.
    pub parts: Vec<Place>,
}

/// What `/teams/CODE` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsPage {
    pub here: Place,
    /// Of a grid or a community.
    pub team: Option<TeamPage>,
    /// Of a community or above it, for those who work there.
    pub overview: Option<Overview>,
}

shared::coded! {
    /// How a handover stands.
    HandoverState {
        Planned = "planned", "等到那天";
        Done = "done", "已交接";
        Withdrawn = "withdrawn", "取消了";
        Failed = "failed", "没有办成";
    }
}

/// A task that goes, or went, with a grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTask {
    /// Where the reader may open it.
    pub href: Option<String>,
    pub title: String,
    pub label: String,
    /// Its deadline, or how it stands by now.
    pub stands: String,
}

/// A colleague who may take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub user: String,
    /// `演示·邵一凡（花园浜社区 社区工作人员）`
    pub label: String,
}

/// What is open in a grid besides tasks: it stays with the grid, and so comes to whoever works there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub corrections: i64,
    /// Those whom their household named, and what residents said of themselves.
    pub told: i64,
    pub registrations: i64,
    /// Photos of points that somebody offered.
    pub photos: i64,
}

/// What is shown before a grid is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverPage {
    pub here: Place,
    pub grant: GrantId,
    pub role: Role,
    pub from: String,
    pub today: Date,
    /// How many go with it.
    pub open: usize,
    /// The first of them.
    pub tasks: Vec<OpenTask>,
    /// Drafts of borders that go with it.
    pub drafts: usize,
    /// The names of those, of the colleagues, to whom not all of them go: they approved one.
    #[serde(default)]
    pub approvers: Vec<String>,
    pub waiting: Waiting,
    pub colleagues: Vec<Colleague>,
    /// One that is planned already.
    pub planned: Option<HandoverRow>,
}

/// A handover, for those whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverPage {
    pub here: Place,
    pub row: HandoverRow,
    pub ordered_by: String,
    pub ordered_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub words: Option<String>,
    /// Why it could not be done.
    pub fault: Option<String>,
    pub moved: usize,
    pub tasks: Vec<OpenTask>,
    pub waiting: Option<Waiting>,
    /// Whether the reader is who took over.
    pub mine: bool,
    pub may_withdraw: bool,
}

shared::coded! {
    /// Why a grid cannot be handed over, or could not on its day.
    Fault {
        GridEnded = "grid_ended", "网格已经撤销了";
        NotHeld = "not_held", "交的人已经不在这个岗位上了";
        NoColleague = "no_colleague", "接的人不是本社区的工作人员";
        Held = "held", "接的人已经在这个岗位上了";
        Refused = "refused", "接的人不能担任这个岗位";
    }
}
