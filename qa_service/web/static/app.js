// What pages do beyond plain HTML. Everything here makes a page that already works quicker or kinder.
const page = document.body;
const words = page.dataset;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    if (typing) typing.blur();
    return;
  }
  if (typing) return;
  if (event.key === "/") {
    document.querySelector("[data-search], [data-table-search]")?.focus();
    event.preventDefault();
  } else if (event.key === "?") {
    document.getElementById("keys")?.showModal();
  }
});
for (const button of document.querySelectorAll("[data-open]")) button.hidden = false;

// Theme: the system's choice until somebody switches.
const kept = localStorage.getItem("theme");
if (kept) document.documentElement.dataset.theme = kept;
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  });
}

// Selection of table rows.
for (const form of document.querySelectorAll("[data-batch]")) {
  const ticks = [...form.querySelectorAll("[data-select]")];
  const all = form.querySelector("[data-select-all]");
  const told = form.querySelector("[data-batch-count]");
  const plain = told?.textContent;
  const count = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    for (const tick of ticks) tick.closest("tr").toggleAttribute("data-chosen", tick.checked);
    if (told) told.textContent = chosen ? told.dataset.words.replace("{}", chosen) : plain;
    if (all) all.checked = chosen > 0 && chosen === ticks.length;
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => { for (const tick of ticks) tick.checked = all.checked; count(); });
  }
  form.addEventListener("change", count);
}

// A running job moves its bar by server-sent events and leads to its result.
for (const box of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(box.dataset.live);
  const bar = box.querySelector("progress");
  const label = box.querySelector("[data-progress-label]");
  const counted = box.querySelector("[data-progress-count]");
  source.onmessage = (event) => {
    const now = JSON.parse(event.data);
    label.textContent = now.text;
    counted.textContent = now.total ? `${now.done}/${now.total}` : `${now.done}`;
    if (now.total) { bar.max = now.total; bar.value = now.done; } else { bar.removeAttribute("value"); }
    box.dataset.state = now.state;
    if (!["waiting", "running"].includes(now.state)) {
      source.close();
      location.assign(now.href || location.href);
    }
  };
  source.onerror = () => { label.textContent = words.wordFailed; };
}

// Files can be dropped on their field.
for (const box of document.querySelectorAll("[data-file-drop]")) {
  const input = box.querySelector("input");
  const name = box.querySelector("[data-file-name]");
  const show = () => { name.textContent = [...input.files].map((file) => file.name).join("，"); };
  input.addEventListener("change", show);
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.dataset.over = ""; });
  box.addEventListener("dragleave", () => { delete box.dataset.over; });
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    delete box.dataset.over;
    input.files = event.dataTransfer.files;
    show();
  });
}

// A form that says where to save itself is saved while it is typed; a stale version is never overwritten.
for (const form of document.querySelectorAll("[data-autosave]")) {
  const told = form.querySelector("[data-save-state]");
  let timer = 0;
  let stale = false;
  let loggedOut = false;
  let last = null; // the save under way: the next one, and the submission, need the version that it answers
  const isKept = !document.querySelector(".error-summary");
  told.dataset.kind = isKept ? "done" : "wait";
  told.textContent = isKept ? words.wordSaved : words.wordUnsaved;
  const reason = async (answer) => {
    const said = await answer.json().catch(() => ({}));
    const why = said.errors?.[0]?.message ?? said.detail;
    return why ? `${words.wordUnsaved}${words.wordColon}${why}` : words.wordUnsaved;
  };
  const send = async () => {
    if (stale) return;
    told.textContent = words.wordSaving;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" },
        keepalive: true,
      });
      loggedOut = answer.status === 401;
      const door = form.querySelector("[data-log-in]");
      if (door) door.hidden = !loggedOut;
      if (!answer.ok) {
        const known = { 401: door?.dataset.words, 409: words.wordStale }[answer.status];
        told.dataset.kind = "bad";
        told.textContent = known ?? await reason(answer);
        const again = form.querySelector("[data-reload]");
        if (again && answer.status === 409) { again.hidden = false; stale = true; }
        return;
      }
      const kept = await answer.json();
      if (kept.version && form.elements.version) form.elements.version.value = kept.version;
      told.dataset.kind = "done";
      told.textContent = words.wordSaved;
      showMarking(form, kept);
    } catch { // no connection: until it is there again
      told.textContent = words.wordUnsaved;
      timer ||= setTimeout(save, 5000);
    }
  };
  const stop = () => { clearTimeout(timer); timer = 0; };
  const save = () => {
    stop();
    const mine = (last ?? Promise.resolve()).then(send).then(() => { if (last === mine) last = null; });
    last = mine;
  };
  const changed = (event) => {
    if (event.isComposing || stale) return;
    told.dataset.kind = "wait";
    told.textContent = words.wordUnsaved;
    stop();
    timer = setTimeout(save, 1200);
  };
  form.addEventListener("input", changed);
  // The last input of an input method still says that it is composing; only this says that the words stand.
  form.addEventListener("compositionend", changed);
  form.addEventListener("submit", (event) => { // what is not saved yet goes first, so that a log-out loses nothing
    if (timer || loggedOut) save();
    if (!last) return;
    event.preventDefault();
    last.then(() => { stop(); if (!loggedOut) form.requestSubmit(event.submitter); });
  });
  addEventListener("focus", () => { if (loggedOut) save(); }); // back from logging in in another window
  addEventListener("pagehide", () => { if (timer) save(); });
}

