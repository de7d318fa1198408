// Spoken words (`ui::VoiceField`): hold and speak, or press to begin and to stop. What was said is put into the form's own field for files, and so
// goes, waits and is kept as photos are.

/** In the order in which they are asked for: what the server takes (`app/db/src/upload/sound.rs`). */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4"];
/** A press that is shorter is a tap: it goes on until the next one. */
export const TAP_MS = 400;
/** Speech needs no more. */
const BITS_PER_SECOND = 32_000;

export type State = "idle" | "held" | "running";
export type Effect = "start" | "stop" | null;
export type Happening = { type: "down" | "tap" | "ended" } | { type: "up"; heldMs: number };

/** What becomes of the button. */
export function next(state: State, happening: Happening): { state: State; effect: Effect } {
  switch (happening.type) {
    case "down":
      return state === "idle" ? { state: "held", effect: "start" } : { state: "idle", effect: "stop" };
    case "up":
      if (state !== "held") return { state, effect: null };
      return happening.heldMs < TAP_MS ? { state: "running", effect: null } : { state: "idle", effect: "stop" };
    case "tap":
      return state === "idle" ? { state: "running", effect: "start" } : { state: "idle", effect: "stop" };
    case "ended":
      return { state: "idle", effect: null };
  }
}

/** What this browser records that the server takes. */
export function recordable(supports: (type: string) => boolean): string | null {
  return TYPES.find((type) => supports(type)) ?? null;
}

/** What was said, as a file under a name of ours. */
export function spoken(parts: Blob[], type: string): File {
  const plain = type.split(";")[0] ?? type;
  return new File(parts, plain === "audio/mp4" ? "voice.m4a" : "voice.webm", { type: plain });
}

/** How long it has gone on, of how long it may. */
export function told(seconds: number, most: number): string {
  return `正在录音：${seconds} 秒，最长 ${most} 秒`;
}

/** Why nothing is recorded, and what to do. */
export function refusal(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "没有得到用话筒的许可。请在浏览器的设置里允许，或者写下来。";
  if (name === "NotFoundError") return "这台设备上没有找到话筒，请写下来。";
  return "没有录成，请再试一次，或者写下来。";
}

const mounted = new WeakSet<HTMLElement>();

/** Brings the field to life, where the browser can record. */
export function mount(root: HTMLElement): void {
  const type = typeof MediaRecorder === "undefined" || !navigator.mediaDevices ? null : recordable((one) => MediaRecorder.isTypeSupported(one));
  const part = <E extends HTMLElement>(name: string) => root.querySelector<E>(`[data-voice-${name}]`);
  const press = part<HTMLButtonElement>("press");
  const field = part<HTMLInputElement>("file");
  const [label, says, made, plays, drop] = [part("label"), part("says"), part("made"), part<HTMLAudioElement>("plays"), part<HTMLButtonElement>("drop")];
  if (mounted.has(root) || !type || !("DataTransfer" in window) || !press || !field || !label || !says || !made || !plays || !drop) return;
  mounted.add(root);
  root.hidden = false;

  const most = Number(root.dataset["voice"]) || 60;
  let state: State = "idle";
  let downAt = 0;
  let recording: { recorder: MediaRecorder | null; stopped: boolean } | null = null;

  const say = (words: string) => {
    if (says.textContent !== words) says.textContent = words;
  };
  const show = () => {
    const on = state !== "idle";
    press.setAttribute("aria-pressed", String(on));
    label.textContent = on ? (state === "held" ? "松开就停" : "说完点这里") : field.files?.length ? "重新说" : "按住说话";
  };
  const hold = (file: File | null) => {
    const carried = new DataTransfer();
    if (file) carried.items.add(file);
    field.files = carried.files;
    if (plays.src) URL.revokeObjectURL(plays.src);
    if (file) plays.src = URL.createObjectURL(file);
    else plays.removeAttribute("src");
    made.hidden = !file;
    // A form that keeps what was typed hears of it.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  async function record(mine: { recorder: MediaRecorder | null; stopped: boolean }): Promise<void> {
    let stream: MediaStream | null = null;
    let clock = 0;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
      // Somebody let go while they were asked.
      if (mine.stopped || !press?.isConnected) return say("");
      const recorder = new MediaRecorder(stream, { mimeType: type ?? "", audioBitsPerSecond: BITS_PER_SECOND });
      const parts: Blob[] = [];
      recorder.addEventListener("dataavailable", ({ data }) => {
        if (data.size > 0) parts.push(data);
      });
      const ended = new Promise<void>((done, failed) => {
        recorder.addEventListener("stop", () => done());
        recorder.addEventListener("error", () => failed(new Error("recorder")));
      });
      mine.recorder = recorder;
      const began = Date.now();
      recorder.start();
      say(told(0, most));
      clock = window.setInterval(() => {
        const seconds = Math.floor((Date.now() - began) / 1000);
        // Somebody went to another page meanwhile.
        if ((seconds >= most || !root.isConnected) && recorder.state !== "inactive") recorder.stop();
        else say(told(seconds, most));
      }, 250);
      await ended;
      const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
      hold(parts.length > 0 ? spoken(parts, type ?? "") : null);
      say(parts.length > 0 ? `录好了，${seconds} 秒。可以听一遍，再交上去。` : "没有录到声音，请再说一遍。");
    } catch (error) {
      say(refusal(error));
    } finally {
      window.clearInterval(clock);
      for (const track of stream?.getTracks() ?? []) track.stop();
      if (recording === mine) {
        recording = null;
        happened({ type: "ended" });
      }
    }
  }

  function happened(happening: Happening): void {
    const step = next(state, happening);
    state = step.state;
    if (step.effect === "start") {
      recording = { recorder: null, stopped: false };
      void record(recording);
    } else if (step.effect === "stop" && recording) {
      recording.stopped = true;
      if (recording.recorder && recording.recorder.state !== "inactive") recording.recorder.stop();
    }
    show();
  }

  press.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    downAt = event.timeStamp;
    // Whoever slides off the button while they speak has not let go.
    press.setPointerCapture(event.pointerId);
    happened({ type: "down" });
  });
  const up = (event: PointerEvent) => happened({ type: "up", heldMs: event.timeStamp - downAt });
  press.addEventListener("pointerup", up);
  press.addEventListener("pointercancel", up);
  // A long press opens nothing.
  press.addEventListener("contextmenu", (event) => event.preventDefault());
  press.addEventListener("click", (event) => {
    // From the keyboard, or by an aid: no pointer went before it.
    if (event.detail === 0) happened({ type: "tap" });
  });
  drop.addEventListener("click", () => {
    hold(null);
    say("删掉了。");
    show();
    press.focus();
  });
  show();
}
