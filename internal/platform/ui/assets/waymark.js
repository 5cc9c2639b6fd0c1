// Small comforts. Every page works without this file.
"use strict";

// What a script says, with its values. The site serves the words in the page's
// language: it finds them by this name, so they stand here as one text each.
const tell = (text, ...values) => text.replace(/\{(\d)\}/g, (_, n) => values[n - 1]);

// After a failed send, go to the summary of what to put right.
const summary = document.getElementById("error-summary");
if (summary) summary.focus();

// A double tap sends once; the server would also keep one record. The button
// stays a button, so that it is still named and can be used after going back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Signing out takes off this phone whomever somebody took along on it.
  if (new URL(form.action).pathname === "/sign-out") window.indexedDB?.deleteDatabase("waymark-away");
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Print buttons exist only where printing can be asked for.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copy buttons likewise; where the clipboard is not ours to write, the text is
// selected, so that the keyboard or a long press can copy it.
for (const button of document.querySelectorAll("[data-copy]")) {
  const block = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = tell("Copied");
    } catch {
      getSelection().selectAllChildren(block);
      button.textContent = tell("Selected: copy it now");
    }
  });
}

// The way out takes this page's place, so that "back" does not return to it.
// Three times Escape does the same.
const way = document.querySelector("[data-leave]");
if (way) {
  const leave = (event) => {
    event.preventDefault();
    location.replace(way.href);
  };
  way.addEventListener("click", leave);
  let pressed = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pressed = [...pressed.filter((t) => event.timeStamp - t < 2000), event.timeStamp];
    if (pressed.length >= 3) leave(event);
  });
}

// Keys for people at a desk: / goes to the search box, j and k walk a list,
// and l logs a contact with whoever the list stands at.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.key === "/") {
    const box = document.querySelector("input[type=search]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
    return;
  }
  if (event.key === "l") {
    const log = document.activeElement.closest("li")?.querySelector("[data-log]");
    if (log) log.click();
    return;
  }
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const links = [...document.querySelectorAll(".rows h3 a")];
  if (!links.length) return;
  const next = links[Math.min(Math.max(links.indexOf(document.activeElement) + step, 0), links.length - 1)];
  next.focus();
});
