//! Keys of programs: given once, kept as a digest, taken back; each giver sees those of their own units.

use db::{on, test::on_both};
use shared::{AppError, Permission, Role};

use super::{DISTRICT, place, somebody, with};
use crate::{model::ClientForm, server::client};

fn form(label: &str, node: &str) -> ClientForm {
    ClientForm {
        label: label.into(),
        node: node.into(),
        per_day: "2".into(),
    }
}

#[tokio::test]
async fn a_key_opens_until_it_is_taken_back_and_is_kept_nowhere() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let district = somebody(&t, Some((Role::DistrictAdmin, DISTRICT))).await?;
        assert_eq!(
            with(&t, &p.town, Permission::ReportClients).map(|_| ()),
            Err(AppError::Forbidden)
        );
        let cx = with(&t, &district, Permission::ReportClients)?;
        let given = client::give(&cx, &form("随手拍", DISTRICT)).await?;
        assert!(given.key.starts_with("linli_") && given.key.len() > 40);

        let mut tx = t.cx.write().await?;
        let found = client::by_key(&t.cx, &mut tx, &given.key)
            .await?
            .ok_or("no such key")?;
        assert_eq!((found.code.as_str(), found.per_day), (DISTRICT, 2));
        client::seen(&mut tx, &found).await?;
        for wrong in [
            "",
            "linli_",
            &given.key.to_lowercase(),
            &format!("{} ", given.key),
        ] {
            assert_eq!(client::by_key(&t.cx, &mut tx, wrong).await?, None, "{wrong}");
        }
        let (hash, end): (String, String) = on!(tx, |c| sqlx::query_as(
            "select key_hash, key_end from report_client"
        )
        .fetch_one(c)
        .await)?;
        assert!(hash.len() == 64 && !given.key.contains(&hash) && given.key.ends_with(&end));
        tx.commit().await?;

        let page = client::page(&cx, "").await?;
        let row = &page.rows.rows[0];
        assert_eq!((row.label.as_str(), row.matters), ("随手拍", 0));
        assert_eq!(row.seen, Some(t.cx.now().date()));
        let id = row.id.to_string();
        client::revoke(&cx, &id).await?;
        assert_eq!(
            client::revoke(&cx, &id).await,
            Err(AppError::NotFound),
            "it is taken back once"
        );
        let mut tx = t.cx.read().await?;
        assert_eq!(client::by_key(&t.cx, &mut tx, &given.key).await?, None);
        drop(tx);
        assert!(client::page(&cx, "").await?.rows.rows[0].revoked.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nobody_gives_or_takes_keys_elsewhere() {
    on_both(|t| async move {
        place(&t).await?;
        let district = somebody(&t, Some((Role::DistrictAdmin, DISTRICT))).await?;
        let here = with(&t, &district, Permission::ReportClients)?;
        let above = client::give(&t.cx, &form("省里的应用", "32")).await?;
        assert_eq!(above.label, "省里的应用");
        assert!(client::page(&here, "").await?.rows.rows.is_empty());
        let all = client::page(&t.cx, "").await?;
        let id = all.rows.rows[0].id.to_string();
        assert_eq!(client::revoke(&here, &id).await, Err(AppError::NotFound));
        for (node, status) in [("32", 404), ("320582", 404), ("常熟", 422)] {
            let refused = client::give(&here, &form("随手拍", node)).await;
            assert_eq!(
                refused.map_err(|error| error.status()).map(|_| ()),
                Err(status),
                "{node}"
            );
        }
        for page in ["x", "../~x"] {
            assert_eq!(
                client::page(&here, page).await.map(|_| ()),
                Err(AppError::NotFound)
            );
        }
        Ok(())
    })
    .await;
}
