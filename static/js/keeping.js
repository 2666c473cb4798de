/* Makes the forms of the catalogue nicer; everything works without it.
   - books like the one to be added are shown while its title and author are typed
   - a button adds a line for another author or subject
   - what Open Library knows is filled in without leaving the page */

const TYPING_PAUSE = 350; // milliseconds without a key before the site is asked
const SHORTEST = 2; // characters of a title that say something

for (const button of document.querySelectorAll("[data-another]")) offerAnother(button);
const form = document.querySelector("form[data-adding]");
if (form) help(form);

function help(form) {
  showAlike(form);
  const button = form.querySelector("[data-look-up]");
  if (button) lookUp(form, button);
}

function showAlike(form) {
  const region = form.querySelector("[data-alike]");
  const title = form.elements.title;
  const author = form.elements.authors_0;
  let asked = 0;

  const show = async () => {
    const number = (asked += 1);
    const works = await alikeOf(title.value.trim(), author.value.trim());
    if (number !== asked) return; // something else is typed by now
    region.querySelector("ul").replaceChildren(...works.map(lineOf));
    region.hidden = !works.length;
  };
  const soon = afterPause(show);
  title.addEventListener("input", soon);
  author.addEventListener("input", soon);
}

/* The site answers with the whole form, filled in, which takes the place of this one. */
function lookUp(form, button) {
  const told = form.querySelector("[data-told]");

  const ask = async (event) => {
    event.preventDefault();
    if (button.ariaBusy) return;
    button.ariaBusy = "true";
    tell("Asking Open Library …");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(button.formAction, { method: "POST", body, redirect: "manual" });
      put(await filledIn(answer));
    } catch {
      tell("There is no connection. What you typed is still here; please try again.");
    }
    button.ariaBusy = null;
  };
  const tell = (words) => {
    told.textContent = words;
    told.hidden = false;
  };
  const put = (filled) => {
    if (!filled) return leave();
    const first = filled.querySelector("[autofocus]");
    first?.removeAttribute("autofocus"); // which is for pages that are only being loaded
    form.replaceWith(filled);
    for (const another of filled.querySelectorAll("[data-another]")) offerAnother(another);
    help(filled);
    first?.focus();
  };
  /* It is no form: the book is here, say. The browser goes where the site sends it. */
  const leave = () => {
    button.removeEventListener("click", ask);
    button.click();
  };
  button.addEventListener("click", ask);
  form.elements.isbn.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return; // scanners end with it
    event.preventDefault();
    button.click();
  });
}

async function filledIn(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("form[data-adding]");
}

async function alikeOf(title, author) {
  if (title.length < SHORTEST) return [];
  try {
    const asked = new URLSearchParams({ title, author });
    const answer = await fetch(`/api/v1/duplicates?${asked}`);
    return answer.ok ? (await answer.json()).works : [];
  } catch {
    return []; // the form itself asks when it is sent
  }
}

function lineOf(work) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/books/${work.slug}`;
  link.textContent = work.title;
  const by = work.byline ? ` by ${work.byline}` : "";
  line.append(link, `${by}${work.published === null ? "" : `, ${work.published}`}`);
  return line;
}

/* A line more, named and numbered after the last one. */
function offerAnother(button) {
  const lines = button.closest("fieldset");
  button.hidden = false;
  button.addEventListener("click", () => {
    const all = lines.querySelectorAll(".several-line");
    const line = all[all.length - 1].cloneNode(true);
    const input = line.querySelector("input");
    const number = all.length;
    input.name = input.name.replace(/\d+$/, number);
    input.id = input.name;
    input.value = "";
    const label = line.querySelector("label");
    label.htmlFor = input.id;
    label.textContent = label.textContent.replace(/\d+$/, number + 1);
    all[all.length - 1].after(line);
    input.focus();
    button.hidden = number + 1 >= Number(button.dataset.most);
  });
}

function afterPause(act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, TYPING_PAUSE);
  };
}
