//! Where a building stands, as drawn or typed: checked against the border of its grid, stored by the pillar that has the buildings.

use db::{Cx, Tx};
use geo::{Area, BooleanOps, Validation};
use orgs::model::NodeKind;
use people::{
    model::{BuildingId, building_label},
    server::places::{self, Building, Placing as Stored},
};
use shared::{AppError, NodeId};

use super::{
    geo::{Border, border::doubled_area, label, write},
    import::stored_border,
    settings::Settings,
    shown,
    sight::Sight,
};
use crate::model::{
    Bounds, Place,
    border::Ring,
    outline::{self, Placing},
};

/// As much of an outline may lie beyond the border: borders follow walls, and two drawings of a wall never quite agree.
const BEYOND: f64 = 0.05;
/// Neighbours that are drawn around a building.
const NEIGHBOURS: i64 = 200;
/// How far around it, in 1e-7 degrees: some 300 m.
const AROUND: i64 = 30_000;

/// The ground that a unit has.
struct Ground {
    name: String,
    border: Border,
    synthetic: bool,
}

/// The borders that a building has to lie in: its grid's, then those of what that is part of up to the community. What has none
/// is left out.
async fn grounds(tx: &mut Tx, sight: &Sight, grid: NodeId) -> Result<Vec<Ground>, AppError> {
    let mut grounds = Vec::new();
    let mut next = Some(grid);
    while let Some(id) = next {
        let node = orgs::server::store::by_id(tx, id)
            .await?
            .ok_or(AppError::NotFound)?;
        if node.kind < NodeKind::Community {
            break;
        }
        if let Some(area) = shown::of_node(tx, sight, id).await? {
            grounds.push(Ground {
                name: area.name.clone(),
                border: stored_border(&area.geometry)?,
                synthetic: area.synthetic,
            });
        }
        next = node.parent_id;
    }
    Ok(grounds)
}

fn place_of(building: &Building) -> Option<Place> {
    let (lon, lat) = building.lon.zip(building.lat)?;
    Some(Place {
        lon: i32::try_from(lon).ok()?,
        lat: i32::try_from(lat).ok()?,
    })
}

/// A building that the caller may change, with the ground that it has to lie in.
async fn standing(
    cx: &Cx,
    tx: &mut Tx,
    settings: &Settings,
    id: BuildingId,
) -> Result<(Building, Vec<Ground>), AppError> {
    let building = places::building(cx, tx, id).await?;
    if building.valid_to.is_some() {
        return Err(AppError::NotFound);
    }
    let sight = Sight::of(cx, tx, settings).await?;
    let grounds = grounds(tx, &sight, building.node_id).await?;
    Ok((building, grounds))
}

/// What the page begins with.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or if the building is no more, or what the database answers.
pub async fn page(cx: &Cx, settings: &Settings, id: BuildingId) -> Result<Placing, AppError> {
    let mut tx = cx.read().await?;
    let (building, grounds) = standing(cx, &mut tx, settings, id).await?;
    let own = building.shape.as_deref().map(stored_border).transpose()?;
    let outline: Ring = own
        .and_then(|own| own.0.into_iter().next()?.into_iter().next())
        .unwrap_or_default();
    let place = place_of(&building);
    // Innermost first: that is the one it has to lie in.
    let ground = grounds.into_iter().next();
    let mut around = ground
        .as_ref()
        .map(|ground| ground.border.clone())
        .unwrap_or_default();
    if let Some(place) = place {
        let (lon, lat) = (i64::from(place.lon), i64::from(place.lat));
        let rectangle = [lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND];
        let near = places::drawn_at(&mut tx, &cx.scope, rectangle, NEIGHBOURS).await?;
        for other in near.into_iter().filter(|other| other.id != id) {
            if let Some(shape) = other.shape {
                around.0.extend(stored_border(&shape)?.0);
            }
        }
    }
    Ok(Placing {
        id: id.to_string(),
        version: building.version,
        name: format!("{}{}", building.name, building_label(&building.number)),
        grid: building.grid,
        place: place.filter(|_| outline.is_empty()),
        outline,
        around,
        synthetic: ground.is_some_and(|ground| ground.synthetic),
        script: settings.edit_script.clone(),
        options: settings.basemap().map_or_else(String::new, |basemap| {
            serde_json::json!({ "basemap": basemap }).to_string()
        }),
    })
}

