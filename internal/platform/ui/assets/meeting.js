// A page of a meeting, while people look at it: what somebody takes back goes from
// the screen within a second, and n and p walk the agenda. It works without this
// file; then what was taken back is gone with the next page.
"use strict";

const watched = document.querySelector("[data-pulse]");
if (watched) {
  const SECOND = 1000;
  const MISSED = 5; // beats without an answer before nothing can be trusted to be still allowed
  const main = document.getElementById("main");
  let missed = 0;
  let going = false;

  // Nothing stays on the screen, not even while the next page is on its way.
  const again = () => {
    going = true;
    main.replaceChildren();
    location.replace(watched.dataset.self);
  };
  const beat = async () => {
    if (going || document.hidden) return;
    try {
      const answer = await fetch(watched.dataset.pulse, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(3 * SECOND) });
      if (answer.status >= 500) throw new Error("no answer");
      if (!answer.ok || (await answer.text()) !== watched.dataset.stamp) return again();
      missed = 0;
    } catch {
      missed += 1;
    }
    main.hidden = missed >= MISSED;
  };
  setInterval(beat, SECOND);
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) again();
  });

  const full = document.querySelector("[data-full]");
  const screen = document.querySelector("[data-screen]");
  if (full && screen?.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", () => screen.requestFullscreen());
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const step = document.querySelector(`[data-step="${CSS.escape(event.key)}"]`);
  if (step) location.assign(step.href);
});
