//! Who may be noted twice after two rooms were put together.

use db::test::on_both;

use super::*;
use crate::{
    model::{BuildingForm, EstateForm, Leaving, Member, RoomForm, RoomId},
    server::household::{self, Arrival},
};

const RIGHT: &str = "花园浜3幢2单元501";

/// A room noted from a door that could not be read, in which somebody lives.
async fn odd_room(cx: &Cx, who: &PersonForm) -> Outcome<(RoomId, HouseholdId)> {
    let estate = EstateForm::read("花园浜第一网格", "")?;
    let odd = places::add_building(cx, GRID, &estate, &BuildingForm::read("9", "", "")?).await?;
    let room = places::add_room(cx, odd, &RoomForm::read("", "东", "")?).await?;
    let (household, _) = household::found(cx, room, who, Arrival::default()).await?;
    Ok((room, household))
}

async fn twins(cx: &Cx, id: HouseholdId) -> Outcome<Vec<Member>> {
    let members = household::page(cx, id).await?.members;
    Ok(members.into_iter().filter(|member| member.twin).collect())
}

#[tokio::test]
async fn who_lived_in_both_rooms_is_shown_to_the_worker_until_one_record_is_ended() {
    on_both(|t| async move {
        furnished(&t).await?;
        let known = person(&t.cx, "王芳").await?;
        let there = home(&t.cx, "王芳").await?;
        let (room, from) = odd_room(&t.cx, &form(true, "王芳", "1950", "")).await?;
        // Of a name that somebody else there bears, who was born in another year.
        household::add(
            &t.cx,
            from,
            1,
            &form(true, "王小明", "1978", ""),
            Arrival::default(),
        )
        .await?;
        assert!(twins(&t.cx, there).await?.is_empty() && twins(&t.cx, from).await?.is_empty());

        let merged = places::merge_room(&t.cx, room, 1, RIGHT).await?;
        assert_eq!(merged.twins, Some(there));
        let found = twins(&t.cx, there).await?;
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|member| member.name == "王*"));
        let second = found.iter().find(|member| member.id != known).ok_or("only one")?;

        let today = t.cx.now().date();
        household::leave(&t.cx, second.id, second.version, Leaving::Mistake, today).await?;
        assert!(twins(&t.cx, there).await?.is_empty());
        assert_eq!(home(&t.cx, "王小明").await?, there, "nobody else went");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn numbers_tell_people_apart_or_together() {
    on_both(|t| async move {
        furnished(&t).await?;
        let there = home(&t.cx, "王芳").await?;
        let (room, _) = odd_room(&t.cx, &form(true, "王芳", "1951", "13900000999")).await?;
        let merged = places::merge_room(&t.cx, room, 1, RIGHT).await?;
        assert_eq!(merged.twins, None, "another year and another number");
        // What was misread is corrected, and with that it shows.
        let mut tx = t.cx.write().await?;
        db::execute!(
            tx,
            "update person set phone_blind = (select k.phone_blind from person k where k.name = '王芳' and k.birth_year = 1950) \
             where name = '王芳' and birth_year = 1951"
        )?;
        tx.commit().await?;
        assert_eq!(twins(&t.cx, there).await?.len(), 2);
        Ok(())
    })
    .await;
}