/// What was typed or drawn: degrees as text, and an outline, which comes before them.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub lon: String,
    pub lat: String,
    pub shape: String,
}

/// Notes where a building stands.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or if the building is no more, [`AppError::Conflict`] if it was changed meanwhile,
/// [`AppError::Invalid`] by field, or what the database answers.
pub async fn save(
    cx: &Cx,
    settings: &Settings,
    id: BuildingId,
    version: i64,
    typed: &Typed,
) -> Result<(), AppError> {
    let grounds = {
        let mut tx = cx.read().await?;
        standing(cx, &mut tx, settings, id).await?.1
    };
    let placing = checked(&grounds, typed)?;
    places::place_building(cx, id, version, &placing).await
}

/// What is stored of what was typed.
fn checked(grounds: &[Ground], typed: &Typed) -> Result<Stored, AppError> {
    let ring = outline::read(&typed.shape).map_err(|words| AppError::invalid("shape", words))?;
    if !ring.is_empty() {
        let border = simple(ring)?;
        within(grounds, "shape", |ground| lies_in(&border, ground))?;
        let inside = label::inside(&border).or_else(|| border.bounds().map(Bounds::centre));
        return Ok(Stored {
            place: inside.map(|place| (place.lon.into(), place.lat.into())),
            shape: Some(write::geometry(&border)),
        });
    }
    let place = match (typed.lon.trim(), typed.lat.trim()) {
        ("", "") => return Ok(Stored::default()),
        (lon, lat) => {
            let numbers = lon.parse::<f64>().ok().zip(lat.parse::<f64>().ok());
            let (lon, lat) = numbers
                .ok_or_else(|| AppError::invalid("lon", "位置请填经度和纬度，如 120.7402、31.6411。"))?;
            outline::place(lon, lat).map_err(|words| AppError::invalid("lon", words))?
        }
    };
    within(grounds, "lon", |ground| ground.contains(place))?;
    Ok(Stored {
        place: Some((place.lon.into(), place.lat.into())),
        shape: None,
    })
}

/// The ring as a border, counter-clockwise, if it encloses something and does not cross itself.
fn simple(mut ring: Ring) -> Result<Border, AppError> {
    let area = doubled_area(&ring);
    if area < 0 {
        ring.reverse();
    }
    let origin = ring.first().copied().unwrap_or_default();
    let border = Border(vec![vec![ring]]);
    if !border.to_geo(origin).is_valid() {
        let words = "轮廓的边不能互相交叉，也不能叠在一起。请沿着外墙一个角一个角地画。";
        return Err(AppError::invalid("shape", words));
    }
    if area == 0 {
        return Err(AppError::invalid("shape", "这个轮廓没有围出面积，请重新画。"));
    }
    Ok(border)
}

/// Whether the outline lies in the ground, but for a sliver.
fn lies_in(outline: &Border, ground: &Border) -> bool {
    let origin = outline.corners().next().unwrap_or_default();
    let own = outline.to_geo(origin);
    let beyond = own.difference(&ground.to_geo(origin));
    beyond.unsigned_area() <= own.unsigned_area() * BEYOND
}

