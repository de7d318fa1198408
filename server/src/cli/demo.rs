//! `linli demo`

use super::{deployment, failure::Failure};
use crate::config::Config;

/// Migrates, loads what is not there yet, and prints who can sign in.
///
/// # Errors
/// The deployment says that it is none of a demonstration, or the database cannot be written.
pub async fn run(config: &Config) -> Result<(), Failure> {
    if config.demo == Some(false) {
        return Err(Failure::Usage(
            "配置里写着 demo = false：演示数据不能载入真实使用的数据库。".into(),
        ));
    }
    let house = deployment::open_any(config).await?;
    house.db.migrate().await?;
    deployment::must_fit(&house).await?;
    let cx = deployment::system(&house, "demo");
    orgs::demo::load(&cx).await?;
    grid::demo::load(&cx).await?;
    accounts::demo::load(&cx).await?;
    notices::demo::load(&cx).await?;
    tasks::demo::load(&cx).await?;
    let places = grid::demo::places(&cx).await?;
    people::demo::load(&cx, &places).await?;
    poi::demo::load(&cx, &places).await?;
    catalogue::demo::load(&cx).await?;
    teams::demo::load(&cx).await?;
    reports::demo::load(&cx, &places).await?;
    mediation::demo::load(&cx).await?;
    surveys::demo::load(&cx).await?;
    deployment::note_demo(&cx).await?;
    house.db.close().await;

    say!("演示账号（登录时验证码会显示在页面上）：");
    for account in accounts::demo::accounts() {
        say!(
            "  {}  {}  {}  {}",
            account.phone,
            account.name,
            account.role.label(),
            account.place
        );
    }
    Ok(())
}
