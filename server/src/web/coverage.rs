//! Nobody gets past the access token: every server function, route and page is asked without a session, with a session
//! that has no role, and with the right role in another subtree.
//!
//! Whoever adds one adds a line here; the test fails until then. [`Outside::Nothing`] is for what shows or changes only
//! what is in one's own scope to begin with, so that there is nothing outside to ask for.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use db::test::{TestResult, on_both};
use shared::Permission as P;

use super::visitor::{HERE, House, UPLOADS, house};

/// How the addresses end that take no files and are posted to.
const POSTED: [&str; 2] = ["/import/apply", "/received"];

#[derive(Clone, Copy, Debug)]
pub enum Outside {
    /// Asked for something outside one's subtree, it says that there is no such thing.
    NotFound,
    /// As above, beside the field of a form in which it was named.
    Refused,
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// Anybody.
    Public,
    SignedIn,
    Needs(P, Outside),
}

use Outside::{NotFound, Nothing, Refused};
use Rule::{Needs, Public, SignedIn};

pub const FUNCTIONS: &[(&str, Rule)] = &[
    ("accounts/sign-in/page", Public),
    ("accounts/sign-in/request", Public),
    ("accounts/sign-in/code", Public),
    ("accounts/sign-in/enter", Public),
    ("accounts/sign-in/password", Public),
    ("accounts/sign-in/factor-page", SignedIn),
    ("accounts/sign-in/factor", SignedIn),
    ("accounts/sign-out", SignedIn),
    ("accounts/sign-out/elsewhere", SignedIn),
    // With the ticket of a number just verified, or a session.
    ("accounts/register/page", SignedIn),
    ("accounts/register", Public),
    // Also for a bound relative, who holds no role (亲友代办); whom one may act for is asked of the binding.
    ("accounts/act/candidates", SignedIn),
    ("accounts/act/start", SignedIn),
    ("accounts/act/stop", SignedIn),
    ("accounts/act/add", Needs(P::ActFor, Refused)),
    ("accounts/me", SignedIn),
    ("accounts/me/residency", SignedIn),
    ("accounts/me/devices", SignedIn),
    ("accounts/me/data", SignedIn),
    ("accounts/me/consent", SignedIn),
    ("accounts/me/name", SignedIn),
    ("accounts/me/phone/request", SignedIn),
    ("accounts/me/phone", SignedIn),
    ("accounts/me/code", SignedIn),
    ("accounts/me/erase", SignedIn),
    ("accounts/me/keep", SignedIn),
    ("accounts/me/security", SignedIn),
    ("accounts/me/password", SignedIn),
    ("accounts/me/factor/begin", SignedIn),
    ("accounts/me/factor/enrol", SignedIn),
    ("accounts/me/factor/remove", SignedIn),
    ("accounts/me/relatives", SignedIn),
    ("accounts/relatives/ask", SignedIn),
    ("accounts/relatives/bind", SignedIn),
    ("accounts/relatives/revoke", SignedIn),
    ("accounts/children/add", SignedIn),
    ("accounts/children/withdraw", SignedIn),
    ("accounts/grids", Public),       // grids are public
    ("accounts/grids/at", Public),    // and so is which one a place is in
    ("accounts/grids/map", Public),   // a cookie about the page to come back to
    ("accounts/grids/again", Public), // leads back to the form
    ("accounts/me/home", SignedIn),
    ("accounts/delegations", SignedIn),
    ("accounts/delegations/start", Needs(P::RoleDelegate, Nothing)),
    ("accounts/delegations/end", SignedIn),
    ("accounts/residents", Needs(P::ResidentConfirm, Nothing)),
    ("accounts/residents/waiting", Needs(P::ResidentConfirm, Nothing)),
    ("accounts/residents/confirm", Needs(P::ResidentConfirm, NotFound)),
    ("accounts/residents/refuse", Needs(P::ResidentConfirm, NotFound)),
    ("accounts/residents/unmask", Needs(P::Unmask, NotFound)),
    ("accounts/admin/user", Needs(P::AccountManage, NotFound)),
    ("accounts/admin/user/manage", Needs(P::AccountManage, NotFound)),
    ("accounts/admin/roles", Needs(P::RoleGrant, Nothing)),
    ("accounts/admin/roles/grant", Needs(P::RoleGrant, Refused)),
    ("accounts/admin/roles/revoke", Needs(P::RoleGrant, NotFound)),
    ("accounts/admin/staff", Needs(P::StaffImport, Nothing)),
    ("accounts/admin/staff/allowed", SignedIn),
    ("accounts/admin/audit", Needs(P::AuditRead, Nothing)),
    ("accounts/admin/jobs", Needs(P::JobsManage, Nothing)),
    ("accounts/admin/jobs/decide", Needs(P::JobsManage, NotFound)),
    ("grid/map", Public),
    ("grid/glance", Public),
    ("grid/panel", Public),
    ("grid/own", SignedIn),
    ("grid/home", Public),
    ("grid/at", Public), // which grid a place is in is public
    ("grid/import/allowed", Needs(P::MapImport, Nothing)),
    ("grid/import/preview", Needs(P::MapImport, NotFound)),
    ("grid/import/stop", Needs(P::MapImport, NotFound)),
    ("grid/edit", Needs(P::MapPropose, NotFound)),
    ("grid/edit/save", Needs(P::MapPropose, NotFound)),
    ("grid/drafts", Needs(P::MapPropose, Nothing)),
    ("grid/drafts/waiting", Needs(P::MapApprove, Nothing)),
    ("grid/draft", Needs(P::MapPropose, NotFound)),
    ("grid/draft/rebase", Needs(P::MapPropose, NotFound)),
    ("grid/draft/propose", Needs(P::MapPropose, NotFound)),
    ("grid/draft/approve", Needs(P::MapApprove, NotFound)),
    ("grid/draft/refuse", Needs(P::MapApprove, NotFound)),
    ("grid/draft/withdraw", Needs(P::MapPropose, NotFound)),
    ("grid/draft/reopen", Needs(P::MapPropose, NotFound)),
    ("grid/history", Needs(P::StaffView, NotFound)),
    ("grid/building", Needs(P::PeopleEdit, NotFound)),
    ("grid/building/place", Needs(P::PeopleEdit, NotFound)),
    ("grid/settings", Needs(P::MapSettings, Nothing)),
    ("grid/settings/save", Needs(P::MapSettings, Nothing)),
    // One's own, or, while acting for somebody, what of theirs one may see.
    ("notices/list", SignedIn),
    ("notices/unread", SignedIn),
    ("notices/newest", SignedIn),
    ("notices/open", SignedIn),
    ("notices/read", SignedIn),
    ("notices/read-all", SignedIn),
    ("notices/choices", SignedIn),
    ("notices/choose", SignedIn),
    ("notices/times", SignedIn),
    ("notices/pushed", SignedIn),
    ("notices/push/on", SignedIn),
    ("notices/push/off", SignedIn),
    // One's own; a task that does not concern one is not found.
    ("tasks/list", SignedIn),
    ("tasks/today", SignedIn),
    ("tasks/task", SignedIn),
    ("tasks/finish", SignedIn),
    ("tasks/pause", Needs(P::TaskOversee, NotFound)),
    ("tasks/resume", Needs(P::TaskOversee, NotFound)),
    ("tasks/cancel", Needs(P::TaskOversee, NotFound)),
    ("tasks/calendar", Needs(P::CalendarManage, Nothing)),
    ("tasks/calendar/preview", Needs(P::CalendarManage, NotFound)),
    ("tasks/calendar/apply", Needs(P::CalendarManage, NotFound)),
    ("tasks/hours", Needs(P::HoursEdit, NotFound)),
    ("tasks/hours/week", Needs(P::HoursEdit, NotFound)),
    ("tasks/hours/day", Needs(P::HoursEdit, NotFound)),
    ("tasks/hours/day/drop", Needs(P::HoursEdit, NotFound)),
    // Of one's own place; what one sees of it is asked of every grant.
    ("teams/page", SignedIn),
    ("teams/entry/add", Needs(P::TeamKeep, NotFound)),
    ("teams/entry/correct", Needs(P::TeamKeep, NotFound)),
    ("teams/entry/end", Needs(P::TeamKeep, NotFound)),
    ("teams/entry/remove", Needs(P::TeamKeep, NotFound)),
    ("teams/hand-over", Needs(P::GridHandOver, NotFound)),
    ("teams/hand-over/order", Needs(P::GridHandOver, NotFound)),
    ("teams/handover", SignedIn), // found by those whom it concerns
    ("teams/handover/withdraw", Needs(P::GridHandOver, NotFound)),
    ("orgs/children", Public),
    ("orgs/search", Public),
    ("orgs/node", Public),
    ("orgs/overseen", Needs(P::OrgEdit, Nothing)),
    ("orgs/edit", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/found", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/rename", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/move", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/merge", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/split", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/abolish", Needs(P::OrgEdit, NotFound)),
    ("orgs/body/save", Needs(P::OrgEdit, NotFound)),
    ("orgs/term/save", Needs(P::OrgEdit, NotFound)),
    ("orgs/post/save", Needs(P::OrgEdit, NotFound)),
    ("orgs/entry/remove", Needs(P::OrgEdit, NotFound)),
    ("orgs/import/preview", Needs(P::OrgImport, NotFound)),
    ("orgs/import/allowed", Needs(P::OrgImport, Nothing)),
    ("orgs/import/stop", Needs(P::OrgImport, NotFound)),
    ("people/people", Needs(P::PeopleView, NotFound)),
    ("people/household", Needs(P::PeopleView, NotFound)),
    ("people/household/found", Needs(P::PeopleEdit, Refused)),
    ("people/household/group", Needs(P::RollKeep, NotFound)),
    ("people/person/unmask", Needs(P::Unmask, NotFound)),
    ("people/person/add", Needs(P::PeopleEdit, Refused)),
    ("people/person/move", Needs(P::PeopleEdit, Refused)),
    ("people/person/correct", Needs(P::PeopleEdit, Refused)),
    ("people/person/leave", Needs(P::PeopleEdit, NotFound)),
    ("people/person/represent", Needs(P::PeopleEdit, NotFound)),
    ("people/person/own", Needs(P::PeopleEdit, NotFound)),
    ("people/person/care", Needs(P::PeopleEdit, NotFound)),
    ("people/person/identify", Needs(P::PeopleEdit, NotFound)),
    ("people/person/party", Needs(P::PartyView, NotFound)),
    ("people/person/deputy", Needs(P::RollKeep, NotFound)),
    ("people/room/owner", Needs(P::PeopleEdit, NotFound)),
    ("people/room/owner/end", Needs(P::PeopleEdit, NotFound)),
    ("people/corrections", Needs(P::PeopleView, NotFound)),
    ("people/corrections/waiting", Needs(P::PeopleView, Nothing)),
    ("people/correction/handle", Needs(P::PeopleEdit, NotFound)),
    ("people/buildings", Needs(P::PeopleView, NotFound)),
    ("people/building/add", Needs(P::PeopleEdit, Refused)),
    ("people/building/edit", Needs(P::PeopleEdit, NotFound)),
    ("people/building/remove", Needs(P::PeopleEdit, NotFound)),
    ("people/estate/edit", Needs(P::PeopleEdit, NotFound)),
    ("people/room/add", Needs(P::PeopleEdit, NotFound)),
    ("people/room/edit", Needs(P::PeopleEdit, NotFound)),
    ("people/room/merge", Needs(P::PeopleEdit, NotFound)),
    ("people/room/remove", Needs(P::PeopleEdit, NotFound)),
    ("people/roll", Needs(P::PeopleView, NotFound)),
    ("people/figures", Public), // without small groups, but for those who work there
    ("people/mine", SignedIn),
    ("people/mine/confirm", SignedIn),
    ("people/mine/correct", SignedIn),
    ("people/mine/care", SignedIn),
    ("people/mine/withdraw", SignedIn),
    ("people/mine/party", SignedIn),
    ("people/mine/report", SignedIn),
    ("people/mine/state", SignedIn),
    ("people/mine/entry", SignedIn),
    ("people/mine/entry/withdraw", SignedIn),
    ("people/told", Needs(P::PeopleEdit, Nothing)),
    ("people/entry/note", Needs(P::PeopleEdit, NotFound)),
    ("people/entry/refuse", Needs(P::PeopleEdit, NotFound)),
    ("people/person/check", Needs(P::PeopleEdit, NotFound)),
    ("people/import/allowed", Needs(P::PeopleImport, Nothing)),
    ("people/import/preview", Needs(P::PeopleImport, NotFound)),
    ("people/import/stop", Needs(P::PeopleImport, NotFound)),
    ("poi/list", Public), // without cameras, but for those who work there
    ("poi/near", Public), // the public points only
    ("poi/point", Public),
    ("poi/edit", Needs(P::PoiEdit, NotFound)),
    ("poi/save", Needs(P::PoiEdit, NotFound)),
    ("poi/end", Needs(P::PoiEdit, NotFound)),
    ("poi/photos", Needs(P::PoiEdit, Nothing)),
    ("poi/photos/count", Needs(P::PoiEdit, Nothing)),
    ("poi/photos/approve", Needs(P::PoiEdit, NotFound)),
    ("poi/photos/refuse", Needs(P::PoiEdit, NotFound)),
    ("poi/photos/remove", SignedIn), // one's own, or of a point that one keeps
    ("reports/form", SignedIn),
    ("reports/send", SignedIn),
    // Without an account: by what a visitor has in hand.
    ("reports/open/form", Public),
    ("reports/open/number", Public),
    ("reports/open/code", Public),
    ("reports/open/prove", Public),
    ("reports/track", Public),
    ("reports/track/open", Public),
    ("reports/track/noted", Public),
    ("reports/track/leave", Public),
    ("reports/matter", Public), // what is published; the rest for those whom it concerns
    ("reports/mine", SignedIn),
    ("reports/running", SignedIn),
    ("reports/list", Needs(P::ReportHandle, Nothing)),
    ("reports/public", Public),
    ("reports/places", Public), // buildings by their names, which stand on their walls
    ("reports/places/around", Public),
    ("reports/near", Public),  // what is published, and by fives how much is not
    ("reports/act", SignedIn), // or with the matter in hand; who may what says its table
    ("reports/follow", SignedIn),
    ("reports/routing", Needs(P::ReportRules, NotFound)),
    ("reports/routing/save", Needs(P::ReportRules, NotFound)),
    ("reports/routing/remove", Needs(P::ReportRules, NotFound)),
    ("reports/routing/try", Needs(P::ReportRules, NotFound)),
    ("reports/limits", Needs(P::ReportRules, NotFound)),
    ("reports/limits/add", Needs(P::ReportRules, NotFound)),
    ("reports/limits/remove", Needs(P::ReportRules, NotFound)),
    ("reports/waiting", Needs(P::ReportHandle, Nothing)),
    ("reports/unmask", Needs(P::Unmask, NotFound)),
    ("reports/views/save", Needs(P::ReportHandle, Nothing)), // one's own
    ("reports/views/remove", Needs(P::ReportHandle, Nothing)),
    ("reports/many", Needs(P::ReportDispatch, Refused)),
    ("reports/answers", Needs(P::ReportDispatch, NotFound)),
    ("reports/answers/save", Needs(P::ReportDispatch, NotFound)),
    ("reports/answers/remove", Needs(P::ReportDispatch, NotFound)),
    ("reports/joints", Needs(P::ReportHandle, Nothing)),
    ("reports/joints/form", Needs(P::ReportDispatch, NotFound)),
    ("reports/joints/save", Needs(P::ReportDispatch, NotFound)),
    ("reports/joint", Public), // what is published; the rest for those whom it concerns
    ("reports/joint/promise", Needs(P::ReportDispatch, NotFound)),
    ("reports/joint/end", SignedIn), // by the post that promised, or who keeps the meeting
    ("reports/joint/matter", Needs(P::ReportDispatch, NotFound)),
    ("reports/joint/publish", Needs(P::ReportDispatch, NotFound)),
    ("reports/categories", Needs(P::ReportCategories, Nothing)), // they hold for the whole deployment
    ("reports/categories/save", Needs(P::ReportCategories, Nothing)),
    ("reports/figures", Public), // without small groups, but for those who handle matters there
    ("reports/clients", Needs(P::ReportClients, Nothing)),
    ("reports/clients/give", Needs(P::ReportClients, Refused)),
    ("reports/clients/revoke", Needs(P::ReportClients, NotFound)),
    ("reports/orders", Needs(P::ReportDispatch, Nothing)),
    ("reports/orders/given", Needs(P::ReportDispatch, NotFound)),
    ("reports/orders/file", Needs(P::ReportDispatch, NotFound)),
    ("reports/orders/import", Needs(P::ReportDispatch, NotFound)),
    ("reports/orders/platforms", Needs(P::ReportClients, Nothing)),
    ("reports/orders/platforms/give", Needs(P::ReportClients, Refused)),
    (
        "reports/orders/platforms/revoke",
        Needs(P::ReportClients, NotFound),
    ),
    ("mediation/form", SignedIn),
    ("mediation/apply", SignedIn), // for somebody else only by who may
    ("mediation/mine", SignedIn),
    ("mediation/case", SignedIn), // who is named in it
    ("mediation/agreement", SignedIn),
    ("mediation/act", SignedIn), // who may what with a case says its table
    ("mediation/waiting", SignedIn),
    ("mediation/desk", Needs(P::MediationCount, Nothing)), // a count of one's own units
    ("surveys/list", Public),
    ("surveys/survey", Public), // what is published; the rest for those whom it concerns
    ("surveys/propose", SignedIn), // who lives there
    ("surveys/support", SignedIn),
    ("surveys/answer", SignedIn),
    ("surveys/desk", Needs(P::SurveyKeep, Nothing)),
    ("surveys/open", Needs(P::SurveyKeep, Refused)),
    ("surveys/proposal", Needs(P::SurveyKeep, NotFound)),
    ("surveys/end", Needs(P::SurveyKeep, NotFound)),
    ("surveys/waiting", SignedIn),
    ("catalogue/menu", Public), // what residents may ask for is public; staff's own work is left out
    ("catalogue/item", Public),
    ("catalogue/start", Public), // a stranger's does not count
    ("catalogue/history", Public),
    ("catalogue/manage", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/draft/begin", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/draft/discard", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/draft/publish", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/draft/item", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/draft/save", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/draft/remove", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/narrowing", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/narrow", Needs(P::CatalogueEdit, NotFound)),
    ("catalogue/inspections", Needs(P::Inspect, Nothing)),
    ("catalogue/inspections/walk", Needs(P::Inspect, NotFound)),
    ("catalogue/inspections/round", Needs(P::Inspect, NotFound)),
    ("catalogue/plans", Needs(P::InspectionPlan, NotFound)),
    ("catalogue/plans/begin", Needs(P::InspectionPlan, NotFound)),
    ("catalogue/plans/end", Needs(P::InspectionPlan, NotFound)),
    ("catalogue/plans/keep", Needs(P::InspectionPlan, NotFound)),
];

