// What the page does beside the terminal: says why a line was closed, and comes back after a lost one.
"use strict";

const WORDS = {
  4000: ["You left the course", "Every answer is kept."],
  4001: ["Open in another window", "The course goes on there. Continue here instead?"],
  4002: ["Closed because nobody was here", "Every answer is kept, and the course opens where you left it."],
  4003: ["Every place is taken", "Try again in a few minutes."],
  4004: ["Signed out", "Sign in again to go on."],
};
const RETRY_MILLISECONDS = 2000;

function say(title, text) {
  document.getElementById("note-title").textContent = title;
  document.getElementById("note-text").textContent = text;
}

// A lost line: ask again and again whether the server is there, then load the page anew.
function comeBack() {
  say("The connection is lost", "Trying to come back. Your place is kept for a while, every answer for good.");
  const retry = async () => {
    try {
      const reply = await fetch("/alive", { cache: "no-store" });
      if (reply.ok) {
        location.reload();
        return;
      }
    } catch {
      // still away
    }
    setTimeout(retry, RETRY_MILLISECONDS);
  };
  setTimeout(retry, RETRY_MILLISECONDS);
}

// The terminal's own script opens the socket; this tells the reader's time zone, and hears why it was closed.
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(address, ...more) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    super(zone ? `${address}${String(address).includes("?") ? "&" : "?"}zone=${encodeURIComponent(zone)}` : address, ...more);
    this.addEventListener("close", (event) => {
      const words = WORDS[event.code];
      if (words) {
        say(...words);
      } else {
        comeBack();
      }
    });
  }

  // The terminal goes on telling of the focus after the line is closed.
  send(data) {
    if (this.readyState === Socket.OPEN) {
      super.send(data);
    }
  }
};

// Ctrl+V pastes, as everywhere in a browser; the terminal would send it on as a control character.
document.addEventListener(
  "keydown",
  (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "v") {
      event.stopImmediatePropagation();
    }
  },
  { capture: true },
);

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("again").addEventListener("click", () => location.reload());
  // The terminal's script marks the body when the line opens and when it closes: keys go to what can be seen.
  const focus = () => {
    const closed = document.body.classList.contains("-closed");
    document.querySelector(closed ? "#again" : ".xterm-helper-textarea")?.focus();
  };
  new MutationObserver(focus).observe(document.body, { attributes: true, attributeFilter: ["class"] });
});
