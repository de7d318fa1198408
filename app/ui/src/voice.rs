//! Spoken words: a large button to hold and speak, or to press twice. Recording is the page's own script (`app/js/src/voice.ts`), which shows
//! the field where the browser can; without script there is none, and the form is as it was.

use leptos::{html, prelude::*};
use shared::voice;

use crate::{
    browser,
    field::Frame,
    icon::{Glyph, Icon},
};

/// Spoken words to hand in, in a [`SendForm`](crate::SendForm) with files.
#[component]
pub fn VoiceField(#[prop(into)] label: String) -> impl IntoView {
    let frame = Frame::new(voice::FIELD, None, None);
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(root) = node.get() {
            browser::bring("voice", &root);
        }
    });
    let (named, hint) = (format!("{}-label", frame.id), format!("{}-hint", frame.id));
    let seconds = voice::SECONDS.to_string();
    let said =
        format!("按住说话，松开就停；也可以点一下开始，再点一下停。最长 {seconds} 秒，说完可以听一遍。");
    view! {
        <div class="field voice" role="group" aria-labelledby=named.clone() data-voice=seconds hidden=true node_ref=node>
            <p class="label" id=named.clone()>{label}</p>
            <button class="button plain block big voice-press" type="button" id=frame.id.clone() aria-pressed="false" aria-describedby=hint.clone()
                data-voice-press="true">
                <Icon name=Glyph::Mic/>
                <span data-voice-label="true">"按住说话"</span>
            </button>
            <p class="hint" id=hint.clone()>{said}</p>
            <p class="voice-says" role="status" data-voice-says="true"></p>
            <div class="row wrap close" data-voice-made="true" hidden=true>
                <audio controls=true aria-label="刚才说的" data-voice-plays="true"></audio>
                <button class="button quiet" type="button" data-voice-drop="true">"删掉，重新说"</button>
            </div>
            <input type="file" name=voice::FIELD accept="audio/*" hidden=true data-voice-file="true"/>
            {frame.error()}
        </div>
    }
}
