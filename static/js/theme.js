// Paper or lamplight: applies the reader's choice before the first paint, and lets them switch.
// Loaded in <head> and blocking, which is why it is this short. The choice stays in this
// browser; without one (or with one equal to the system's) the pages follow the system.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const key = "theme";

  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (theme) => {
    try { theme ? localStorage.setItem(key, theme) : localStorage.removeItem(key); } catch { /* private window */ }
  };
  const shown = () => root.dataset.theme || (system.matches ? "dark" : "light");

  function apply(theme) {
    for (const name of ["theme", "bsTheme"]) {
      if (theme === "light" || theme === "dark") root.dataset[name] = theme;
      else delete root.dataset[name];
    }
  }

  function tell() {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.setAttribute("aria-pressed", String(shown() === "dark"));
    }
  }

  apply(stored());
  root.classList.add("js"); // shows the switch, whose place is kept without script too

  document.addEventListener("DOMContentLoaded", tell);
  system.addEventListener("change", tell);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = shown() === "dark" ? "light" : "dark";
    const own = next === (system.matches ? "dark" : "light") ? null : next;
    store(own);
    apply(own);
    tell();
  });
})();