/// Whether it lies in the innermost ground. Where nobody has a border yet there is nothing to ask.
fn within(grounds: &[Ground], field: &str, lies_in: impl Fn(&Border) -> bool) -> Result<(), AppError> {
    let Some((own, above)) = grounds.split_first() else {
        return Ok(());
    };
    if lies_in(&own.border) {
        return Ok(());
    }
    let words = match above.iter().find(|ground| lies_in(&ground.border)) {
        Some(ground) => format!(
            "这里在{}里面，但不在{}里面。要是这一幢归别的网格，请先在“更正这一幢”里换网格。",
            ground.name, own.name
        ),
        None => format!("这里不在{}里面，请核对位置。", above.last().unwrap_or(own).name),
    };
    Err(AppError::invalid(field, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::geo::border::tests::rectangle;

    /// A grid of some 200 m within a community of some 400 m.
    fn grounds() -> Vec<Ground> {
        let ground = |name: &str, side: i32| Ground {
            name: name.to_owned(),
            border: rectangle(
                1_207_400_000,
                316_400_000,
                1_207_400_000 + side,
                316_400_000 + side,
            ),
            synthetic: false,
        };
        vec![ground("第一网格", 20_000), ground("花园浜", 40_000)]
    }

    fn typed(shape: &str) -> Typed {
        Typed {
            shape: shape.to_owned(),
            ..Typed::default()
        }
    }

    fn fault(typed: &Typed, field: &str) -> String {
        let refused = checked(&grounds(), typed).unwrap_err();
        refused.for_field(field).collect::<Vec<_>>().join("")
    }

    #[test]
    fn an_outline_is_stored_as_borders_are_with_a_point_inside() {
        // Clockwise, as somebody may draw it.
        let drawn = "120.7405,31.6405\n120.7405,31.6408\n120.7409,31.6408\n120.7409,31.6405";
        let stored = checked(&grounds(), &typed(drawn)).unwrap();
        let border = stored_border(&stored.shape.unwrap()).unwrap();
        assert!(doubled_area(&border.0[0][0]) > 0);
        let (lon, lat) = stored.place.unwrap();
        let place = Place {
            lon: lon.try_into().unwrap(),
            lat: lat.try_into().unwrap(),
        };
        assert!(border.contains(place));
        let point = Typed {
            lon: "120.7405".into(),
            lat: "31.6405".into(),
            shape: String::new(),
        };
        let stored = checked(&grounds(), &point).unwrap();
        assert_eq!(stored.place, Some((1_207_405_000, 316_405_000)));
        assert_eq!(checked(&grounds(), &Typed::default()).unwrap(), Stored::default());
    }

    #[test]
    fn a_bow_tie_and_what_lies_elsewhere_are_refused() {
        let tie = "120.7405,31.6405\n120.7409,31.6408\n120.7409,31.6405\n120.7405,31.6408";
        assert!(fault(&typed(tie), "shape").contains("交叉"));
        let line = "120.7405,31.6405\n120.7406,31.6405\n120.7407,31.6405";
        assert!(!fault(&typed(line), "shape").is_empty());
        // Across the grid's border, then outside of the community.
        let across = "120.7415,31.6405\n120.7425,31.6405\n120.7425,31.6408\n120.7415,31.6408";
        let words = fault(&typed(across), "shape");
        assert!(words.contains("花园浜") && words.contains("第一网格"), "{words}");
        let outside = "120.7515,31.6405\n120.7525,31.6405\n120.7525,31.6408";
        assert_eq!(
            fault(&typed(outside), "shape"),
            "这里不在花园浜里面，请核对位置。"
        );
        // A wall that two drawings do not quite agree on.
        let sliver = "120.7410,31.6405\n120.74201,31.6405\n120.74201,31.6408\n120.7410,31.6408";
        assert!(checked(&grounds(), &typed(sliver)).is_ok());
        let point = Typed {
            lon: "120.7530".into(),
            lat: "31.6405".into(),
            shape: String::new(),
        };
        assert!(fault(&point, "lon").contains("花园浜"));
        assert!(
            checked(&[], &typed(outside)).is_ok(),
            "without borders nothing is asked"
        );
    }
}
