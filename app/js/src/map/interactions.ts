// How the map is moved: with one finger or the mouse, two fingers, the wheel, the keyboard. It does not turn, and a double
// click opens what lies below.

import DragPan from "ol/interaction/DragPan";
import type Interaction from "ol/interaction/Interaction";
import KeyboardPan from "ol/interaction/KeyboardPan";
import KeyboardZoom from "ol/interaction/KeyboardZoom";
import MouseWheelZoom from "ol/interaction/MouseWheelZoom";
import PinchZoom from "ol/interaction/PinchZoom";
import Kinetic from "ol/Kinetic";

export const interactions = (): Interaction[] => [
  // Decay, least velocity and delay of the glide after a flick, as in OpenLayers' own set.
  new DragPan({ kinetic: new Kinetic(-0.005, 0.05, 100) }),
  new PinchZoom(),
  new KeyboardPan(),
  new KeyboardZoom(),
  new MouseWheelZoom(),
];
