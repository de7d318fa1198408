//! `linli user`

use crate::place::{Place, divisions};

#[tokio::test]
async fn the_first_administrators_come_from_the_command_line() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
        let add = place
            .linli(&["user", "add", "--phone", "138 1234 1234", "--name", "张三"])
            .ok();
        assert!(
            add.contains("张三") && add.contains("138****1234") && !add.contains("13812341234"),
            "{add}"
        );
        let grant = |role: &str, node: &str| {
            place.linli(&[
                "user",
                "grant",
                "--phone",
                "13812341234",
                "--role",
                role,
                "--node",
                node,
            ])
        };
        let granted = grant("security_admin", "320581").ok();
        assert!(
            granted.contains("320581") && granted.contains("安全管理员"),
            "{granted}"
        );
        grant("auditor", "320581").fails(1, "审计员");
        grant("king", "320581").fails(2, "security_admin");
        grant("resident", "320581").fails(2, "security_admin");
        grant("secretary", "999999").fails(1, "999999");
        place
            .linli(&["user", "add", "--phone", "13812341234", "--name", "李四"])
            .fails(1, "手机号");
        place
            .linli(&["user", "add", "--phone", "12", "--name", "李四"])
            .fails(1, "手机号");
        let audited = "select count(*) from audit_entry where system in ('user.add', 'user.grant')";
        assert!(place.count(audited).await >= 2);
        place.end().await;
    }
}
