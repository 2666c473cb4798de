/* Makes the forms of the catalogue nicer; everything works without it.
   - books like the one to be added are shown while its title and author are typed
   - a button adds a line for another author or subject */

const TYPING_PAUSE = 350; // milliseconds without a key before the site is asked
const SHORTEST = 2; // characters of a title that say something

for (const button of document.querySelectorAll("[data-another]")) offerAnother(button);
const form = document.querySelector("form[data-adding]");
if (form) showAlike(form);

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
