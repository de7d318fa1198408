//! The roll of a place as of a day.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{
    Button, ButtonKind, Card, Column, Empty, Glyph, List, ListRow, Notice, Page, Pager, Resource, Tab, Table,
    Tabs, Tone, Width, cell,
};

use super::{
    frame::{escaped, loaded, query},
    roll_counts::Counts,
};
use crate::{
    api,
    model::{Part, PlaceChoice, RollGroup, RollPage, RollRow, deputy_rule},
};

pub struct RollRoute;

#[lazy_route]
impl LazyRoute for RollRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let (node, on, of, after) = (query("node"), query("on"), query("of"), query("after"));
        let shown = Resource::new(
            move || (node.get(), on.get(), of.get(), after.get()),
            |(node, on, of, after)| api::get_roll(node, on, of, after),
        );
        loaded(shown, move |page| view! { <Roll page/> }.into_any())
    }
}

#[component]
fn Roll(page: RollPage) -> impl IntoView {
    let address = {
        let (node, on) = (page.here.code.to_string(), page.on.to_string());
        move |part: Part| format!("/people/roll?node={node}&on={on}&of={}", part.code())
    };
    let tabs = Part::ALL
        .iter()
        .map(|part| Tab::new(part.label(), address(*part), *part == page.part))
        .collect();
    let above = vec![("居民和房屋".to_owned(), "/people".to_owned())];
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{}&after={}", address(page.part), escaped(next)));
    let body = match page.part {
        Part::Counts => view! { <Counts page=page.clone()/> }.into_any(),
        Part::Groups => view! { <Groups page=page.clone()/> }.into_any(),
        Part::Deputies => view! { <Deputies page=page.clone()/> }.into_any(),
        Part::Party => view! { <Members page=page.clone()/> }.into_any(),
        Part::Adults | Part::Representatives => {
            view! { <People rows=page.rows.rows.clone() part=page.part/> }.into_any()
        }
    };
    let orphaned = page.orphaned;
    view! {
        <Page title="名册" eyebrow=page.here.name.clone() above=above width=Width::Wide>
            <div class="stack loose">
                <Choose page=page.clone()/>
                {(orphaned > 0).then(|| view! {
                    <Notice tone=Tone::Late title=format!("有 {orphaned} 户还在已经撤销的网格里")>
                        "已计入总数。请在楼栋图里把这些楼划到新的网格。"
                    </Notice>
                })}
                <Tabs label="名册的各部分" tabs/>
                {body}
                {onward.map(|onward| view! { <Pager onward=onward/> })}
            </div>
        </Page>
    }
}

/// Which place, as of which day.
#[component]
fn Choose(page: RollPage) -> impl IntoView {
    let code = page.here.code.to_string();
    let known = page.choices.iter().any(|place| place.code == page.here.code);
    let own = (!known).then(|| page.here.clone());
    let options = own
        .into_iter()
        .chain(page.choices)
        .map(|place: PlaceChoice| {
            let value = place.code.to_string();
            let selected = value == code;
            view! { <option value=value selected=selected>{place.name}</option> }
        })
        .collect_view();
    view! {
        <form class="people-find" method="get" action="/people/roll">
            <div class="field">
                <label for="roll-node">"哪里的名册"</label>
                <select class="input" id="roll-node" name="node">{options}</select>
            </div>
            <div class="field">
                <label for="roll-on">"哪一天的"</label>
                <input class="input" id="roll-on" type="date" name="on" value=page.on.to_string()/>
            </div>
            <input type="hidden" name="of" value=page.part.code()/>
            <Button kind=ButtonKind::Plain submit=true icon=Glyph::History>"看"</Button>
        </form>
    }
}

