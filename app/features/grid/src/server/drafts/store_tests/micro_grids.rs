//! Micro-grids when the border of their grid moves.

use std::collections::BTreeMap;

use db::on;
use tasks::server::task::{Running, running_at};

use super::*;

const SOUTH: &str = "32058100100100101";
const NORTH: &str = "32058100100100102";

/// The first grid in two halves.
async fn halved(t: &TestDb) -> Result<House, Box<dyn std::error::Error + Send + Sync>> {
    let house = house(t).await?;
    let w = 100_000;
    let half =
        |code: &str, name: &str, places: [(i32, i32); 4]| feature(code, name, places.map(|(x, y)| at(x, y)));
    let file = collection(&[
        half(SOUTH, "南片", [(0, 0), (w, 0), (w, w / 2), (0, w / 2)]),
        half(NORTH, "北片", [(0, w / 2), (w, w / 2), (w, w), (0, w)]),
    ]);
    import(t, file).await?;
    t.clock.advance(Timestamp::DAY);
    Ok(house)
}

impl House {
    /// The micro-grids of a grid, as they are stored.
    async fn inside(&self, grid: &str) -> Result<Coverage, AppError> {
        let mut tx = self.t.cx.read().await?;
        let node = nodes::by_code(&mut tx, &code(grid))
            .await?
            .ok_or(AppError::NotFound)?;
        Ok(Coverage::new(&ground::now(&mut tx, node.id).await?.0.ground))
    }

    /// Draws, and has it approved, today.
    async fn redraw(&self, unit: &str, ops: Vec<Op>) -> Result<DraftId, AppError> {
        let (cx, done) = (self.draws(&self.worker), ops.len());
        let saved = save(&cx, &code(unit), None, ops, done).await?;
        propose(&cx, saved.id, saved.version, &self.proposal(self.today())).await?;
        approve(&self.approves(), saved.id, saved.version + 1, "").await?;
        self.t.clock.advance(Timestamp::DAY);
        Ok(saved.id)
    }

    /// What is to be drawn anew in the community.
    async fn to_redraw(&self) -> Result<Vec<Running>, AppError> {
        let mut tx = self.t.cx.read().await?;
        let node = nodes::by_code(&mut tx, &code(COMMUNITY))
            .await?
            .ok_or(AppError::NotFound)?;
        let mut running = running_at(&mut tx, node.id).await?;
        running.retain(|task| task.kind == micro::REDRAW.key);
        Ok(running)
    }
}

fn has(coverage: &Coverage, part: &str, corner: Place) -> bool {
    let unit = coverage.unit(part);
    unit.is_some_and(|unit| unit.border.corners().any(|other| other == corner))
}

#[tokio::test]
async fn what_lies_outside_is_cut_off_and_what_is_bare_is_drawn_anew() {
    on_both(|t| async move {
        let house = halved(&t).await?;
        let begun = house.inside(ONE).await?;
        assert!(begun.faults().is_empty() && !begun.was_tidied());

        // The grid shrinks: they are cut, cover all of it, and reach nowhere beyond.
        house.redraw(COMMUNITY, vec![shift(-20_000)]).await?;
        let cut = house.inside(ONE).await?;
        assert!(!cut.was_tidied() && cut.faults().is_empty(), "{:?}", cut.faults());
        for part in [SOUTH, NORTH] {
            assert!(has(&cut, part, at(80_000, 50_000)), "{part}");
            assert!(!has(&cut, part, at(100_000, 50_000)), "{part}");
        }
        assert_eq!(house.to_redraw().await?, []);
        // What they were is kept.
        let told = history(&house.secretary.require(Permission::StaffView)?, &code(SOUTH), "").await?;
        assert_eq!(told.states.len(), 2);

        // It grows: what it has gained belongs to none of them, and its author is asked.
        let grown = Op::Move {
            from: at(80_000, 50_000),
            to: at(120_000, 50_000),
        };
        house.redraw(COMMUNITY, vec![grown]).await?;
        let open = house.inside(ONE).await?;
        assert!(!open.was_tidied() && open.faults().len() == 1);
        let asked = house.to_redraw().await?;
        assert_eq!(
            asked.len(),
            1,
            "of the neighbour, which has no micro-grids, nothing is asked"
        );
        assert!(asked[0].title.contains("第一网格") && asked[0].title.contains("没有划给微网格"));
        let words: Vec<String> = told::inbox(&house.worker)
            .await?
            .into_iter()
            .map(|row| row.words)
            .collect();
        assert!(
            words.iter().any(|words| words.contains("重画第一网格")),
            "{words:?}"
        );

        // Drawn anew, nobody is asked any more.
        let filled = Op::Fill {
            at: at(95_000, 50_000),
            into: SOUTH.to_owned(),
        };
        house.redraw(ONE, vec![filled]).await?;
        assert!(house.inside(ONE).await?.faults().is_empty());
        assert_eq!(house.to_redraw().await?, []);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_that_has_no_ground_left_ends_its_border_and_overlaps_no_neighbour() {
    on_both(|t| async move {
        let house = halved(&t).await?;
        // All of the northern half goes to the neighbour.
        let given = Op::Give {
            code: ONE.to_owned(),
            line: vec![at(-10, 50_000), at(100_000, 50_000)],
            to: TWO.to_owned(),
        };
        house.redraw(COMMUNITY, vec![given]).await?;
        assert!(
            house
                .ground()
                .await?
                .unit(TWO)
                .unwrap()
                .border
                .contains(at(50_000, 90_000))
        );
        let left = house.inside(ONE).await?;
        assert!(!left.was_tidied() && left.faults().is_empty());
        assert_eq!(
            left.units()
                .iter()
                .map(|unit| unit.code.as_str())
                .collect::<Vec<_>>(),
            [SOUTH]
        );
        assert_eq!(left.bare(), [named(NORTH, "北片")], "it waits for a border");
        let asked = house.to_redraw().await?;
        assert!(asked.len() == 1 && asked[0].title.contains("1 个微网格不在里面了"));
        // No stored micro-grid lies on ground of another grid.
        let mut tx = t.cx.read().await?;
        let stored: BTreeMap<String, String> = on!(tx, |c| sqlx::query_as::<_, (String, String)>(
            "select n.code, a.geometry from area a join node n on n.id = a.node_id where a.valid_to is null and n.kind = 'micro_grid'"
        )
        .fetch_all(c)
        .await)?
        .into_iter()
        .collect();
        assert_eq!(stored.keys().collect::<Vec<_>>(), [SOUTH]);
        TestResult::Ok(())
    })
    .await;
}
