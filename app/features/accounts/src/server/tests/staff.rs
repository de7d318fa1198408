//! Staff files against the database.

use db::test::on_both;
use shared::Role;

use super::*;
use crate::{model::ImportReport, server::staff_import};

const HEADER: &str = "姓名,手机号,角色,机构代码,开始日期,结束日期\n";

async fn import(cx: &Cx, body: &str, dry: bool) -> Outcome<ImportReport> {
    Ok(staff_import::import(cx, format!("{HEADER}{body}").as_bytes(), dry).await?)
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_applying_twice_changes_nothing_more() {
    on_both(|t| async move {
        places(&t).await?;
        let secretary = worker(&t, 1, Role::Secretary, COMMUNITY).await?;
        let cx = with(&t, &secretary, Permission::StaffImport)?;
        let body = format!("汤小禾,13811110001,专职网格员,{GRID},2026-01-01,\n许念真,13811110002,grid_lead,{GRID},2026-01-01,2027-12-31\n");
        let dry = import(&cx, &body, true).await?;
        assert_eq!((dry.lines, dry.new_accounts, dry.new_roles, dry.applied), (2, 2, 2, false));
        let number = Phone::parse("phone", "13811110001")?;
        assert!(service::user_by_phone(&t.cx, &number).await?.is_none());
        let done = import(&cx, &body, false).await?;
        assert!(done.applied && done.faults.is_empty(), "{:?}", done.faults);
        let user = service::user_by_phone(&t.cx, &number).await?.ok_or("no account")?;
        assert!(enter(&t, user).await?.holds(Role::GridWorker));
        let again = import(&cx, &body, false).await?;
        assert_eq!((again.new_accounts, again.new_roles, again.unchanged), (0, 0, 2));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_faulty_line_stops_the_whole_file() {
    on_both(|t| async move {
        places(&t).await?;
        let secretary = worker(&t, 1, Role::Secretary, COMMUNITY).await?;
        let cx = with(&t, &secretary, Permission::StaffImport)?;
        let body = format!(
            "汤小禾,13811110001,专职网格员,{GRID},2026-01-01,\n\
             孙亦安,13811110002,专职网格员,{OTHER_GRID},2026-01-01,\n\
             汤小禾,13811110001,专职网格员,{GRID},2026-01-01,\n\
             安守,13811110003,安全管理员,{COMMUNITY},2026-01-01,\n\
             杜若溪,13811110004,社区书记,{COMMUNITY},2026-01-01,\n\
             不是她,{},专职网格员,{GRID},2026-01-01,\n\
             =cmd(),13811110005,专职网格员,{GRID},2026-01-01,\n",
            phone(1).as_str()
        );
        let report = import(&cx, &body, false).await?;
        let faults: Vec<(u64, &str)> = report
            .faults
            .iter()
            .map(|fault| (fault.line, fault.field.as_str()))
            .collect();
        assert_eq!(
            faults,
            [
                (3, "机构代码"),
                (4, ""),
                (5, "角色"),
                (6, "角色"),
                (7, "角色"),
                (8, "姓名")
            ]
        );
        assert!(!report.applied);
        assert!(
            service::user_by_phone(&t.cx, &Phone::parse("phone", "13811110001")?)
                .await?
                .is_none(),
            "all or nothing"
        );
        let (old, _, _) = encoding_rs::GB18030.encode(HEADER);
        assert!(
            staff_import::import(&cx, &old, true)
                .await
                .unwrap_err()
                .message()
                .contains("没有人")
        );
        Ok(())
    })
    .await;
}