#[component]
fn People(rows: Vec<RollRow>, part: Part) -> impl IntoView {
    if rows.is_empty() {
        return view! { <Empty icon=Glyph::People title="这一天没有人在名册上" detail="换一天，或者换一个地方看看。"/> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let detail = [row.address, row.detail]
                .into_iter()
                .filter(|words| !words.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
            match row.household {
                Some(id) => {
                    view! { <ListRow title=row.name detail=detail href=format!("/people/households/{id}")/> }
                        .into_any()
                }
                None => view! { <ListRow title=row.name detail=detail/> }.into_any(),
            }
        })
        .collect_view();
    view! { <Card title=part.label() flush=true><List label=part.label()>{rows}</List></Card> }.into_any()
}

#[component]
fn Groups(page: RollPage) -> impl IntoView {
    if page.groups.is_empty() {
        return view! {
            <Empty icon=Glyph::People title="还没有居民小组" detail="在社区的组织页面登记居民小组，再把各户编进去。"/>
        }
        .into_any();
    }
    let ungrouped = page.counts.ungrouped;
    view! {
        {(!page.whole).then(|| view! { <Notice>"只数各小组在这个网格里的户。居民代表够不够，看社区（村）的名册。"</Notice> })}
        <GroupTable groups=page.groups village=page.village whole=page.whole/>
        {(ungrouped > 0).then(|| view! { <p>{format!("还有 {ungrouped} 户没有编入小组。")}</p> })}
    }
    .into_any()
}

#[component]
pub fn GroupTable(
    groups: Vec<RollGroup>,
    village: bool,
    /// All of each group is in it, so that its deputies can be compared with what it elects.
    whole: bool,
) -> impl IntoView {
    let mut columns = vec![
        Column::text("居民小组"),
        Column::number("户"),
        Column::number("人"),
        Column::number("居民代表"),
    ];
    if whole {
        columns.push(Column::text("够不够"));
    }
    let rows = groups
        .into_iter()
        .map(|group| {
            let mut cells = vec![
                cell(group.name),
                cell(group.households),
                cell(group.persons),
                cell(group.deputies),
            ];
            if whole {
                cells.push(cell(ratio(group.households, group.deputies, village)));
            }
            cells
        })
        .collect();
    view! { <Table caption="居民小组" columns rows/> }
}

/// Whether there are as many deputies as households elect, in words.
pub fn ratio(households: i64, deputies: i64, village: bool) -> String {
    let (least, most) = deputy_rule(village).due(households);
    if households == 0 {
        "没有户".to_owned()
    } else if deputies < least {
        format!("少 {} 人（应有 {least} 到 {most} 人）", least - deputies)
    } else if deputies > most {
        format!("多 {} 人（应有 {least} 到 {most} 人）", deputies - most)
    } else {
        format!("合适（应有 {least} 到 {most} 人）")
    }
}

/// For how many households one is elected, in words.
pub fn elected(village: bool) -> String {
    let rule = deputy_rule(village);
    format!("每 {} 到 {} 户推选一人", rule.fewest, rule.most)
}

#[component]
fn Deputies(page: RollPage) -> impl IntoView {
    let term = page
        .term
        .clone()
        .unwrap_or_else(|| "居委会还没有登记届次".to_owned());
    let (households, deputies) = (page.counts.households, page.counts.deputies);
    // A community elects, not each of its grids.
    let words = if page.whole {
        let (each, fits) = (elected(page.village), ratio(households, deputies, page.village));
        format!("{each}：{households} 户，代表 {deputies} 人，{fits}。")
    } else {
        format!("住在这个网格的居民代表 {deputies} 人。够不够，看社区（村）的名册。")
    };
    view! {
        <Card title="居民代表" end=move || view! { <span class="small quiet">{term}</span> }>
            <p>{words}</p>
        </Card>
        <People rows=page.rows.rows part=Part::Deputies/>
    }
}

#[component]
fn Members(page: RollPage) -> impl IntoView {
    let said = if page.all_members {
        "您担任党内职务，看到的是全部党员。"
    } else {
        "这里只列出同意公开党员身份的人。"
    };
    let columns = vec![
        Column::text("党支部"),
        Column::number("党员"),
        Column::number("其中正式党员（有表决权）"),
    ];
    let rows: Vec<Vec<AnyView>> = page
        .branches
        .into_iter()
        .map(|branch| vec![cell(branch.name), cell(branch.persons), cell(branch.households)])
        .collect();
    view! {
        <Notice>{said}</Notice>
        {(!rows.is_empty()).then(|| view! { <Table caption="各支部" columns rows/> })}
        <People rows=page.rows.rows part=Part::Party/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_and_too_many_deputies_are_told() {
        assert_eq!(ratio(500, 5, false), "少 5 人（应有 10 到 25 人）");
        assert_eq!(ratio(500, 30, false), "多 5 人（应有 10 到 25 人）");
        assert_eq!(ratio(500, 10, false), "合适（应有 10 到 25 人）");
        assert_eq!(ratio(0, 0, false), "没有户");
        assert_eq!(ratio(300, 10, true), "少 10 人（应有 20 到 60 人）");
        assert_eq!(elected(true), "每 5 到 15 户推选一人");
    }
}
