//! Which of the things that a process keeps an event concerns: public pages and tiles are made anew when what they show has changed, and
//! are not when something else has, or in a place where people work all day nothing would ever be kept.
//!
//! One table, by topic and kind. What it does not name drops everything: a new event costs time until somebody adds a line here, and never
//! shows what is no longer so.

use grid::{layers::LAYERS, model::Figure};

/// The codes of the layers of tiles, as their routes keep them.
const AREAS: &str = LAYERS[0].code;
const STAFF: &str = LAYERS[1].code;
const BUILDINGS: &str = LAYERS[2].code;
const POINTS: &str = poi::LAYER.code;
const MATTERS: &str = reports::LAYER.code;
const PUBLIC_MATTERS: &str = reports::PUBLIC_LAYER.code;

/// Which public pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    None,
    /// Those that count residents.
    Counted,
    All,
}

/// What an event may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    Everything,
    Parts {
        pages: Pages,
        /// Layers of tiles.
        layers: &'static [&'static str],
    },
}

const NOTHING: Concern = parts(Pages::None, &[]);
const PAGES: Concern = parts(Pages::All, &[]);

const fn parts(pages: Pages, layers: &'static [&'static str]) -> Concern {
    Concern::Parts { pages, layers }
}

/// Topic, beginning of the kind, concern; the first line that holds counts. A topic that ends in a stroke stands for all that begin so.
const TABLE: &[(&str, &str, Concern)] = &[
    // What concerns one person is on no public page.
    ("user/", "", NOTHING),
    ("track/", "", NOTHING),
    // What concerns those who work below a unit: their lists are read anew each time. A camera is on their maps, and residents are
    // counted for everybody.
    ("path/", "accounts.", NOTHING),
    ("path/", "catalogue.", NOTHING),
    ("path/", "grid.draft.", NOTHING),
    ("path/", "mediation.", NOTHING),
    ("path/", "people.building.", parts(Pages::Counted, &[BUILDINGS])),
    ("path/", "people.imported", parts(Pages::Counted, &[BUILDINGS])),
    ("path/", "people.", parts(Pages::Counted, &[])),
    ("path/", "poi.photo.", NOTHING),
    ("path/", "poi.", parts(Pages::None, &[POINTS])),
    ("path/", "reports.matter.", parts(Pages::None, &[MATTERS])),
    ("path/", "reports.", NOTHING),
    ("path/", "tasks.", NOTHING),
    ("path/", "teams.", NOTHING),
    // A name may have gone.
    ("accounts", "accounts.account.", PAGES),
    ("accounts", "accounts.residency.", NOTHING),
    ("catalogue", "catalogue.", PAGES),
    // Borders are drawn on maps and on the pages of their units. Buildings go with the ground to another grid.
    (
        "grid",
        "grid.",
        parts(Pages::All, &[AREAS, STAFF, BUILDINGS, PUBLIC_MATTERS]),
    ),
    // Names, codes, who is above whom: nothing is without them.
    ("orgs", "orgs.", Concern::Everything),
    ("poi", "poi.photo.", PAGES),
    ("poi", "poi.", parts(Pages::All, &[POINTS])),
    ("reports", "reports.", parts(Pages::All, &[PUBLIC_MATTERS])),
    ("settings", "core.setting.", Concern::Everything),
    ("site", "tasks.calendar.", PAGES),
    ("surveys", "surveys.", PAGES),
    ("staff", "accounts.staff.", parts(Pages::All, &[STAFF])),
];

/// What an event of `kind` on `topic` may have changed.
pub fn of(topic: &str, kind: &str) -> Concern {
    let on = |named: &str| topic == named || (named.ends_with('/') && topic.starts_with(named));
    TABLE
        .iter()
        .find(|(named, begins, _)| on(named) && kind.starts_with(*begins))
        .map_or(Concern::Everything, |(.., concern)| *concern)
}

