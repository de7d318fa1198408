// Photos are made smaller before they are sent: what a telephone takes is many times what a page shows, and a line may be slow. Where the
// browser cannot, or nothing is gained, the original goes; what the server takes is the server's to say.

/** The longest side that is sent, in pixels. */
export const LONGEST = 1600;
const QUALITY = 0.8;
/** Fields that take pictures and nothing else, as `ui::PhotoField` has them. */
const FIELDS = 'input[type="file"][accept^="image/"]';
/** How long a form waits for its photos: then they go as they are. */
const PATIENCE_MS = 15_000;

/** How large a picture of `width` by `height` becomes, keeping its shape; never larger than it is. */
export function fitted(width: number, height: number): [number, number] {
  const part = Math.min(1, LONGEST / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * part)), Math.max(1, Math.round(height * part))];
}

/** The name of a photo that has become a JPEG. */
export function renamed(name: string): string {
  return `${name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
}

/** A JPEG of `file`, drawn the way up that its EXIF says; none where the browser cannot. */
export async function drawn(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const [width, height] = fitted(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    // A JPEG has nothing to see through: what was transparent would be black.
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.drawImage(picture, 0, 0, width, height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  } finally {
    picture.close();
  }
}

/** `file` made smaller, or itself where that does not make it so. */
export async function smaller(file: File, draw: (file: Blob) => Promise<Blob | null> = drawn): Promise<File> {
  try {
    const made = await draw(file);
    // A browser that has no JPEG answers with a PNG.
    if (!made || made.type !== "image/jpeg" || made.size >= file.size) return file;
    return new File([made], renamed(file.name), { type: made.type, lastModified: file.lastModified });
  } catch {
    // No picture, or too large for this device.
    return file;
  }
}

/** All of `files`, one after the other: a telephone has no room for nine at once. */
export async function allSmaller(files: File[], one: (file: File) => Promise<File> = smaller): Promise<File[]> {
  const made: File[] = [];
  for (const file of files) made.push(await one(file));
  return made;
}

/** Puts smaller photos in the place of what is chosen, and has a form that is sent meanwhile wait for them. */
export function watchPhotos(): void {
  if (!("createImageBitmap" in window) || !("DataTransfer" in window)) return;
  const working = new Map<HTMLInputElement, Promise<void>>();
  const waiting = new WeakSet<HTMLFormElement>();

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.matches(FIELDS) || !field.files?.length) return;
    const chosen = [...field.files];
    const work = allSmaller(chosen).then((files) => {
      // Something else was chosen meanwhile: that has its own turn.
      if (chosen.some((file, place) => field.files?.[place] !== file)) return;
      const carried = new DataTransfer();
      for (const file of files) carried.items.add(file);
      field.files = carried.files;
    }).catch(() => undefined).finally(() => {
      if (working.get(field) === work) working.delete(field);
    });
    working.set(field, work);
  });

  // Before anybody else hears of it.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const open = [...working].filter(([field]) => field.form === form).map(([, work]) => work);
    if (open.length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting.has(form)) return;
    waiting.add(form);
    const { submitter } = event;
    const late = new Promise<void>((done) => setTimeout(done, PATIENCE_MS));
    void Promise.race([Promise.all(open), late]).then(() => {
      waiting.delete(form);
      for (const field of working.keys()) if (field.form === form) working.delete(field);
      if (form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
    });
  }, { capture: true });
}
