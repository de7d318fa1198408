//! The devices one is signed in on.

use leptos::prelude::*;
use ui::{Badge, Button, ButtonKind, Card, Glyph, List, ListRow, Page, Resource, Tone};

use super::frame::{Done, loaded, trouble};
use crate::{api, model::DeviceRow};

/// `/me/devices`
pub fn page() -> AnyView {
    let devices = Resource::new(|| (), |()| api::my_devices());
    loaded(devices, |devices: Vec<DeviceRow>| {
        let one = ServerAction::<api::SignOut>::new();
        let all = ServerAction::<api::SignOutElsewhere>::new();
        let several = devices.len() > 1;
        let rows = devices
            .into_iter()
            .map(|device| view! { <Row device action=one/> })
            .collect_view();
        view! {
            <Page title="登录的设备" above=vec![("我的".to_owned(), "/me".to_owned())]>
                <div class="stack loose">
                    <Done/>
                    {trouble(one)}
                    {trouble(all)}
                    <p>"有不认识的，马上退出它，再换一个密码。"</p>
                    <Card flush=true><List label="登录的设备">{rows}</List></Card>
                    {several.then(|| view! {
                        <ActionForm action=all>
                            <Button kind=ButtonKind::Plain submit=true busy=all.pending()>"退出其他所有设备"</Button>
                        </ActionForm>
                    })}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Row(device: DeviceRow, action: ServerAction<api::SignOut>) -> impl IntoView {
    let detail = format!(
        "{} 登录，{} 用过",
        device.since.zh_short(),
        device.last_seen.zh_short()
    );
    view! {
        <ListRow title=device.label detail icon=Glyph::Device>
            {if device.here {
                view! { <Badge tone=Tone::Done>"这台"</Badge> }.into_any()
            } else {
                view! {
                    <ActionForm action=action>
                        <input type="hidden" name="session" value=device.session.to_string()/>
                        <Button kind=ButtonKind::Quiet submit=true>"退出"</Button>
                    </ActionForm>
                }
                .into_any()
            }}
        </ListRow>
    }
}
