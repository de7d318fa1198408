//! Where a building stands, as it is typed: two fields, and a button that fills in where one stands.

use leptos::prelude::*;
use ui::{Field, LocateButton};

/// The fields 经度 and 纬度, and the button.
#[component]
pub fn Here(#[prop(into)] lon: String, #[prop(into)] lat: String) -> impl IntoView {
    let (lon, lat) = (RwSignal::new(lon), RwSignal::new(lat));
    let fill = Callback::new(move |(x, y): (f64, f64)| {
        _ = lon.try_set(format!("{x:.7}"));
        _ = lat.try_set(format!("{y:.7}"));
    });
    view! {
        <div class="fields-2">
            <Field name="lon" label="经度" bind=lon placeholder="120.7402" hint="CGCS2000 或 WGS84" optional=true max_length=12/>
            <Field name="lat" label="纬度" bind=lat placeholder="31.6411" hint="高德、百度上抄来的会偏几百米" optional=true max_length=12/>
        </div>
        <LocateButton on_found=fill/>
    }
}