/// Everything that is no server function: pages and plain routes, as axum writes their paths.
pub const ROUTES: &[(&str, Rule)] = &[
    ("/", Public),
    ("/_ui", Public), // in a demonstration only
    ("/sign-in", Public),
    ("/sign-in/factor", SignedIn),
    // A page for those whose number was just verified; to anybody else it says to sign in.
    ("/register", SignedIn),
    ("/me", SignedIn),
    ("/me/home", SignedIn),
    ("/me/devices", SignedIn),
    ("/me/data", SignedIn),
    ("/me/data/export", SignedIn),
    ("/me/relatives", SignedIn),
    ("/me/security", SignedIn),
    ("/me/delegate", SignedIn),
    ("/act", SignedIn),
    ("/residents/pending", Needs(P::ResidentConfirm, Nothing)),
    ("/admin/users", Needs(P::AccountManage, Nothing)),
    ("/admin/roles", Needs(P::RoleGrant, Nothing)),
    ("/admin/staff-import", Needs(P::StaffImport, Nothing)),
    ("/admin/audit", Needs(P::AuditRead, Nothing)),
    ("/admin/audit/export", Needs(P::AuditExport, Nothing)),
    ("/admin/jobs", Needs(P::JobsManage, Nothing)),
    ("/admin/orgs/import", Needs(P::OrgImport, Nothing)),
    ("/admin/orgs/import/upload", Needs(P::OrgImport, Nothing)),
    ("/admin/orgs/import/apply", Needs(P::OrgImport, NotFound)),
    (
        "/admin/orgs/import/differences/{id}",
        Needs(P::OrgImport, NotFound),
    ),
    ("/admin/orgs/import/faults/{id}", Needs(P::OrgImport, NotFound)),
    ("/admin/map/import", Needs(P::MapImport, Nothing)),
    ("/admin/map/import/upload", Needs(P::MapImport, Nothing)),
    ("/admin/map/import/apply", Needs(P::MapImport, NotFound)),
    ("/admin/map/import/problems/{id}", Needs(P::MapImport, NotFound)),
    ("/admin/map/settings", Needs(P::MapSettings, Nothing)),
    ("/inbox", SignedIn),
    ("/inbox/{id}", SignedIn),
    ("/me/notices", SignedIn),
    ("/tasks", SignedIn),
    ("/tasks/{id}", SignedIn),
    ("/admin/calendar", Needs(P::CalendarManage, Nothing)),
    ("/admin/calendar/upload", Needs(P::CalendarManage, Nothing)),
    ("/admin/hours", Needs(P::HoursEdit, Nothing)),
    ("/admin/hours/{code}", Needs(P::HoursEdit, NotFound)),
    ("/admin/people/import", Needs(P::PeopleImport, Nothing)),
    ("/admin/people/import/upload", Needs(P::PeopleImport, Nothing)),
    ("/admin/people/import/apply", Needs(P::PeopleImport, NotFound)),
    ("/people", Needs(P::PeopleView, NotFound)),
    ("/people/buildings", Needs(P::PeopleView, NotFound)),
    ("/people/roll", Needs(P::PeopleView, NotFound)),
    ("/people/corrections", Needs(P::PeopleView, NotFound)),
    ("/people/figures", Public),
    ("/people/households/{id}", Needs(P::PeopleView, NotFound)),
    ("/me/household", SignedIn),
    ("/places", Public),
    ("/places/point", Public),
    ("/places/edit", Needs(P::PoiEdit, NotFound)),
    ("/places/photos", Needs(P::PoiEdit, Nothing)),
    ("/places/photos/add", SignedIn), // who does not keep the point, offers
    ("/places/photo/{id}", Public),   // one that waits: to those whom it concerns
    ("/reports", Public),             // to who is signed in, their own too
    ("/reports/new", Public),         // a stranger chooses how
    ("/reports/new/phone", Public),
    ("/reports/new/anonymous", Public),
    ("/reports/track", Public),
    ("/reports/{code}", Public), // what is published; the rest for those whom it concerns
    ("/reports/send", SignedIn),
    ("/reports/send/open", Public),
    ("/reports/act", SignedIn), // or with the matter in hand
    ("/reports/tiles/{file}", Needs(P::ReportHandle, NotFound)),
    ("/reports/public-tiles/{file}", Public), // how many are published in each unit
    ("/reports/photo/{id}", SignedIn),        // whoever sees the whole of its matter
    ("/reports/shown/{id}", Public),          // while its matter is published
    ("/reports/voice/{id}", SignedIn),        // whoever knows whose matter it is
    ("/reports/figures", Public),
    ("/reports/figures/export", Needs(P::ReportHandle, NotFound)),
    ("/reports/ledger", Needs(P::ReportHandle, NotFound)),
    ("/admin/reports", Needs(P::ReportHandle, Nothing)),
    ("/reports/joint/{code}", Public), // what is published; the rest for those whom it concerns
    ("/reports/{code}/print", Public), // as the matter's own page
    ("/admin/reports/answers", Needs(P::ReportDispatch, NotFound)),
    ("/admin/reports/joint", Needs(P::ReportHandle, Nothing)),
    ("/admin/reports/joint/new", Needs(P::ReportDispatch, NotFound)),
    ("/admin/reports/routing", Needs(P::ReportRules, NotFound)),
    ("/admin/reports/routing/try", Needs(P::ReportRules, NotFound)),
    ("/admin/reports/limits", Needs(P::ReportRules, NotFound)),
    ("/admin/reports/categories", Needs(P::ReportCategories, Nothing)),
    ("/admin/reports/clients", Needs(P::ReportClients, Nothing)),
    ("/admin/reports/orders", Needs(P::ReportDispatch, Nothing)),
    ("/admin/reports/orders/import", Needs(P::ReportDispatch, NotFound)),
    (
        "/admin/reports/orders/import/upload",
        Needs(P::ReportDispatch, Nothing),
    ),
    ("/admin/reports/orders/export", Needs(P::ReportDispatch, Nothing)),
    ("/admin/reports/orders/keys", Needs(P::ReportClients, Nothing)),
    // By the signature of a platform, not by a session.
    ("/orders/v1/orders", SignedIn),
    ("/orders/v1/orders/{number}", SignedIn),
    ("/orders/v1/orders/{number}/received", SignedIn),
    // Of what is published; a report comes with the key of a program.
    ("/open311/v2/{file}", Public),
    ("/open311/v2/services/{file}", Public),
    ("/open311/v2/requests/{file}", Public),
    ("/open311/v2/tokens/{file}", Public),
    ("/open/reports.geojson", Public),
    ("/open/reports.csv", Public),
    ("/open/reports.rss", Public),
    ("/open/licence.txt", Public),
    ("/widget/reports", Public),
    ("/widget/reports/{code}", Public),
    ("/widget/reports.css", Public),
    ("/mediation", SignedIn),
    ("/mediation/new", SignedIn),
    ("/mediation/{code}", SignedIn), // who is named in it
    ("/mediation/{code}/print", SignedIn),
    ("/mediation/scan/{id}", SignedIn),
    ("/mediation/act", SignedIn),
    ("/admin/mediation", Needs(P::MediationCount, Nothing)),
    ("/surveys", Public),
    ("/surveys/{code}", Public), // what is published; the rest for those whom it concerns
    ("/admin/surveys", Needs(P::SurveyKeep, Nothing)),
    ("/catalogue", Public),
    ("/catalogue/item", Public),
    ("/catalogue/history", Public),
    ("/admin/catalogue", Needs(P::CatalogueEdit, NotFound)),
    ("/admin/catalogue/item", Needs(P::CatalogueEdit, NotFound)),
    ("/admin/catalogue/narrow", Needs(P::CatalogueEdit, NotFound)),
    ("/inspections", Needs(P::Inspect, Nothing)),
    ("/inspections/round", Needs(P::Inspect, NotFound)),
    ("/inspections/walk", Needs(P::Inspect, NotFound)),
    ("/inspections/photo/{id}", Needs(P::Inspect, NotFound)),
    ("/inspections/plans", Needs(P::InspectionPlan, NotFound)),
    ("/teams/{code}", SignedIn),
    ("/teams/{code}/hand-over", Needs(P::GridHandOver, NotFound)),
    ("/handovers/{id}", SignedIn),
    ("/orgs", Public),
    ("/orgs/{code}", Public),
    ("/orgs/{code}/edit", Needs(P::OrgEdit, NotFound)),
    ("/map", Public),
    ("/map/{code}", Public),
    ("/map/edit/{code}", Needs(P::MapPropose, NotFound)),
    ("/map/drafts", Needs(P::MapPropose, Nothing)),
    ("/map/drafts/{id}", Needs(P::MapPropose, NotFound)),
    ("/map/history/{code}", Needs(P::StaffView, NotFound)),
    ("/map/data/{file}", Public),
    ("/map/parts/{code}/{file}", Public),
    ("/map/areas/{file}", Public),
    ("/map/staff/{file}", Public),
    ("/map/buildings/{id}", Needs(P::PeopleEdit, NotFound)),
    ("/map/building-tiles/{file}", Needs(P::PeopleView, NotFound)),
    ("/places/tiles/{file}", Public),
    ("/appearance", Public), // a cookie about colours
    ("/events", Public),     // each topic has its own rule: see `events`
    ("/healthz", Public),    // says only that the process is there
    ("/readyz", Public),     // says only whether the process can serve
    ("/metrics", Public),    // for this machine and trusted networks only; not found to others
];

