// Shows that something waits, and nothing of what. It answers no request and
// keeps nothing.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => {
  event.waitUntil(self.registration.showNotification("Waymark", { body: "Something waits for you", tag: "waymark", renotify: true }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
