//! TypeScript: types and unit tests.

use anyhow::Result;

use super::tally::Tally;
use crate::{house, node::Node, site};

/// # Errors
/// Only when interrupted.
pub fn run(tally: &mut Tally) -> Result<()> {
    tally.check("TypeScript：类型", || {
        let node = Node::find()?;
        node.install(&site::scripts())?;
        node.install(&house::root().join("end2end"))?;
        node.script(&site::scripts(), "check", &[])
    })?;
    tally.check("TypeScript：单元测试", || {
        Node::find()?.script(&site::scripts(), "test", &[])
    })
}
