// From the server's SVG to the live map without a jump.

import { readExtent, type ViewState, viewOverSvg } from "./view";

export interface Picture {
  /** Null when the SVG is hidden, or says nothing that a view can be computed from. */
  view(viewport: HTMLElement): ViewState | null;
  hide(): void;
  show(): void;
}

/** The server-rendered SVG inside `element`, if there is one. It is hidden, never removed: its nodes belong to Leptos. */
export function pictureIn(element: HTMLElement): Picture | null {
  const svg = element.querySelector<SVGSVGElement>("svg[data-extent]");
  if (!svg) return null;
  const extent = readExtent(svg.dataset.extent);
  let hidden = false;
  return {
    view: (viewport) => {
      if (hidden) return null;
      const matrix = svg.getScreenCTM();
      const { x, y, width, height } = svg.viewBox.baseVal;
      if (!extent || !matrix || !(width > 0) || !(height > 0) || !(matrix.a > 0)) return null;
      return viewOverSvg(extent, { x, y, width, height }, matrix, viewport.getBoundingClientRect());
    },
    hide: () => {
      hidden = true;
      svg.style.display = "none";
    },
    show: () => {
      hidden = false;
      svg.style.removeProperty("display");
    },
  };
}
