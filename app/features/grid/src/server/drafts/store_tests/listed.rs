//! The lists of drafts, a page at a time.

use std::collections::BTreeSet;

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
