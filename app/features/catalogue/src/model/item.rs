//! An item of a list: what is handled, by whom, by what law, in what time, with what papers.

use serde::{Deserialize, Serialize};
use shared::coded;

use super::{Every, TimeLimit};

coded! {
    /// The part of a grid's work that an item belongs to.
    Area {
        Party = "party", "党建引领";
        Policy = "policy", "政策宣传";
        Information = "information", "信息采集";
        Safety = "safety", "安全巡查";
        Order = "order", "平安稳定";
        Disputes = "disputes", "矛盾调解";
        Surroundings = "surroundings", "环境市容";
        Livelihood = "livelihood", "民生服务";
        Health = "health", "卫生健康";
        Emergency = "emergency", "应急处置";
    }
    /// What happens in a life, as people look for a service by it (菜单式服务).
    LifeEvent {
        Birth = "birth", "生育";
        School = "school", "上学";
        Work = "work", "就业失业";
        Marriage = "marriage", "结婚";
        Home = "home", "住房装修";
        Moving = "moving", "搬来搬走";
        Illness = "illness", "看病医保";
        Disability = "disability", "残疾";
        Hardship = "hardship", "遇到困难";
        Age = "age", "养老";
        Death = "death", "身后事";
        Neighbours = "neighbours", "邻里纠纷";
        Business = "business", "开店经营";
        Danger = "danger", "看到隐患";
    }
}

/// An item that a higher level moved down to the community (下沉): from where, and with what means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDown {
    pub from: String,
    pub means: String,
}

/// An item as one version of a list has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: String,
    pub area: Area,
    pub event: Option<LifeEvent>,
    /// The law or document it rests on.
    pub basis: String,
    pub lead: String,
    /// Empty if nobody assists.
    pub assist: String,
    pub limit: TimeLimit,
    /// What one brings along, a line each.
    pub materials: String,
    /// How it goes, a line each step.
    pub how: String,
    /// The desk to go to, if the list names one for all.
    pub place: String,
    pub phone: String,
    /// Whether residents see it in their menu; otherwise it is staff's own work.
    pub public: bool,
    /// How often a grid looks after it, where it is an inspection.
    pub every: Option<Every>,
    pub moved: Option<MovedDown>,
}

impl Item {
    /// Whether every word of `q` stands somewhere in what people would look for.
    pub fn means(&self, q: &str) -> bool {
        let event = self.event.map_or("", LifeEvent::label);
        let texts = [&*self.name, self.area.label(), event, &*self.how, &*self.lead];
        q.split_whitespace().all(|word| {
            let word = word.to_lowercase();
            texts.iter().any(|text| text.to_lowercase().contains(&word))
        })
    }

    /// The fields in which this differs from `before`, as they are called.
    pub fn differences(&self, before: &Self) -> Vec<&'static str> {
        let pairs = [
            (self.name != before.name, "名称"),
            (self.area != before.area, "类别"),
            (self.event != before.event, "人生事件"),
            (self.basis != before.basis, "依据"),
            (self.lead != before.lead, "牵头单位"),
            (self.assist != before.assist, "协助单位"),
            (self.limit != before.limit, "时限"),
            (self.materials != before.materials, "材料"),
            (self.how != before.how, "办理步骤"),
            (self.place != before.place, "地点"),
            (self.phone != before.phone, "电话"),
            (self.public != before.public, "是否对居民公开"),
            (self.every != before.every, "巡查周期"),
            (self.moved != before.moved, "下沉来源"),
        ];
        pairs
            .into_iter()
            .filter(|(differs, _)| *differs)
            .map(|(_, name)| name)
            .collect()
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn item(name: &str) -> Item {
        Item {
            name: name.into(),
            area: Area::Livelihood,
            event: Some(LifeEvent::Age),
            basis: "某办法第三条".into(),
            lead: "社区居委会".into(),
            assist: String::new(),
            limit: TimeLimit::WorkingDays(5),
            materials: "身份证".into(),
            how: "到窗口申请\n等通知".into(),
            place: String::new(),
            phone: "12345".into(),
            public: true,
            every: None,
            moved: None,
        }
    }

    #[test]
    fn one_finds_an_item_by_any_of_its_words() {
        let item = item("老年人优待证办理");
        for q in ["优待", "养老", "民生", "窗口", "养老 优待", ""] {
            assert!(item.means(q), "{q}");
        }
        assert!(!item.means("优待 上学"));
    }

    #[test]
    fn differences_are_named() {
        let (old, mut new) = (item("甲"), item("甲"));
        assert!(new.differences(&old).is_empty());
        new.limit = TimeLimit::AtOnce;
        new.basis = "另一办法".into();
        assert_eq!(new.differences(&old), ["依据", "时限"]);
    }
}
