//! What the live map is told: where its shapes are, and the value of each for the figure that it is coloured by.

use serde_json::json;

use super::settings::Settings;
use crate::model::MapPage;

/// Parts that are sent in one file; more are drawn from tiles, of which a browser fetches what it looks at.
const MOST_IN_A_FILE: usize = 2_000;

/// What the map adapter is told.
pub fn options(page: &MapPage, settings: &Settings) -> String {
    let figure = page.figure.zip(page.legend.as_ref()).map(|(figure, legend)| {
        let values: serde_json::Map<String, serde_json::Value> = page
            .parts
            .iter()
            .map(|part| (part.code.clone(), part.value(figure).into()))
            .collect();
        json!({ "name": figure.label(), "unit": figure.unit(), "values": values, "breaks": legend.breaks() })
    });
    let basemap = settings.basemap();
    let tiled = page.parts.len() > MOST_IN_A_FILE;
    let (code, day) = (&page.code, page.day());
    let (data, tiles) = if tiled {
        let sign = if page.on.is_some() { '&' } else { '?' };
        let tiles = format!("/map/parts/{code}/{{z}}-{{x}}-{{y}}.mvt{day}");
        (format!("/map/data/{code}.geojson{day}{sign}whole"), Some(tiles))
    } else {
        (format!("/map/data/{code}.geojson{day}"), None)
    };
    let mut options = json!({
        "data": data,
        "tiles": tiles,
        "node": page.code,
        "list": "#map-list",
        "title": page.name,
        "notice": page.mark(),
        "figure": figure,
        "basemap": basemap,
    });
    if let Some(options) = options.as_object_mut() {
        options.retain(|_, value| !value.is_null());
    }
    options.to_string()
}

#[cfg(test)]
mod tests {
    use orgs::model::NodeKind;
    use serde_json::Value;

    use super::*;
    use crate::{
        model::{Class, Figure, Legend, Part, Terms},
        server::coloured,
    };

    fn part(n: usize) -> Part {
        Part {
            code: format!("320581001001{n:04}"),
            name: format!("第{n}网格"),
            kind: NodeKind::Grid,
            has_map: false,
            square_metres: None,
            grids: 1,
            workers: n as i64,
            counted: None,
            few: false,
            class: None,
        }
    }

    fn page(parts: usize) -> MapPage {
        let mut parts: Vec<Part> = (0..parts).map(part).collect();
        let legend = coloured::colour(&mut parts, Figure::Workers);
        MapPage {
            code: "320581001001".into(),
            name: "花园浜社区".into(),
            kind: NodeKind::Community,
            ancestors: Vec::new(),
            drawing: None,
            picture: None,
            parts,
            more_parts: 0,
            figure: Some(Figure::Workers),
            figures: Vec::new(),
            legend: Some(legend),
            key: None,
            without: None,
            terms: Terms::Synthetic,
            script: None,
            options: String::new(),
            may_import: false,
            may_edit: false,
            on: None,
            refused: None,
            reads_roll: false,
            coming: Vec::new(),
        }
    }

    fn told(page: &MapPage) -> Value {
        serde_json::from_str(&options(page, &Settings::default())).unwrap()
    }

    #[test]
    fn many_parts_come_as_tiles_and_every_one_has_its_value() {
        let few = told(&page(MOST_IN_A_FILE));
        assert_eq!(few["data"], "/map/data/320581001001.geojson");
        assert_eq!(few.get("tiles"), None);
        let mut page = page(MOST_IN_A_FILE + 1);
        let many = told(&page);
        assert_eq!(many["data"], "/map/data/320581001001.geojson?whole");
        assert_eq!(many["tiles"], "/map/parts/320581001001/{z}-{x}-{y}.mvt");
        let values = many["figure"]["values"].as_object().unwrap();
        assert_eq!(values.len(), MOST_IN_A_FILE + 1);
        assert_eq!(values["3205810010012000"], 2000.0);
        page.on = Some("2025-01-01".parse().unwrap());
        let then = told(&page);
        assert_eq!(then["data"], "/map/data/320581001001.geojson?on=2025-01-01&whole");
        assert_eq!(
            then["tiles"],
            "/map/parts/320581001001/{z}-{x}-{y}.mvt?on=2025-01-01"
        );
        page.parts.truncate(MOST_IN_A_FILE);
        let few = told(&page);
        assert_eq!(few["data"], "/map/data/320581001001.geojson?on=2025-01-01");
        assert_eq!(few.get("tiles"), None);
    }

    #[test]
    fn a_figure_of_which_nothing_is_known_colours_nothing() {
        let mut page = page(3);
        page.figure = Some(Figure::Service);
        let legend: Legend = coloured::colour(&mut page.parts, Figure::Service);
        assert_eq!(legend.classes, [] as [Class; 0]);
        assert_eq!(legend.without, 3);
        page.parts[1].counted = Some(3_050);
        let legend = coloured::colour(&mut page.parts, Figure::Service);
        assert_eq!((legend.without, legend.classes[0].from), (2, 30.5));
        assert_eq!(legend.title, "每百户服务用房（平方米）");
        assert_eq!(Figure::Service.written(3_050), "30.50");
        page.legend = Some(legend);
        let values = &told(&page)["figure"]["values"];
        assert_eq!(values["3205810010010001"], 30.5);
        assert!(values["3205810010010000"].is_null());
    }
}