// What a saved draft says back: where the mark can still end, what is open, weights, and the computed facts.
function showMarking(form, kept) {
  const points = (hundredths) => (hundredths / 100).toFixed(2);
  const range = form.querySelector("[data-range]");
  if (range && kept.low_hundredths != null) range.textContent = `${points(kept.low_hundredths)}–${points(kept.high_hundredths)}`;
  const open = form.querySelector("[data-open-count]");
  if (open && kept.open_items) {
    const count = kept.open_items.length;
    open.textContent = count ? open.dataset.words.replace("{}", count) : open.dataset.none;
  }
  for (const place of form.querySelectorAll("[data-place]")) {
    const fact = kept.facts?.[place.dataset.place];
    if (fact) {
      const span = place.querySelector('[name^="sf."]')?.value && !place.querySelector("[data-stamp]")?.checked;
      const shown = place.querySelector(span ? "[data-span-fact]" : "[data-fact]");
      if (shown) shown.textContent = fact;
    }
  }
  for (const item of form.querySelectorAll("[data-item]")) {
    const weight = kept.weights?.[item.dataset.item];
    if (weight != null) item.querySelector("[data-weight]").textContent = points(weight);
  }
}

for (const toast of document.querySelectorAll("[data-toast]")) {
  if (toast.dataset.kind !== "bad") setTimeout(() => toast.remove(), 8000);
}

// Marking: what is selected in the transcript becomes an item's quote; a digit answers the item that has the focus.
let chosen = null;
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const text = selection.toString().trim();
  const bubble = selection.anchorNode?.parentElement?.closest("[data-message]");
  if (text && bubble && bubble.contains(selection.focusNode)) chosen = { message: bubble.dataset.message, text };
});
for (const button of document.querySelectorAll("[data-take-quote]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!chosen) return;
    const place = button.closest("[data-place]");
    place.querySelector('[name^="m."]').value = chosen.message;
    const quote = place.querySelector('[name^="q."]');
    quote.value = chosen.text;
    quote.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9qw]$/.test(event.key)) return;
  if (event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select')) return;
  const item = event.target.closest("[data-item]");
  const what = { q: "[data-take-quote]", w: "[data-stamp]" }[event.key] ?? `input[data-key="${event.key}"]`;
  const places = item ? [...item.querySelectorAll(what)] : [];
  const found = event.target.closest("[data-place]")?.querySelector(what) ?? places.at(-1); // the newest occurrence
  if (!found) return;
  found.closest("details")?.setAttribute("open", "");
  found.click();
  if (/[1-9]/.test(event.key)) found.focus();
  event.preventDefault();
});
// Up and down go to the item before or after. Left to itself a radio button would change the answer instead.
document.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const item = event.target.closest("[data-item]");
  if (!item || event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select')) return;
  const items = [...item.closest("form").querySelectorAll("[data-item]")];
  const next = items[items.indexOf(item) + step];
  (next?.querySelector('[name^="a."]:checked') ?? next?.querySelector('[name^="a."]'))?.focus();
  event.preventDefault();
});
