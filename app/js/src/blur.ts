// Photos for everybody (`ui::BlurField`): faces and plates are covered by hand, here on the device, before anything is sent. What is covered is
// replaced by a few large squares of its mean colours; the original is sent nowhere.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** So many squares along the shorter side of what is covered: no face is known by them. */
const SQUARES = 4;
/** The smallest that is meant, and by how much a key moves, in pixels of the photo. */
const LEAST = 8;
const STEP = 16;
const QUALITY = 0.85;
/** The longest side, as of what is sent (`photos.ts`, which is part of every page's script and would be a file more for each, were it shared). */
const LONGEST = 1600;

/** Between two corners, within a picture. */
export function boxed(from: [number, number], to: [number, number], width: number, height: number): Box {
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  const [left, right] = [within(Math.min(from[0], to[0]), width), within(Math.max(from[0], to[0]), width)];
  const [top, bottom] = [within(Math.min(from[1], to[1]), height), within(Math.max(from[1], to[1]), height)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether it is a box, and not a tap. */
export const meant = (box: Box): boolean => box.width >= LEAST && box.height >= LEAST;

/** The box after a key: arrows move it, with Shift they change its size; none for other keys. */
export function moved(box: Box, key: string, shift: boolean, width: number, height: number): Box | null {
  const by: Record<string, [number, number]> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  const [dx, dy] = by[key] ?? [0, 0];
  if (!(key in by)) return null;
  const fit = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
  if (shift) return { ...box, width: fit(box.width + dx, STEP, width - box.x), height: fit(box.height + dy, STEP, height - box.y) };
  return { ...box, x: fit(box.x + dx, 0, width - box.width), y: fit(box.y + dy, 0, height - box.height) };
}

/** Covers a box of `pixels` (RGBA, `width` wide) with squares of their mean colour. */
export function cover(pixels: Uint8ClampedArray, width: number, box: Box): void {
  const side = Math.max(1, Math.ceil(Math.min(box.width, box.height) / SQUARES));
  for (let top = box.y; top < box.y + box.height; top += side) {
    for (let left = box.x; left < box.x + box.width; left += side) {
      const [bottom, right] = [Math.min(top + side, box.y + box.height), Math.min(left + side, box.x + box.width)];
      const sum = [0, 0, 0];
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (pixels[(y * width + x) * 4 + c] ?? 0);
      const count = (bottom - top) * (right - left);
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) for (let c = 0; c < 3; c++) pixels[(y * width + x) * 4 + c] = (sum[c] ?? 0) / count;
    }
  }
}

const mounted = new WeakSet<HTMLElement>();

/** Brings the field to life. */
export function mount(root: HTMLElement): void {
  const part = <E extends HTMLElement>(name: string) => root.querySelector<E>(`[data-blur-${name}]`);
  const canvas = part<HTMLCanvasElement>("canvas");
  const pen = canvas?.getContext("2d", { willReadFrequently: true });
  const field = root.closest("form")?.querySelector<HTMLInputElement>('input[type="file"][name="file"]');
  const [work, says, undo, use, leave] = [part("work"), part("says"), part("undo"), part("use"), part("leave")];
  if (mounted.has(root) || !("createImageBitmap" in window) || !("DataTransfer" in window)) return;
  if (!canvas || !pen || !field || !work || !says || !undo || !use || !leave) return;
  mounted.add(root);
  root.hidden = false;

  let picture: ImageBitmap | null = null;
  let covered: Box[] = [];
  let frame: Box | null = null;
  let from: [number, number] | null = null;
  let opened: HTMLElement | null = null;

  const draw = (framed: boolean) => {
    if (!picture) return;
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    for (const box of covered) cover(image.data, canvas.width, box);
    pen.putImageData(image, 0, 0);
    if (!framed || !frame) return;
    pen.lineWidth = Math.max(2, canvas.width / 200);
    for (const [colour, dash] of [["#fff", []], ["#000", [pen.lineWidth * 3]]] as const) {
      pen.strokeStyle = colour;
      pen.setLineDash([...dash]);
      pen.strokeRect(frame.x, frame.y, frame.width, frame.height);
    }
  };
  const close = (words: string) => {
    picture?.close();
    picture = null;
    covered = [];
    frame = null;
    from = null;
    work.hidden = true;
    says.textContent = words;
    opened?.focus();
  };
  const put = (box: Box) => {
    covered.push(box);
    draw(true);
    says.textContent = `遮住了 ${covered.length} 处。`;
  };
  const at = (event: PointerEvent): [number, number] => {
    const shown = canvas.getBoundingClientRect();
    return [((event.clientX - shown.left) * canvas.width) / shown.width, ((event.clientY - shown.top) * canvas.height) / shown.height];
  };

  const open = async (button: HTMLElement) => {
    try {
      const answer = await fetch(button.dataset["blurSource"] ?? "");
      if (!answer.ok) throw new Error(String(answer.status));
      picture?.close();
      picture = await createImageBitmap(await answer.blob());
      const part = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      canvas.width = Math.max(1, Math.round(picture.width * part));
      canvas.height = Math.max(1, Math.round(picture.height * part));
      covered = [];
      opened = button;
      const side = Math.max(STEP, Math.round(Math.min(canvas.width, canvas.height) / 4));
      frame = { x: Math.round((canvas.width - side) / 2), y: Math.round((canvas.height - side) / 2), width: side, height: side };
      work.hidden = false;
      draw(false);
      says.textContent = "照片打开了，请遮住人脸、车牌和门牌。";
      canvas.focus();
    } catch {
      says.textContent = "照片没有打开，请再试一次。";
    }
  };
  for (const button of root.querySelectorAll<HTMLElement>("[data-blur-source]")) button.addEventListener("click", () => void open(button));

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    frame = boxed(from, at(event), canvas.width, canvas.height);
    draw(true);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!from) return;
    const box = boxed(from, at(event), canvas.width, canvas.height);
    from = null;
    if (!meant(box)) return;
    frame = box;
    put(box);
  });
  canvas.addEventListener("pointercancel", () => {
    from = null;
    draw(false);
  });
  canvas.addEventListener("keydown", (event) => {
    if (!frame) return;
    if (event.key === "Enter") {
      event.preventDefault();
      put({ ...frame });
      return;
    }
    const next = moved(frame, event.key, event.shiftKey, canvas.width, canvas.height);
    if (!next) return;
    event.preventDefault();
    frame = next;
    draw(true);
  });
  undo.addEventListener("click", () => {
    covered.pop();
    draw(false);
    says.textContent = `还有 ${covered.length} 处遮住。`;
  });
  leave.addEventListener("click", () => close("没有用这一张。"));
  use.addEventListener("click", () => {
    draw(false);
    canvas.toBlob((made) => {
      if (!made) return;
      const carried = new DataTransfer();
      for (const file of field.files ?? []) carried.items.add(file);
      carried.items.add(new File([made], `shown-${carried.items.length + 1}.jpg`, { type: "image/jpeg" }));
      field.files = carried.files;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      close(`放进去了，一共 ${carried.files.length} 张。`);
    }, "image/jpeg", QUALITY);
  });
}
