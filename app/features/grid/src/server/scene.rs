//! A unit with its borders and those of its parts, today or on a day that has passed.

use db::Tx;
use orgs::{
    model::{Code, Crumb, Node, NodeKind, NodeVersion},
    server::{history, store as units},
};
use shared::{AppError, Date, NodeId};

use super::{
    shown::{self, Shown},
    sight::Sight,
};

/// What a unit is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub id: NodeId,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
}

impl From<Node> for Unit {
    fn from(node: Node) -> Self {
        Self {
            id: node.id,
            code: node.code,
            kind: node.kind,
            name: node.name,
        }
    }
}

impl From<NodeVersion> for Unit {
    fn from(then: NodeVersion) -> Self {
        Self {
            id: then.node_id,
            code: then.code,
            kind: then.kind,
            name: then.name,
        }
    }
}

/// What a map shows. Who may see it is asked of the organisation as it is today, also of a day that has passed.
#[derive(Clone, Debug)]
pub struct Scene {
    pub unit: Unit,
    /// Where the unit stands today, or stood last.
    pub path: String,
    pub ancestors: Vec<Crumb>,
    pub whole: Option<Shown>,
    pub shown: Vec<Shown>,
    /// None is today.
    pub on: Option<Date>,
}

impl Scene {
    /// # Errors
    /// [`AppError::NotFound`] if nobody bears the code (or bore it on that day), or what the database answers.
    pub async fn of(tx: &mut Tx, sight: &Sight, code: &Code, on: Option<Date>) -> Result<Self, AppError> {
        match on {
            None => Self::today(tx, sight, code).await,
            Some(day) => Self::then(tx, sight, code, day).await,
        }
    }

    async fn today(tx: &mut Tx, sight: &Sight, code: &Code) -> Result<Self, AppError> {
        let node = units::by_code(tx, code).await?.ok_or(AppError::NotFound)?;
        Ok(Self {
            ancestors: units::ancestors(tx, &node.path).await?,
            whole: shown::of_node(tx, sight, node.id).await?,
            shown: shown::parts(tx, sight, node.id).await?,
            path: node.path.clone(),
            unit: node.into(),
            on: None,
        })
    }

    async fn then(tx: &mut Tx, sight: &Sight, code: &Code, day: Date) -> Result<Self, AppError> {
        let id = history::bearer(tx, code, day).await?.ok_or(AppError::NotFound)?;
        let state = history::as_of(tx, id, day).await?.ok_or(AppError::NotFound)?;
        let node = units::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
        Ok(Self {
            ancestors: history::ancestors_as_of(tx, id, day).await?,
            whole: shown::of_node_on(tx, sight, id, day).await?,
            shown: shown::parts_on(tx, sight, id, day).await?,
            path: node.path,
            unit: state.into(),
            on: Some(day),
        })
    }

    /// All parts, with or without a border, by code.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn parts(&self, tx: &mut Tx) -> Result<Vec<Unit>, AppError> {
        Ok(match self.on {
            None => units::parts(tx, self.unit.id)
                .await?
                .into_iter()
                .map(Unit::from)
                .collect(),
            Some(day) => history::parts_as_of(tx, self.unit.id, day)
                .await?
                .into_iter()
                .map(Unit::from)
                .collect(),
        })
    }

    /// All borders: the unit's, then those of its parts.
    pub fn borders(&self) -> impl Iterator<Item = &Shown> {
        self.whole.iter().chain(&self.shown)
    }

    /// The code of what the unit, or one of its parts, is part of; empty for a root.
    pub fn parent_of(&self, area: &Shown) -> &str {
        if area.node_id != self.unit.id {
            return self.unit.code.as_str();
        }
        self.ancestors.last().map_or("", |above| above.code.as_str())
    }
}

/// The day that an address names, none for today.
///
/// # Errors
/// What to say beside the field.
pub fn day(text: &str, today: Date) -> Result<Option<Date>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day: Date = text
        .parse()
        .map_err(|_| "日期要写成 2025-01-01 这样。下面是今天的地图。")?;
    if day > today {
        return Err("那一天还没有到。下面是今天的地图。");
    }
    Ok((day < today).then_some(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_from_an_address() {
        let today: Date = "2026-11-23".parse().unwrap();
        assert_eq!(day("", today), Ok(None));
        assert_eq!(day(" 2026-11-23 ", today), Ok(None));
        assert_eq!(day("2025-01-01", today), Ok(Some("2025-01-01".parse().unwrap())));
        for wrong in ["2026-11-24", "2025-02-30", "../", "昨天", "2025"] {
            assert!(day(wrong, today).is_err(), "{wrong}");
        }
    }
}
