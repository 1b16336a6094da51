// How is the picture enlarged? Wheel, pinch and keys zoom, a drag pans; at its own size a swipe turns the page.

import Panzoom from "./vendor/panzoom.js";

const LARGEST = 12;

export function enlarge(view, frame) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pan = Panzoom(frame, { maxScale: LARGEST, minScale: 1, panOnlyWhenZoomed: true, cursor: "", step: 0.35, animate: !still, duration: 160, touchAction: "none" });
  const settle = () => {
    const large = pan.getScale() > 1.001;
    view.classList.toggle("enlarged", large);
    if (!large && (pan.getPan().x || pan.getPan().y)) pan.reset({ animate: false });
  };
  const wheel = (event) => pan.zoomWithWheel(event, { animate: false });
  const twice = () => (pan.getScale() > 1.001 ? pan.reset() : pan.zoom(2.5));
  view.addEventListener("wheel", wheel, { passive: false });
  frame.addEventListener("panzoomchange", settle);
  frame.addEventListener("dblclick", twice);
  const swipes = swipe(view, () => pan.getScale() <= 1.001);
  return {
    by(step) {
      if (step > 0) pan.zoomIn();
      else if (step < 0) pan.zoomOut();
      else pan.reset();
    },
    leave() {
      view.removeEventListener("wheel", wheel);
      view.classList.remove("enlarged");
      swipes();
      pan.destroy();
    },
  };
}

// One finger across the picture: the version before or after.
function swipe(view, may) {
  let from = null;
  const down = (event) => { from = event.pointerType === "touch" && event.isPrimary && may() ? event : null; };
  const up = (event) => {
    const far = from ? event.clientX - from.clientX : 0;
    if (from && event.isPrimary && Math.abs(far) > 60 && Math.abs(event.clientY - from.clientY) < 80) {
      view.dispatchEvent(new CustomEvent("swipe", { detail: far < 0 ? 1 : -1, bubbles: true }));
    }
    from = null;
  };
  view.addEventListener("pointerdown", down);
  view.addEventListener("pointerup", up);
  return () => {
    view.removeEventListener("pointerdown", down);
    view.removeEventListener("pointerup", up);
  };
}
