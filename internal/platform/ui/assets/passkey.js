// Asks the browser for a passkey and sends its answer with the form. Only pages
// with such a form load this.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));

// question turns what the server asks into what the browser takes.
function question(form) {
  const asked = JSON.parse(form.dataset.options);
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  if (asked.allowCredentials) asked.allowCredentials = keys(asked.allowCredentials);
  if (asked.excludeCredentials) asked.excludeCredentials = keys(asked.excludeCredentials);
  return { publicKey: asked };
}

// answer turns what the browser gives into what the server reads.
function answer(key) {
  const response = { clientDataJSON: text(key.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = text(key.response[part]);
  }
  if (key.response.getTransports) response.transports = key.response.getTransports();
  return JSON.stringify({
    id: key.id, rawId: text(key.rawId), type: key.type, response,
    authenticatorAttachment: key.authenticatorAttachment ?? undefined, clientExtensionResults: key.getClientExtensionResults(),
  });
}

function words(error) {
  if (error.name === "InvalidStateError") return tell("This device already holds a passkey for your account.");
  if (error.name === "SecurityError") return tell("Passkeys do not work at this address. Use the address your administrator gave you.");
  return tell("Nothing was confirmed. Try again when you are ready.");
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-passkey-said]");
  let busy = false;
  const say = (message) => {
    said.textContent = message;
    said.hidden = false;
  };
  if (!window.PublicKeyCredential) say(tell("This browser does not know passkeys."));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // sending once is seen to here
    if (busy) return;
    busy = true;
    said.hidden = true;
    try {
      const key = await navigator.credentials[form.dataset.passkey](question(form));
      form.elements.answer.value = answer(key);
      form.submit();
    } catch (error) {
      say(words(error));
      busy = false;
    }
  });
}
