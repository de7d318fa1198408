//! What an address says of a filter of the work list, and what the map beside it is told.

use super::Filter;

impl Filter {
    /// As who has it: the viewer, by one of their posts, whole or a part.
    pub const MINE: &str = "mine";

    /// What is asked for, by name, from the beginning of the list; words last.
    pub fn asked(&self) -> Vec<(&'static str, String)> {
        let ticked = |is: bool| if is { "true".to_owned() } else { String::new() };
        let mut asked = vec![
            ("node", self.node.clone()),
            ("state", self.state.clone()),
            ("kind", self.kind.clone()),
            ("category", self.category.clone()),
            ("late", ticked(self.late)),
            ("urgency", self.urgency.clone()),
            ("holder", self.holder.clone()),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("joint", ticked(self.joint)),
            ("urged", ticked(self.urged)),
            ("q", self.q.clone()),
        ];
        asked.retain(|(_, value)| !value.is_empty());
        asked
    }

    /// To what the layer of the map is narrowed, as the map's address has it in `only`; the words of a search are the list's alone.
    pub fn only(&self) -> String {
        let asked = self.asked();
        let told = asked.iter().filter(|(name, _)| *name != "q");
        told.map(|(name, value)| format!("{name}.{value}"))
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Whether it asks for more than what the tabs above the list ask for.
    pub fn is_narrow(&self) -> bool {
        let asked = self.asked();
        asked
            .iter()
            .any(|(name, _)| !matches!(*name, "state" | "late" | "q"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked_for_and_nothing_else() {
        let filter = Filter {
            node: "320581001001".into(),
            late: true,
            q: "路灯".into(),
            ..Filter::default()
        };
        assert_eq!(
            filter.asked(),
            [
                ("node", "320581001001".to_owned()),
                ("late", "true".to_owned()),
                ("q", "路灯".to_owned())
            ]
        );
        assert_eq!(filter.only(), "node.320581001001,late.true");
        assert!(filter.is_narrow());
        let tab = Filter {
            state: "ended".into(),
            ..Filter::default()
        };
        assert!(!tab.is_narrow());
    }
}
