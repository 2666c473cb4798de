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
  list.setAttribute("aria-label", "Books and authors");
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
      if (answer.ok) show(await answer.json());
      else close();
    } catch {
      close(); // aborted, or no connection: one can search nevertheless
    }
  }

  function show({ suggestions: books, authors }) {
    if (document.activeElement !== field) return;
    const options = [...books.map(bookOption), ...authors.map(authorOption)];
    options.forEach((option, at) => set(option, { id: `${list.id}-${at}` }));
    list.replaceChildren(...options);
    const many = [counted(books, "book"), counted(authors, "author")].filter(Boolean).join(" and ");
    status.textContent = many ? `${many} suggested; choose with the arrow keys.` : "No suggestions.";
    choose(-1);
    open(options.length > 0);
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

function bookOption(book) {
  const cover = make("span", { class: "suggestion-cover", "aria-hidden": "true" });
  if (book.picture) {
    const size = { width: 32, height: 48 };
    cover.append(make("img", { class: "cover cover-picture", src: book.picture, alt: "", ...size }));
  } else {
    cover.innerHTML = book.cover; // drawn by our own door, with every word escaped
  }
  return optionOf(book.path, cover, book.title, [book.byline, yearOf(book.published)]);
}

function authorOption(author) {
  return optionOf(author.path, make("span", {}), author.name, ["Author"]);
}

function optionOf(path, picture, name, facts) {
  const option = make("li", { role: "option", "aria-selected": "false" });
  const words = make("span", { class: "suggestion-words" });
  words.append(make("b", {}, name), make("span", {}, facts.filter(Boolean).join(" · ")));
  option.dataset.path = path;
  option.append(picture, words);
  return option;
}

function counted(things, word) {
  return things.length ? `${things.length} ${word}${things.length === 1 ? "" : "s"}` : "";
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
