//! By what maps are coloured, for whom, and of which days.

use shared::RecordId;

use super::*;

const COMMUNITY: &str = "320581001001";
const GRID: &str = "320581001001001";

/// Four households that lived in a grid from one day to another.
async fn four_households(t: &TestDb, from: &str, to: &str) -> Result<(), AppError> {
    const SPAN: &str =
        "insert into household_span (household_id, valid_from, valid_to, node_id) values ($1, $2, $3, $4)";
    let mut tx = t.cx.write().await?;
    let node = orgs::server::store::by_code(&mut tx, &GRID.parse().unwrap())
        .await?
        .ok_or(AppError::NotFound)?;
    for _ in 0..4 {
        let household: RecordId = tx.id();
        db::execute!(tx, SPAN, household, from, to, node.id)?;
    }
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn a_past_day_has_the_households_of_that_day_and_the_public_only_those_of_new_year() {
    on_both(|t| async move {
        load(&t).await?;
        four_households(&t, "2024-06-01", "2025-03-01").await?;
        let (public, settings, place) = (
            t.request(None).public(),
            Settings::default(),
            COMMUNITY.parse::<Code>()?,
        );
        let staff = holder(&t, Role::Staff, COMMUNITY).await?.public();
        let beside = holder(&t, Role::Staff, "320581001002").await?.public();
        let asked = Some(Figure::Households);
        // (who, day, whether households are told at all, how many in the grid, whether that is because they are few)
        for (cx, on, told, counted, few) in [
            (&staff, "2025-02-28", true, Some(4), false),
            (&staff, "2025-01-01", true, Some(4), false),
            (&staff, "2025-03-01", true, None, false),
            (&staff, "2024-05-31", true, None, false),
            (&public, "2025-01-01", true, None, true),
            (&beside, "2025-01-01", true, None, true),
            (&public, "2024-01-01", true, None, false),
            (&public, "2025-02-28", false, None, false),
            (&beside, "2025-02-28", false, None, false),
        ] {
            let page = page::map(cx, &settings, &place, asked, on).await?;
            let day = page.on.map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some(on), "{:?}", page.refused);
            assert_eq!(page.figure, asked.filter(|_| told), "{on}");
            assert_eq!(page.figures.contains(&Figure::Aged), told, "{on}");
            let grid = page.parts.iter().find(|part| part.code == GRID).unwrap();
            assert_eq!((grid.counted, grid.few), (counted, few), "{on}");
            let others = page.parts.iter().filter(|part| part.code != GRID);
            for part in others {
                assert_eq!(part.counted, counted.map(|_| 0).or(few.then_some(0)), "{on}");
            }
        }
        for now in [Figure::Points, Figure::Workers, Figure::Tasks] {
            let page = page::map(&staff, &settings, &place, Some(now), "2025-01-01").await?;
            assert_eq!(page.figure, None, "{now:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn tasks_and_posts_are_for_those_who_see_to_them_and_no_grid_has_its_own_houses() {
    on_both(|t| async move {
        load(&t).await?;
        let posts = PartCounter::new(|_, path| async move {
            assert!(path.ends_with("320581001001/"), "{path}");
            Ok(HashMap::from([(GRID.to_owned(), 2)]))
        });
        let settings = Settings {
            posts: Some(posts),
            ..Settings::default()
        };
        let place: Code = COMMUNITY.parse()?;
        let secretary = holder(&t, Role::Secretary, COMMUNITY).await?.public();
        let public = t.request(None).public();
        for figure in [Figure::Tasks, Figure::Posts] {
            let page = page::map(&secretary, &settings, &place, Some(figure), "").await?;
            let counted = page.parts.iter().map(|part| part.counted.unwrap()).sum::<i64>();
            let expected = if figure == Figure::Posts { 2 } else { 0 };
            assert_eq!((page.figure, counted), (Some(figure), expected));
            let page = page::map(&public, &settings, &place, Some(figure), "").await?;
            assert_eq!(page.figure, None, "{figure:?} is not for the public");
            assert!(page.parts.iter().all(|part| part.counted.is_none()));
        }
        let page = page::map(&secretary, &settings, &place, Some(Figure::Service), "").await?;
        assert_eq!((page.figure, page.legend), (None, None));
        assert!(!page.figures.contains(&Figure::Service));
        Ok(())
    })
    .await;
}
