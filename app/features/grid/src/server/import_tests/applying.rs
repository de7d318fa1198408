//! What an import stores, and what it refuses.

use super::*;

#[tokio::test]
async fn nothing_is_stored_unless_all_of_it_holds_or_is_accepted_by_name() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        // A community whose grids leave a gap: one of them is missing.
        let community = "320581001002";
        let file = part_of_demo(|code| code.starts_with(community) && code != "320581001002007").to_string();
        let plan = plan(&t.cx, file.into_bytes(), Datum::Wgs84).await?;
        let kinds: Vec<Kind> = plan.problems().iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [Kind::Gap]);
        let error = apply(&t.cx, &plan, "a", Origin::Surveyed, &[]).await.unwrap_err();
        assert!(
            matches!(&error, AppError::Invalid(faults) if faults[0].message.contains("空隙")),
            "{error:?}"
        );
        {
            let mut tx = t.cx.read().await?;
            assert!(store::is_empty(&mut tx).await?);
            let grid = orgs::server::store::by_code(&mut tx, &"320581001002001".parse()?).await?;
            assert_eq!(grid, None, "no grid was founded");
        }
        assert!(
            apply(&t.cx, &plan, "a", Origin::Surveyed, &["gap:1:".into()])
                .await
                .is_err()
        );
        let counts = apply(&t.cx, &plan, "a", Origin::Surveyed, &plan.acceptable()).await?;
        assert_eq!(
            (counts.new, counts.founded),
            (plan.checked.areas.len(), plan.checked.areas.len() - 1)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_import_reaches_no_further_than_its_scope() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let admin = holder(&t, Role::TownAdmin, "320581101")
            .await?
            .require(shared::Permission::MapImport)?;
        let file = part_of_demo(|code| code.starts_with("320581001001")).to_string();
        let plan = plan(&admin, file.into_bytes(), Datum::Wgs84).await?;
        assert!(
            plan.problems()
                .iter()
                .all(|problem| problem.kind == Kind::OutOfScope),
            "{:?}",
            plan.problems()
        );
        assert!(
            apply(&admin, &plan, "a", Origin::Surveyed, &plan.acceptable())
                .await
                .is_err()
        );
        assert_eq!(admin.scope, Scope::new(admin.scope.paths().to_vec()));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_border_that_changes_keeps_what_it_was() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let file = part_of_demo(|code| code == "320581001");
        import(&t.cx, &file.to_string(), Datum::Wgs84).await?;
        t.clock.advance(3 * Timestamp::DAY);
        let counts = import(&t.cx, &file.to_string(), Datum::Gcj02).await?;
        assert_eq!(
            counts,
            Counts {
                changed: 1,
                ..Counts::default()
            }
        );
        let count = async |t: &TestDb| -> Result<(i64, i64), AppError> {
            let mut tx = t.cx.read().await?;
            let sql = "select count(*), count(valid_to) from area";
            Ok(db::on!(tx, |c| sqlx::query_as::<_, (i64, i64)>(sql)
                .fetch_one(c)
                .await)?)
        };
        assert_eq!(count(&t).await?, (2, 1));
        // Twice on one day leaves no border that was in force for no day.
        import(&t.cx, &file.to_string(), Datum::Bd09).await?;
        assert_eq!(count(&t).await?, (2, 1));
        // Who looks at the map hears of each, and who draws borders is told whether it was where they draw.
        let mut tx = t.cx.read().await?;
        let told: Vec<(String, db::Json<serde_json::Value>)> = db::on!(tx, |c| sqlx::query_as(
            "select topic, data from event where kind = 'grid.area.imported'"
        )
        .fetch_all(c)
        .await)?;
        assert_eq!(told.len(), 3);
        for (topic, data) in told {
            assert_eq!(
                (topic.as_str(), &data.0["units"]),
                ("grid", &serde_json::json!("320581,320581001"))
            );
        }
        Ok(())
    })
    .await;
}

#[test]
fn the_parent_of_a_unit_stands_in_its_path() -> TestResult {
    let unit = |path: &str| Unit {
        id: NodeId(uuid::Uuid::nil()),
        code: "320581001".parse().unwrap(),
        name: String::new(),
        path: path.to_owned(),
        geometry: None,
        synthetic: None,
    };
    let parents: HashMap<&str, &str> =
        HashMap::from([("32/3205/320581/320581001/", "320581"), ("320581001/", "")]);
    for (path, parent) in parents {
        assert_eq!(unit(path).parent(), parent);
    }
    Ok(())
}
