use db::{Cx, Db, House, access, test::on_both};
use shared::AppError;

use super::*;
use crate::{
    model::Hit,
    server::search::{reindex, search},
};

async fn look(cx: &Cx, q: &str, below: &str) -> Result<Vec<Hit>, Failure> {
    let mut tx = cx.read().await?;
    Ok(search(&mut tx, q, below).await?)
}

#[tokio::test]
async fn finds_by_name_code_pinyin_and_initials() {
    on_both(|t| async move {
        furnished(&t).await?;
        for (q, first) in [
            ("css", "320581"),
            ("CSS", "320581"),
            ("changshu", "320581"),
            ("chang shu", "320581"),
            ("常熟", "320581"),
            ("常熟市", "320581"),
            ("320581", "320581"),
            ("３２０５８１００１", "320581001"),
            ("虞山", "320581001"),
            ("虞", "320581001"),
            ("虞山街道办事处", "320581001"),
            ("梅李", "320581101"),
            ("花园浜", "320581001001"),
            ("花园浜社区", "320581001001"),
            ("花园浜居委会", "320581001001"),
            ("园浜", "320581001001"),
            ("常福", "320581002"),
            ("hyb", "320581001001"),
        ] {
            let hits = look(&t.cx, q, "").await?;
            assert_eq!(
                hits.first().map(|hit| hit.code.as_str()),
                Some(first),
                "{q}: {hits:?}"
            );
        }
        let hits = look(&t.cx, "花园浜", "").await?;
        assert_eq!(hits.len(), 2);
        assert_eq!(hits[0].place, "苏州市 常熟市 虞山街道");
        let hits = look(&t.cx, "花园浜", "32/3205/320582/").await?;
        assert_eq!((hits.len(), hits[0].code.as_str()), (1, "320582100004"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn odd_queries_find_nothing_and_break_nothing() {
    on_both(|t| async move {
        furnished(&t).await?;
        for q in [
            "",
            " ",
            "\"",
            "'",
            "*",
            "a\u{0}b",
            "'; drop table node --",
            "NOT",
            "css OR 1",
            "\\",
            "🏘",
            "不存在的地方",
        ] {
            assert!(look(&t.cx, q, "").await?.is_empty(), "{q}");
        }
        let mut tx = t.cx.read().await?;
        let long = "常".repeat(65);
        assert!(matches!(
            search(&mut tx, &long, "").await,
            Err(AppError::Invalid(_))
        ));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn follows_new_names_and_can_be_filled_anew() {
    on_both(|t| async move {
        furnished(&t).await?;
        import_on(&t.cx, &SOME.replace("梅李镇", "聚沙镇"), "2024-01-01").await?;
        assert!(look(&t.cx, "梅李", "").await?.is_empty());
        assert_eq!(look(&t.cx, "jsz", "").await?[0].name, "聚沙镇");
        let mut tx = t.cx.write().await?;
        assert_eq!(reindex(&mut tx).await?, 12);
        tx.commit().await?;
        assert_eq!(look(&t.cx, "聚沙", "").await?.len(), 1);
        assert_eq!(look(&t.cx, "css", "").await?.len(), 1);
        Ok(())
    })
    .await;
}

/// A backup carries the index: what is found before is found after, whichever engine it was made on and goes to.
#[tokio::test]
async fn finds_at_once_what_was_restored_into_the_other_engine() {
    on_both(|t| async move {
        let folder = tempfile::tempdir()?;
        let sqlite = async |name: &str| -> Result<House, Failure> {
            let url = format!("sqlite:{}", folder.path().join(name).display());
            let mut house = t.house.clone();
            house.db = Db::connect(&url).await?;
            house.db.migrate().await?;
            Ok(house)
        };
        let found = async |cx: &Cx| -> Result<Vec<String>, Failure> {
            let mut names = Vec::new();
            for q in ["css", "changshu", "常熟", "320581", "huayuanbang", "梅李"] {
                let hits = look(cx, q, "").await?;
                names.push(hits.first().map_or_else(String::new, |hit| hit.name.clone()));
            }
            Ok(names)
        };
        let wanted = [
            "常熟市",
            "常熟市",
            "常熟市",
            "常熟市",
            "花园浜社区居委会",
            "梅李镇",
        ];

        // From SQLite into this engine.
        let source = access::system(&sqlite("source.db").await?, "test");
        import_on(&source, SOME, "2023-06-30").await?;
        let into = folder.path().join("into.zip");
        db::backup::backup(&source, &into).await?;
        db::backup::restore(&t.cx, &into).await?;
        assert_eq!(found(&t.cx).await?, wanted);

        // From this engine into SQLite; and what is renamed there is found by its new name.
        let out = folder.path().join("out.zip");
        db::backup::backup(&t.cx, &out).await?;
        let target = access::system(&sqlite("target.db").await?, "test");
        db::backup::restore(&target, &out).await?;
        assert_eq!(found(&target).await?, wanted);
        import_on(&target, &SOME.replace("梅李镇", "聚沙镇"), "2024-01-01").await?;
        assert!(look(&target, "梅李", "").await?.is_empty());
        assert_eq!(look(&target, "jsz", "").await?[0].name, "聚沙镇");
        Ok(())
    })
    .await;
}
