// Asks the browser for a place to send notices to, and sends it with the form.
"use strict";

const form = document.querySelector("form[data-push]");
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const bytes = (key) => Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

let named; // a policy can be made once a page

if (form) {
  const button = form.querySelector("button");
  const said = form.querySelector("[data-push-said]");
  const none = document.querySelector("[data-push-none]");
  const say = (message) => {
    said.textContent = message;
    said.hidden = false;
  };
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    none.textContent = tell("This browser cannot do it here. The other ways work all the same.");
  } else {
    none.hidden = true;
    button.hidden = false;
  }
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // sending once is seen to here
    if (busy) return;
    busy = true;
    said.hidden = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        say(tell("This browser was told not to show notices from here. You can change that in its settings for this site."));
        return;
      }
      const worker = await navigator.serviceWorker.register(script(), { scope: form.dataset.scope });
      const there = await worker.pushManager.getSubscription();
      const place = there ?? (await subscribe(worker));
      form.elements.endpoint.value = place.endpoint;
      form.elements.public_key.value = text(place.getKey("p256dh"));
      form.elements.auth.value = text(place.getKey("auth"));
      form.submit();
    } catch {
      say(tell("This browser could not do it. Try again, or choose another way."));
    } finally {
      busy = false;
    }
  });
}

// script names the one worker of this page, in the way that the site's policy asks.
function script() {
  const ours = "/notify-worker.js";
  const only = (url) => {
    if (url !== ours) throw new TypeError("not our worker");
    return url;
  };
  named ??= window.trustedTypes?.createPolicy("waymark-worker", { createScriptURL: only });
  return named ? named.createScriptURL(ours) : ours;
}

// subscribe waits until the worker runs: a place belongs to a running one.
async function subscribe(worker) {
  for (let i = 0; i < 50 && !worker.active; i += 1) await new Promise((done) => setTimeout(done, 100));
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
}
