//! A map as plain data, drawn by a view as inert SVG and taken over by the map adapter in place.

use serde::{Deserialize, Serialize};

/// One area on a drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub code: String,
    pub name: String,
    /// SVG path data in whole units of the view box.
    pub path: String,
    /// Where the label is centred, in whole units of the view box: always inside the area.
    pub label_x: i32,
    pub label_y: i32,
    /// How far the label may reach to each side before it leaves the area, in units of the view box.
    pub label_room: i32,
    /// The class of the area's figure, an index into the legend; `None` where there is no figure.
    pub class: Option<u8>,
}

impl Shape {
    /// Whether its [short name](short_label) has room in letters of `size` units.
    pub fn has_room(&self, size: i32) -> bool {
        i32::try_from(short_label(&self.name).chars().count())
            .is_ok_and(|letters| letters * size <= self.label_room * 2)
    }
}

/// A map of one unit and its parts in Web Mercator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// Width and height of the view box, in whole units: `viewBox="0 0 WIDTH HEIGHT"`.
    pub width: i32,
    pub height: i32,
    /// What the view box covers, in EPSG:3857 metres: left, bottom, right, top.
    pub extent: [f64; 4],
    /// The path of the unit whose parts the shapes are.
    pub outline: Option<String>,
    pub shapes: Vec<Shape>,
    /// How many areas were left out because a drawing holds so many at most.
    pub left_out: usize,
}

impl Drawing {
    /// The value of the attribute `viewBox`.
    pub fn view_box(&self) -> String {
        format!("0 0 {} {}", self.width, self.height)
    }

    /// The value of the attribute `data-extent`, in EPSG:3857 metres to the centimetre.
    pub fn data_extent(&self) -> String {
        let [left, bottom, right, top] = self.extent;
        format!("{left:.2},{bottom:.2},{right:.2},{top:.2}")
    }
}

/// One class of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// The smallest and the largest value that occurs in it.
    pub from: f64,
    pub to: f64,
    /// What the legend says: `3–5`, the last one `10 以上`.
    pub label: String,
    /// How many areas are in it.
    pub count: usize,
}

/// The legend of a coloured map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Legend {
    /// The figure's name with its unit.
    pub title: String,
    pub classes: Vec<Class>,
    /// Areas without a value.
    pub without: usize,
}

impl Legend {
    /// The step of a class, 0 to 4: its tone and its pattern, as the map adapter spreads n classes over five.
    pub fn step(&self, class: u8) -> u8 {
        let last = self.classes.len().saturating_sub(1).max(1);
        let step = (4.0 * f64::from(class) / last as f64).round();
        if step < 4.0 { step as u8 } else { 4 }
    }

    /// Where each class but the first begins: class i holds what at least i of them are not above.
    pub fn breaks(&self) -> Vec<f64> {
        self.classes.iter().skip(1).map(|class| class.from).collect()
    }
}

/// A name short enough for a label: without the words that say only that it is a committee. A name of which nothing would
/// be left stays whole.
pub fn short_label(name: &str) -> &str {
    let name = name.trim();
    for ending in [
        "社区居民委员会",
        "社区居委会",
        "村民委员会",
        "居民委员会",
        "村委会",
        "居委会",
        "街道办事处",
    ] {
        if let Some(rest) = name.strip_suffix(ending)
            && !rest.is_empty()
        {
            return rest;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_drop_what_every_neighbour_is_called() {
        assert_eq!(short_label("花园浜社区居委会"), "花园浜");
        assert_eq!(short_label("甸桥村村委会"), "甸桥村");
        assert_eq!(short_label("菱塘居委会"), "菱塘");
        assert_eq!(short_label("虞山街道"), "虞山街道");
        assert_eq!(short_label("居委会"), "居委会");
        assert_eq!(short_label("第7网格"), "第7网格");
    }
}