/// Whether the page at an address says how many people live somewhere. What is written in an unusual way may.
pub fn counts_residents(path: &str, query: &str) -> bool {
    let named = |figure: &str| Figure::parse(figure).is_some_and(Figure::is_of_residents);
    let odd = |text: &str| text.contains(['%', '+']);
    path == "/people/figures"
        || odd(path)
        || query.split('&').any(|pair| match pair.split_once('=') {
            Some(("figure", figure)) => odd(figure) || named(figure),
            Some((key, _)) => odd(key),
            None => odd(pair),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_thought_of_drops_everything() {
        for (topic, kind) in [
            ("", ""),
            ("map", "grid.area.imported"),
            ("path/32/3205/", "lottery.number.drawn"),
            ("path", "people.imported"),
            ("userx", "notices.notice.sent"),
            ("grid", "orgs.node.rename"),
            ("poi", "gifts.given"),
            ("orgs", "orgs.node.rename"),
            ("settings", "core.setting.changed"),
        ] {
            assert_eq!(of(topic, kind), Concern::Everything, "{topic} {kind}");
        }
    }

    #[test]
    fn a_working_day_leaves_tiles_and_pages_where_they_are() {
        let path = "path/32/3205/320581/";
        for (topic, kind) in [
            (path, "tasks.task.opened"),
            (path, "tasks.hours.changed"),
            (path, "catalogue.inspection.walked"),
            (path, "teams.team.changed"),
            (path, "grid.draft.submitted"),
            (path, "poi.photo.changed"),
            (path, "accounts.residency.declared"),
            (path, "mediation.desk.changed"),
            (
                "user/0192aaaa-0000-7000-8000-000000000000",
                "accounts.role.granted",
            ),
        ] {
            assert_eq!(of(topic, kind), NOTHING, "{topic} {kind}");
        }
        assert_eq!(of(path, "people.household.changed"), parts(Pages::Counted, &[]));
    }

    #[test]
    fn what_a_layer_shows_drops_that_layer() {
        let drops = |topic, kind| match of(topic, kind) {
            Concern::Everything => vec![AREAS, STAFF, BUILDINGS, POINTS, MATTERS, PUBLIC_MATTERS],
            Concern::Parts { layers, .. } => layers.to_vec(),
        };
        assert_eq!(drops("poi", "poi.point.changed"), [POINTS]);
        assert_eq!(drops("path/32/", "poi.point.changed"), [POINTS], "a camera");
        assert_eq!(drops("poi", "poi.photo.changed"), [""; 0]);
        assert_eq!(drops("staff", "accounts.staff.changed"), [STAFF]);
        assert_eq!(
            drops("grid", "grid.border.changed"),
            [AREAS, STAFF, BUILDINGS, PUBLIC_MATTERS]
        );
        assert_eq!(drops("path/32/", "reports.matter.changed"), [MATTERS]);
        assert_eq!(drops("reports", "reports.matter.published"), [PUBLIC_MATTERS]);
        assert_eq!(drops("path/32/", "people.building.place"), [BUILDINGS]);
        assert_eq!(drops("path/32/", "people.imported"), [BUILDINGS]);
        assert_eq!(drops("catalogue", "catalogue.published"), [""; 0]);
        assert_eq!(
            [AREAS, STAFF, BUILDINGS, POINTS, MATTERS, PUBLIC_MATTERS],
            [
                "areas",
                "staff",
                "buildings",
                "points",
                "matters",
                "public-matters"
            ]
        );
    }

    #[test]
    fn what_everybody_may_hear_of_is_on_public_pages() {
        for (topic, kind) in [
            ("orgs", "orgs.node.rename"),
            ("grid", "grid.border.changed"),
            ("catalogue", "catalogue.published"),
            ("poi", "poi.point.changed"),
            ("reports", "reports.matter.published"),
            ("surveys", "surveys.survey.changed"),
            ("staff", "accounts.staff.changed"),
            ("site", "tasks.calendar.imported"),
        ] {
            let Concern::Parts { pages, .. } = of(topic, kind) else {
                continue;
            };
            assert_eq!(pages, Pages::All, "{topic}");
        }
    }
}
