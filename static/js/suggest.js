/* Suggests books while one types into a search form; without this the form works all the same.
   The field is a combobox with a list (the pattern of the ARIA Authoring Practices): the focus
   stays in the field, and aria-activedescendant says which of the list is chosen.
   - down and up go through the list, and from its end back to the field
   - Enter goes to the book that is chosen; with none, it searches
   - Escape closes the list; once more, and the browser clears the field
   - words are said to a screen reader when the list has changed */

const TYPING_PAUSE = 120; // milliseconds without a key before anything is asked

document.querySelectorAll("form[data-suggests]").forEach(suggestIn);

function suggestIn(form, number) {
  const field = form.elements.q;
  const list = make("ul", { role: "listbox", id: `suggestions-${number}`, hidden: "" });
  const status = make("p", { role: "status", class: "visually-hidden" });
  let asked = new AbortController();
  let timer = 0;
  let chosen = -1;

  list.classList.add("suggestions");
  list.setAttribute("aria-label", "Books");
  form.append(list, status);
  set(field, {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    autocomplete: "off",
  });

  field.addEventListener("input", (event) => {
    if (!event.isComposing) soon();
  });
  field.addEventListener("compositionend", soon);
  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));

  function soon() {
    clearTimeout(timer);
    asked.abort(); // whatever comes now is about other words
    timer = setTimeout(ask, TYPING_PAUSE);
  }

  async function ask() {
    const words = field.value.trim();
    if (!words) return close();
    asked = new AbortController();
    try {
      const address = `/api/v1/suggestions?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) show((await answer.json()).suggestions);
      else close();
    } catch {
      close(); // aborted, or no connection: one can search nevertheless
    }
  }

  function show(books) {
    if (document.activeElement !== field) return;
    list.replaceChildren(...books.map((book, at) => optionOf(book, `${list.id}-${at}`)));
    const many = books.length === 1 ? "1 book suggested" : `${books.length} books suggested`;
    status.textContent = books.length ? `${many}; choose with the arrow keys.` : "No suggestions.";
    choose(-1);
    open(books.length > 0);
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
  }

  function close() {
    clearTimeout(timer);
    asked.abort();
    choose(-1);
    open(false);
  }

  function choose(at) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = at;
    const option = list.children[at];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (act(event.key)) event.preventDefault();
  }

  /* Returns whether the key meant something here. */
  function act(key) {
    const last = list.children.length - 1;
    if (list.hidden) {
      if (key !== "ArrowDown" || last < 0) return false;
      open(true);
      choose(0);
      return true;
    }
    if (key === "ArrowDown") choose(chosen < last ? chosen + 1 : -1);
    else if (key === "ArrowUp") choose(chosen < 0 ? last : chosen - 1);
    else if (key === "Enter" && chosen >= 0) go(list.children[chosen]);
    else if (key === "Escape") close();
    else return false;
    return true;
  }

  function go(option) {
    if (option) location.assign(option.dataset.path);
  }
}

function optionOf(book, id) {
  const option = make("li", { role: "option", id, "aria-selected": "false" });
  const cover = make("span", { class: "suggestion-cover", "aria-hidden": "true" });
  const words = make("span", { class: "suggestion-words" });
  const facts = [book.byline, yearOf(book.published)].filter(Boolean).join(" · ");
  cover.innerHTML = book.cover; // drawn by our own door, with every word escaped
  words.append(make("b", {}, book.title), make("span", {}, facts));
  option.dataset.path = book.path;
  option.append(cover, words);
  return option;
}

function yearOf(number) {
  if (number === null) return "";
  return number > 0 ? String(number) : `${-number} BCE`;
}

function make(name, attributes, text = "") {
  const element = document.createElement(name);
  set(element, attributes);
  element.textContent = text;
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
