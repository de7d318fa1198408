//! A report as an Open311 client sends it.
//!
//! Who sent it is the client's to know: names, mail addresses, numbers of devices and of accounts are not even read. A telephone number is
//! kept, sealed, for whoever has to call.

use std::collections::BTreeMap;

use grid::model::Place;
use orgs::model::Code;

use super::{Arguments, Trouble, Troubles, argument};
use crate::model::{Category, Kind, NewReport, text};

/// The longest description, in characters, as the specification has it.
pub const DESCRIPTION: usize = 4_000;
/// The longest address of a page with photos, and the longest location in words: what a matter's line has no room for goes into its words.
const ADDRESS: usize = 300;
const LINE: usize = 80;

/// Where it is: at least one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Where {
    pub pin: Option<Place>,
    pub unit: Option<Code>,
    /// As somebody would say it; also the name of a community is found in it.
    pub words: String,
}

/// A report that was checked, but for what only the database knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The code of a category.
    pub service: String,
    pub place: Where,
    pub description: String,
    pub phone: String,
    pub media: String,
    /// Answers to the category's questions, by their codes.
    pub attributes: BTreeMap<String, String>,
}

impl Posted {
    /// # Errors
    /// All that is wrong with it.
    pub fn read(arguments: &Arguments) -> Result<Self, Troubles> {
        let mut wrong = Troubles::new();
        let said = |name: &str| argument(arguments, name).to_owned();
        let service = said("service_code");
        if service.is_empty() {
            wrong.push(Trouble::wrong("service_code：没有给出，请从 services 里选一个。"));
        }
        let place = place(arguments, &mut wrong);
        let description = said("description");
        if description.chars().count() > DESCRIPTION {
            wrong.push(Trouble::wrong(format!("description：最多 {DESCRIPTION} 个字。")));
        }
        let media = said("media_url");
        if !(media.is_empty() || is_address(&media)) {
            wrong.push(Trouble::wrong(format!(
                "media_url：应为 http 或 https 开头的网址，最多 {ADDRESS} 个字符。"
            )));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self {
            service,
            place,
            description,
            phone: said("phone"),
            media,
            attributes: attributes(arguments),
        })
    }

    /// The report that it comes to, in a unit. A complaint about the community itself stays one, whatever the client calls it.
    pub fn report(&self, category: &Category, unit: &Code) -> NewReport {
        let kind = if category.about_unit {
            Kind::Complaint
        } else {
            Kind::Problem
        };
        let at = self.place.pin.map(|place| {
            let (lon, lat) = (place.lon_degrees(), place.lat_degrees());
            format!("{lon},{lat}")
        });
        NewReport {
            kind: kind.code().to_owned(),
            category: category.code.clone(),
            words: self.words(category),
            node: unit.to_string(),
            at: at.unwrap_or_default(),
            address: self.place.words.chars().take(LINE).collect(),
            phone: self.phone.clone(),
            answers: self.attributes.clone(),
            ..NewReport::default()
        }
    }

    /// What was written, and what else there is to say: nothing of it is fetched.
    fn words(&self, category: &Category) -> String {
        let mut words = if self.description.is_empty() {
            format!("{}（没有写说明）", category.label)
        } else {
            self.description.clone()
        };
        if self.place.words.chars().count() > LINE {
            words.push_str("\n位置：");
            words.push_str(&self.place.words);
        }
        if !self.media.is_empty() {
            words.push_str("\n照片或视频的网址：");
            words.push_str(&self.media);
        }
        words
    }
}

fn place(arguments: &Arguments, wrong: &mut Troubles) -> Where {
    let (lat, long) = (argument(arguments, "lat"), argument(arguments, "long"));
    let address: String = argument(arguments, "address_string")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let unit = argument(arguments, "address_id");
    if lat.is_empty() && long.is_empty() && address.is_empty() && unit.is_empty() {
        wrong.push(Trouble::wrong(
            "lat, long, address_string, address_id：没有给出位置，三种里至少要有一种。",
        ));
    }
    if lat.is_empty() != long.is_empty() {
        wrong.push(Trouble::wrong("lat, long：要一起给出。"));
    }
    let mut pin = None;
    if !lat.is_empty() && !long.is_empty() {
        pin = text::place(&format!("{long},{lat}"));
        if pin.is_none() {
            wrong.push(Trouble::wrong(
                "lat, long：这个位置不在国内，应为 WGS84 的经纬度。",
            ));
        }
    }
    let code = unit.parse::<Code>().ok();
    if !unit.is_empty() && code.is_none() {
        wrong.push(Trouble::wrong("address_id：应为社区或者网格的代码。"));
    }
    if address.chars().count() > ADDRESS || address.chars().any(char::is_control) {
        wrong.push(Trouble::wrong(format!(
            "address_string：最多 {ADDRESS} 个字，不要用特殊字符。"
        )));
    }
    Where {
        pin,
        unit: code,
        words: address,
    }
}

/// Whether it may stand in a report as an address of the web.
fn is_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let scheme = lower.starts_with("http://") || lower.starts_with("https://");
    scheme && text.chars().count() <= ADDRESS && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// `attribute[code]=value`, or `attribute[code][]=value`: of several values of one question the first that says something.
fn attributes(arguments: &Arguments) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (name, value) in arguments {
        let code = name
            .strip_prefix("attribute[")
            .and_then(|rest| rest.split_once(']'))
            .filter(|(_, after)| matches!(*after, "" | "[]"))
            .map(|(code, _)| code.trim());
        let value = value.trim();
        if let Some(code) = code
            && !value.is_empty()
        {
            all.entry(code.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    all
}
