//! The figure that a map is coloured by: what each part comes to, and which class that is.

use std::collections::HashMap;

use db::{Cx, Tx};
use people::{
    model::{Band, Figures},
    server::figures,
};
use shared::{AppError, Permission};
use tasks::server::task;

use super::{counter::PartCounter, geo::classes, page::holds, scene::Scene, settings::Settings};
use crate::model::{Figure, Legend, Part, Sees, told_day};

/// What of the figures of a unit the viewer is told. Of today anybody is told how many live there, and of the first day of a year that has
/// passed; of any day those who work there are.
pub fn sees(cx: &Cx, settings: &Settings, scene: &Scene) -> Sees {
    let here = |permission| holds(cx, permission, |scope| scope.covers(&scene.path));
    let staff = here(Permission::StaffView);
    Sees {
        residents: staff || scene.on.is_none_or(|day| day == told_day(day)),
        tasks: here(Permission::TaskOversee),
        posts: staff && settings.posts.is_some(),
    }
}

/// Gives each part the figure of its residents, as far as the viewer is told.
///
/// # Errors
/// What the database answers.
pub async fn count_residents(
    cx: &Cx,
    tx: &mut Tx,
    scene: &Scene,
    parts: &mut [Part],
    figure: Figure,
) -> Result<(), AppError> {
    let whole = holds(cx, Permission::StaffView, |scope| scope.covers(&scene.path));
    let counted = match scene.on {
        None => figures::of_parts(tx, &scene.path, cx.now().date()).await?,
        Some(day) => {
            let then = figures::of_parts_on(tx, scene.unit.id, day).await?;
            // Before anybody was noted it is not known that nobody lived there.
            if then.is_empty() {
                return Ok(());
            }
            then
        }
    };
    let nobody = Figures::of(&[], None);
    for part in parts {
        let all = counted.get(&part.code).unwrap_or(&nobody);
        let told = if whole { all.whole() } else { all.public() };
        part.counted = match figure {
            Figure::Households => told.households,
            Figure::Persons => told.persons,
            Figure::Alone => told.alone,
            Figure::Service => told.service_per_hundred,
            figure => band(figure).and_then(|band| told.band(band)),
        };
        // Where no 服务用房 was noted there is nothing to hide.
        let known = figure != Figure::Service || (told.service_area.is_some() && told.households.is_none());
        part.few = part.counted.is_none() && known;
    }
    Ok(())
}

/// The age band that a figure counts.
const fn band(figure: Figure) -> Option<Band> {
    match figure {
        Figure::Infants => Some(Band::Infant),
        Figure::Minors => Some(Band::Minor),
        Figure::Adults => Some(Band::Adult),
        Figure::Old => Some(Band::Old),
        Figure::Aged => Some(Band::Aged),
        Figure::Ageless => Some(Band::Unknown),
        Figure::Grids
        | Figure::Workers
        | Figure::Area
        | Figure::Households
        | Figure::Persons
        | Figure::Alone
        | Figure::Service
        | Figure::Points
        | Figure::Tasks
        | Figure::Posts => None,
    }
}

/// Gives each part what another pillar counts in it.
///
/// # Errors
/// What the database answers.
pub async fn count(counter: &PartCounter, cx: &Cx, path: &str, parts: &mut [Part]) -> Result<(), AppError> {
    give(&counter.below(cx, path).await?, parts);
    Ok(())
}

/// Gives each part the number of tasks that are open at or below it, without those whose circle is narrow.
///
/// # Errors
/// What the database answers.
pub async fn count_tasks(tx: &mut Tx, path: &str, parts: &mut [Part]) -> Result<(), AppError> {
    let mut counted: HashMap<String, i64> = HashMap::new();
    for (at, many) in task::open_below(tx, path).await? {
        let part = at.strip_prefix(path).and_then(|below| below.split('/').next());
        // What is the unit's own belongs to none of its parts.
        if let Some(part) = part.filter(|code| !code.is_empty()) {
            *counted.entry(part.to_owned()).or_default() += many;
        }
    }
    give(&counted, parts);
    Ok(())
}

/// None is a number here.
fn give(counted: &HashMap<String, i64>, parts: &mut [Part]) {
    for part in parts {
        part.counted = Some(counted.get(&part.code).copied().unwrap_or_default());
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_age_band_colours_a_map() {
        for wanted in Band::ALL {
            let figure = Figure::ALL
                .into_iter()
                .find(|figure| band(*figure) == Some(*wanted));
            assert!(
                figure.is_some_and(Figure::is_of_residents),
                "{wanted:?} is offered"
            );
        }
    }
}
