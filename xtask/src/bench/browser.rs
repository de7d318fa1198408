//! The benches that need a browser: scripts of end2end/bench, which print their own lines.

use anyhow::Result;

use super::{
    Size,
    stage::{self, Stage},
};
use crate::{command, house, node::Node, site, steps::step, test::end2end};

/// Which of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Bundle,
    Lighthouse,
    /// Brings pages of its own: it needs the site, but no server of ours.
    Map,
}

/// # Errors
/// Something is missing, or the script fails.
pub fn run(script: Script, size: Size) -> Result<()> {
    let chromium = end2end::chromium()?;
    let stage = match script {
        Script::Map => {
            site::build()?;
            None
        }
        Script::Bundle | Script::Lighthouse => Some(Stage::set(&stage::product()?)?),
    };
    let node = Node::find()?;
    node.install(&end2end::folder())?;
    let name = match script {
        Script::Bundle => "bundle",
        Script::Lighthouse => "lighthouse",
        Script::Map => "map",
    };
    step(&format!("测量：{name}"), || {
        let mut program = node.command("node", &end2end::folder());
        program
            .arg(format!("bench/{name}.mjs"))
            .args(stage.as_ref().map(|s| &s.url));
        if size == Size::Quick {
            program.arg("--quick");
        }
        program
            .env("CHROMIUM_PATH", chromium)
            .env("LINLI_SITE", house::site());
        print!("{}", command::output(&mut program)?);
        Ok(())
    })
}