impl House {
    /// What is wrong with how `path` answers.
    async fn fault(&self, method: &Method, path: &str, rule: Rule) -> Option<String> {
        let stranger = self.ask(method.clone(), path, None).await;
        if matches!(rule, Public) {
            let refused = matches!(stranger.as_u16(), 401 | 403 | 500..);
            return refused.then(|| format!("{path}: public, but a stranger gets {stranger}"));
        }
        if stranger != StatusCode::UNAUTHORIZED {
            return Some(format!("{path}: a stranger gets {stranger}"));
        }
        let Needs(permission, outside) = rule else {
            return None;
        };
        let without = self.ask(method.clone(), path, Some(self.nobody)).await;
        if !matches!(without, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
            return Some(format!("{path}: somebody without a role gets {without}"));
        }
        let elsewhere = self
            .ask(method.clone(), path, self.elsewhere.get(&permission).copied())
            .await;
        let well = match outside {
            NotFound => elsewhere == StatusCode::NOT_FOUND,
            Refused => matches!(
                elsewhere,
                StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY
            ),
            Nothing => !elsewhere.is_server_error() && elsewhere != StatusCode::UNAUTHORIZED,
        };
        (!well).then(|| format!("{path}: the right role elsewhere gets {elsewhere}"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_asks_who_one_is() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let registered: BTreeMap<&str, Method> = server_fn::axum::server_fn_paths().collect();
        let known: BTreeMap<String, Rule> = FUNCTIONS
            .iter()
            .map(|(name, rule)| (format!("/api/v1/{name}"), *rule))
            .collect();
        let mut faults: Vec<String> = known
            .keys()
            .filter(|path| !registered.contains_key(path.as_str()))
            .map(|path| format!("{path}: listed, but there is no such function"))
            .collect();
        for (path, method) in registered {
            match known.get(path) {
                None => faults.push(format!("{path}: add a rule for it")),
                Some(rule) => faults.extend(house.fault(&method, path, *rule).await),
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_route_asks_who_one_is() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let text = format!("{:?}", house.router);
        let mut faults = Vec::new();
        // axum tells its routes only so; a path stands in quotes, and matchers of catch-all routes have other shapes.
        let served = text
            .split('"')
            .filter(|part| part.starts_with('/') && !part.starts_with("/api/v1/") && !part.contains("{*"));
        for path in served {
            if !ROUTES.iter().any(|(known, _)| *known == path) {
                faults.push(format!("{path}: add a rule for it"));
            }
        }
        for (path, rule) in ROUTES {
            if *path == "/metrics" || *path == "/events" {
                continue;
            }
            let posted = UPLOADS.contains(path) || POSTED.iter().any(|end| path.ends_with(end));
            let method = if posted { Method::POST } else { Method::GET };
            let address = path
                .replace("{code}", HERE)
                .replace("{id}", &house.somebody.to_string())
                .replace("{number}", "2026112300001")
                .replace("{file}", &format!("{HERE}.geojson"));
            faults.extend(house.fault(&method, &address, *rule).await);
        }
        faults.sort();
        faults.dedup();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}
