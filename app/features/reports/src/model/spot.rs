//! Where something is, as it is chosen in a form: a unit, or a building in it by its name.

use orgs::model::{Code, NodeKind};
use serde::{Deserialize, Serialize};
use shared::AppError;

/// Between the unit and the building's name.
const BETWEEN: char = '@';
/// The longest name of a building, in characters.
const NAME: usize = 60;

/// Where something is, to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// A unit's code, or what [`Chosen`] reads.
    pub code: String,
    pub name: String,
    /// What it is part of.
    pub place: String,
}

/// A unit that was chosen, and the name of the building in it, if one was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub code: Code,
    pub building: Option<String>,
}

impl Chosen {
    /// `320581001001001`, or `320581001001001@花园浜3幢`.
    pub fn read(text: &str) -> Option<Self> {
        let (code, name) = text.trim().split_once(BETWEEN).unwrap_or((text.trim(), ""));
        let name = name.trim();
        let fits = name.chars().count() <= NAME && !name.chars().any(char::is_control);
        let code = code.parse::<Code>().ok().filter(|_| fits)?;
        Some(Self {
            code,
            building: Some(name.to_owned()).filter(|name| !name.is_empty()),
        })
    }

    /// What a form sends for a building.
    pub fn written(code: &Code, building: &str) -> String {
        format!("{code}{BETWEEN}{building}")
    }

    /// Where it is in words: the building, and what was typed beside it.
    pub fn address(&self, typed: &str) -> String {
        match self.building.as_deref() {
            Some(name) if !typed.starts_with(name) && !typed.is_empty() => format!("{name}，{typed}"),
            Some(name) if typed.is_empty() => name.to_owned(),
            _ => typed.to_owned(),
        }
    }

    /// What a form says that has both: a unit, and a list of the buildings around.
    ///
    /// # Errors
    /// [`AppError::Invalid`] on `building` for one in another community.
    pub fn of_form(node: &str, building: &str) -> Result<String, AppError> {
        let Some(chosen) = Self::read(building).filter(|chosen| chosen.building.is_some()) else {
            return Ok(node.to_owned());
        };
        let same = Self::read(node).is_none_or(|unit| {
            let within = community(&unit.code);
            within.is_some() && within == community(&chosen.code)
        });
        if same {
            Ok(building.trim().to_owned())
        } else {
            Err(AppError::invalid(
                "building",
                "这一幢不在您选的地方。请重新选楼，或者选“不在楼里，或者说不清”。",
            ))
        }
    }
}

/// The community that a unit is, or is part of.
pub fn community(code: &Code) -> Option<Code> {
    let mut code = code.clone();
    while code.kind() > NodeKind::Community {
        code = code.parent()?;
    }
    (code.kind() == NodeKind::Community).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: &str = "320581001001001";
    const BUILDING: &str = "320581001001001@花园浜3幢";

    #[test]
    fn a_building_is_a_unit_and_a_name() {
        let chosen = Chosen::read(BUILDING).unwrap();
        assert_eq!(chosen.code.to_string(), GRID);
        assert_eq!(chosen.address(""), "花园浜3幢");
        assert_eq!(chosen.address("北门口"), "花园浜3幢，北门口");
        assert_eq!(chosen.address("花园浜3幢北门口"), "花园浜3幢北门口");
        assert_eq!(Chosen::written(&chosen.code, "花园浜3幢"), BUILDING);
        let unit = Chosen::read(GRID).unwrap();
        assert_eq!(
            (unit.building.as_deref(), unit.address("北门口")),
            (None, "北门口".into())
        );
        for text in ["", "花园浜", "@花园浜3幢", "320581001001001@a\nb"] {
            assert_eq!(Chosen::read(text), None, "{text}");
        }
        let long = format!("{GRID}@{}", "幢".repeat(NAME + 1));
        assert_eq!(Chosen::read(&long), None);
    }

    #[test]
    fn a_building_of_another_community_is_refused() {
        for unit in ["320581001001", GRID, "320581001001002", ""] {
            assert_eq!(Chosen::of_form(unit, BUILDING).as_deref(), Ok(BUILDING), "{unit}");
        }
        let elsewhere = Chosen::of_form("320581001002", BUILDING);
        assert_eq!(elsewhere.map_err(|error| error.status()), Err(422));
        assert_eq!(Chosen::of_form(GRID, "").as_deref(), Ok(GRID));
        assert_eq!(Chosen::of_form(GRID, GRID).as_deref(), Ok(GRID));
    }

    #[test]
    fn near_is_in_the_same_community() {
        let of = |code: &str| community(&code.parse().unwrap()).map(|code| code.to_string());
        assert_eq!(of(GRID).as_deref(), Some("320581001001"));
        assert_eq!(of("320581001001").as_deref(), Some("320581001001"));
        assert_eq!(of("320581001"), None);
    }
}
