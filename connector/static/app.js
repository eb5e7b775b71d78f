/* Keeps the list of orders in progress alive. Every page works without this file. */
"use strict";

const living = document.getElementById("living");

async function refresh() {
  /* Nobody's place is lost: not while the page is hidden, nor while she is inside the list. */
  if (document.hidden || living.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("living");
  if (fresh && !living.contains(document.activeElement)) living.replaceChildren(...fresh.childNodes);
}

if (living) {
  document.documentElement.classList.add("alive");
  const tell = () => document.documentElement.classList.remove("alive");
  setInterval(() => refresh().then(() => document.documentElement.classList.add("alive"), tell), living.dataset.refresh * 1000);
}

/* On a phone the menu is wider than the screen: show where she is. */
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const field of document.querySelectorAll("input.copied")) {
  field.addEventListener("focus", () => field.select());
}
