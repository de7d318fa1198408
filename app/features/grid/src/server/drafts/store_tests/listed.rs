//! The lists of drafts, and the history of a border, a page at a time.

use std::collections::BTreeSet;

use db::execute;
use shared::RecordId;

use super::*;
use crate::model::draft::Shelf;

#[tokio::test]
async fn the_lists_go_on_page_by_page_and_none_is_listed_twice() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let cx = house.draws(&house.worker);
        let mut drawn = BTreeSet::new();
        // All in the same moment: their ids tell them apart.
        for _ in 0..23 {
            let (id, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
            withdraw(&cx, id, version).await?;
            drawn.insert(id.to_string());
        }
        let first = list(&cx, None, "").await?;
        assert_eq!((first.mine.rows.len(), first.others.rows.len()), (20, 0));
        let next = first.mine.next.unwrap();
        let rest = list(&cx, Some(Shelf::Mine), &next).await?;
        assert_eq!((rest.mine.rows.len(), rest.mine.next), (3, None));
        let listed: BTreeSet<String> = first
            .mine
            .rows
            .iter()
            .chain(&rest.mine.rows)
            .map(|row| row.id.to_string())
            .collect();
        assert_eq!(listed, drawn);
        // Others are shown them too, but what waits for them is in one list only.
        house
            .hand_in(&house.other, vec![shift(5_000)], house.today())
            .await?;
        let cx = house.draws(&house.secretary);
        let all = list(&cx, None, "").await?;
        assert_eq!((all.waiting.rows.len(), all.others.rows.len()), (1, 20));
        assert!(
            all.others
                .rows
                .iter()
                .all(|row| row.author == "某人" && !row.mine)
        );
        let next = all.others.next.unwrap();
        let rest = list(&cx, Some(Shelf::Others), &next).await?;
        assert_eq!((rest.others.rows.len(), rest.waiting.rows.len()), (3, 0));
        // A grid worker decides nothing: it is among the others' for them.
        let shown = list(&house.draws(&house.worker), None, "").await?;
        assert_eq!((shown.waiting.rows.len(), shown.others.rows.len()), (0, 1));
        assert!(matches!(
            list(&cx, Some(Shelf::Mine), "x~y").await,
            Err(AppError::Invalid(_))
        ));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_history_of_a_border_goes_on_to_its_first_state() {
    const EARLIER: &str = "insert into area (id, node_id, valid_from, valid_to, geometry, min_lon, min_lat, max_lon, max_lat, \
        label_lon, label_lat, cell, square_metres, synthetic, import_id, created_at) select $1, a.node_id, $2, $3, a.geometry, \
        a.min_lon, a.min_lat, a.max_lon, a.max_lat, a.label_lon, a.label_lat, a.cell, a.square_metres, a.synthetic, a.import_id, \
        a.created_at from area a join node n on n.id = a.node_id where n.code = $4 and a.valid_to is null";
    on_both(|t| async move {
        let house = house(&t).await?;
        let began = house.today().plus_days(-5);
        let mut tx = t.cx.write().await?;
        for back in 1..=64 {
            let id: RecordId = t.cx.id();
            let (from, to) = (began.plus_days(-back), began.plus_days(1 - back));
            execute!(tx, EARLIER, id, from, to, ONE)?;
        }
        tx.commit().await?;
        let cx = house.secretary.require(Permission::StaffView)?;
        let (mut days, mut pages, mut after) = (Vec::new(), Vec::new(), String::new());
        loop {
            let page = history(&cx, &code(ONE), &after).await?;
            pages.push(page.states.len());
            days.extend(page.states.iter().map(|state| state.from));
            let Some(next) = page.next else { break };
            after = next;
        }
        assert_eq!(pages, [30, 30, 5]);
        let all: Vec<Date> = (0..=64).map(|back| began.plus_days(-back)).collect();
        assert_eq!(days, all, "each once, the latest first");
        assert!(matches!(
            history(&cx, &code(ONE), "x~y").await,
            Err(AppError::Invalid(_))
        ));
        TestResult::Ok(())
    })
    .await;
}
