/* Keys for the moderators' desk; everything works without. Each key follows a link or presses a
   button that the page has, so that what can be done is decided in one place, on the server.
   - on a case: n p, k m c h r s, u
   - in a list: j k or arrows, x, Enter; one box chooses all
   - everywhere: / ? Esc
   Opening a case takes it, so that nobody else decides it at the same time. */

const OFF = "keys of the desk are off";
const dialog = document.getElementById("keys");
const rows = [...document.querySelectorAll("[data-queue] [data-case]")];
const decision = document.querySelector("form[data-decision]");
let pending = null; // the button that waits for its field to be filled in
let areOn = !isStoredOff();
let isSent = false;

keepChoice(dialog.querySelector("[data-keys-on]"));
document.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
document.addEventListener("keydown", onKey);
takeCase(document.querySelector("form[data-claim]"));
chooseAll(document.querySelector("form[data-choosing]"));
countSpared(document.querySelector("[data-spared]"));
decision?.addEventListener("submit", sendOnce);
addEventListener("pageshow", () => (isSent = false)); // come back to by the browser's own button

function onKey(event) {
  if (decision?.contains(event.target) && event.key === "Enter" && sendsPending(event)) return;
  if (!areOn || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (dialog.open || isTyping(event.target)) return;
  if (event.repeat && !rows.length) return; // a key held down must not decide case after case
  if (act(event.key, event.target)) event.preventDefault();
}

/* Returns whether the key meant something here. */
function act(key, target) {
  if (key === "?") return done(() => dialog.showModal());
  if (key === "/") return focus(document.querySelector("[data-filters] a"));
  if (key === "u") return press(document.querySelector("form[data-undo] button"));
  if (rows.length) return move(key, target);
  if (key === "n") return follow(document.querySelector("a[rel=next]"));
  if (key === "p") return follow(document.querySelector("a[rel=prev]"));
  return decide(decision?.querySelector(`button[data-key="${CSS.escape(key)}"]`));
}

/* Two quick presses are one decision. */
function sendOnce(event) {
  if (isSent) event.preventDefault();
  isSent = true;
}

function decide(button) {
  if (!button) return false;
  const first = button.dataset.asksFirst;
  if (!first) return press(button);
  pending?.removeAttribute("data-pending");
  pending = button;
  pending.dataset.pending = "";
  return focus(document.getElementById(first));
}

/* Enter in a choice, or Ctrl and Enter in a text, presses the button that was begun by its key. */
function sendsPending(event) {
  const isChoice = event.target.tagName === "SELECT";
  const isMeant = event.ctrlKey || event.metaKey || isChoice;
  if (!pending || !isMeant || event.isComposing) return false;
  event.preventDefault();
  return press(pending);
}

function move(key, target) {
  const at = rows.findIndex((row) => "selected" in row.dataset);
  if (key === "j" || key === "ArrowDown") return select(rows[Math.min(at + 1, rows.length - 1)]);
  if (key === "k" || key === "ArrowUp") return select(rows[Math.max(at - 1, 0)]);
  if (at < 0) return false;
  if (key === "x") return done(() => rows[at].querySelector("input[type=checkbox]")?.click());
  const isElsewhere = target.closest("a, button, summary") && !rows[at].contains(target);
  if (key === "Enter" && !isElsewhere) return follow(rows[at].querySelector("a"));
  return false;
}

function select(row) {
  for (const other of rows) delete other.dataset.selected;
  row.dataset.selected = "";
  row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/* One box that chooses all rows of the page, and how many are chosen. */
function chooseAll(form) {
  if (!form) return;
  const label = form.querySelector("[data-choose-all]");
  const all = label.querySelector("input");
  const told = form.querySelector("[data-chosen]");
  const boxes = [...form.querySelectorAll("[data-case] input[type=checkbox]")];
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    told.textContent = chosen ? `${chosen} chosen` : "";
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  addEventListener("pageshow", count); // browsers bring back what was chosen
  label.hidden = !boxes.length;
  count();
}

/* How many of a bulk are left out of it, and how many the buttons mean then. */
function countSpared(told) {
  if (!told) return;
  const boxes = [...document.querySelectorAll("input[name=spared]")];
  const buttons = [...decision.querySelectorAll("button[data-number]")];
  const count = () => {
    const spared = boxes.filter((box) => box.checked).length;
    told.textContent = spared ? `${spared} left out` : "";
    for (const button of buttons) {
      const label = button.firstChild;
      label.data = label.data.replace(/\d+/, boxes.length - spared);
    }
  };
  for (const box of boxes) box.addEventListener("change", count);
  addEventListener("pageshow", count); // browsers bring back what was chosen
  count();
}

function takeCase(form) {
  if (!form) return;
  const note = form.querySelector("[data-claim-note]");
  const body = new URLSearchParams(new FormData(form));
  fetch(form.action, { method: "POST", body, redirect: "manual" }).then(
    (answer) => {
      if (answer.type === "opaqueredirect") offerToGiveBack(form, note);
      else if (answer.status === 409) note.textContent = "Somebody else has just taken this case.";
    },
    () => {}, // the button is still there
  );
}

function offerToGiveBack(form, note) {
  note.textContent = "You have this case.";
  form.action = form.action.replace("/claim", "/release");
  form.querySelector("button").textContent = "Give it back";
}

function keepChoice(box) {
  const show = () => document.documentElement.classList.toggle("keys-off", !areOn);
  box.checked = areOn;
  box.addEventListener("change", () => {
    areOn = box.checked;
    try {
      if (areOn) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    } catch {
      // a browser that keeps nothing: then it holds for this page
    }
    show();
  });
  show();
}

function isStoredOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function isTyping(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox])");
}

function press(button) {
  return done(() => button?.click(), button);
}

function follow(link) {
  return done(() => link?.click(), link);
}

function focus(target) {
  return done(() => target?.focus(), target);
}

function done(something, needed = true) {
  if (!needed) return false;
  something();
  return true;
}
