//! The figure that a map is coloured by: what each part comes to, and which class that is.

use db::{Cx, Tx};
use people::{
    model::{Band, Figures},
    server::figures,
};
use shared::{AppError, Permission};

use super::{geo::classes, page::holds, settings::Settings};
use crate::model::{Figure, Legend, Part};

/// Gives each part the figure of its residents, as far as the viewer is told.
///
/// # Errors
/// What the database answers.
pub async fn count_residents(
    cx: &Cx,
    tx: &mut Tx,
    path: &str,
    parts: &mut [Part],
    figure: Figure,
) -> Result<(), AppError> {
    let whole = holds(cx, Permission::StaffView, |scope| scope.covers(path));
    let counted = figures::of_parts(tx, path, cx.now().date()).await?;
    let nobody = Figures::of(&[], None);
    for part in parts {
        let all = counted.get(&part.code).unwrap_or(&nobody);
        let told = if whole { all.whole() } else { all.public() };
        part.counted = match figure {
            Figure::Households => told.households,
            Figure::Persons => told.persons,
            Figure::Infants => told.band(Band::Infant),
            Figure::Minors => told.band(Band::Minor),
            Figure::Old => told.band(Band::Old),
            Figure::Aged => told.band(Band::Aged),
            Figure::Alone => told.alone,
            Figure::Service => told.service_per_hundred,
            Figure::Grids | Figure::Workers | Figure::Area | Figure::Points => None,
        };
        // Where no 服务用房 was noted there is nothing to hide.
        let known = figure != Figure::Service || (told.service_area.is_some() && told.households.is_none());
        part.few = part.counted.is_none() && known;
    }
    Ok(())
}

/// Gives each part the number of its points of interest.
///
/// # Errors
/// What the database answers.
pub async fn count_points(
    cx: &Cx,
    settings: &Settings,
    path: &str,
    parts: &mut [Part],
) -> Result<(), AppError> {
    let Some(points) = &settings.points else {
        return Ok(());
    };
    let counted = points.below(cx, path).await?;
    for part in parts {
        part.counted = Some(counted.get(&part.code).copied().unwrap_or_default());
    }
    Ok(())
}

/// Gives each part its class.
pub fn colour(parts: &mut [Part], figure: Figure) -> Legend {
    let classes = classes::natural(parts.iter().filter_map(|part| part.value(figure)), classes::MOST);
    let mut without = 0;
    for part in parts {
        part.class = part
            .value(figure)
            .and_then(|value| classes::class_of(&classes, value));
        without += usize::from(part.class.is_none());
    }
    Legend {
        title: figure.title(),
        classes,
        without,
    }
}
