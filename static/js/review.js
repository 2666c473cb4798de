/* Makes the review form nicer; everything works without it.
   - stars save with one click, through the JSON door
   - words are shown as others will see them, while one types
   - words that were not sent survive a closed tab, in this browser only */

const TYPING_PAUSE = 400; // milliseconds without a key before anything is asked or said

const form = document.querySelector("form.review-form");
if (form) {
  const keep = keepDraft(form);
  previewWords(form);
  saveStarsAtOnce(form, keep);
}
forgetSentDraft();

/* A draft belongs to the version of the review it was written over: words that were saved since,
   in another window say, are not covered by older ones. Returns a function that saves the draft
   as it is now. */
function keepDraft(form) {
  const { body, version } = form.elements;
  const key = draftKey(form.dataset.workId);
  const note = form.querySelector("[data-draft]");
  const kept = readDraft(key);
  const isOfThis = !body.value || (form.dataset.reviewId && kept?.version === version.value);
  if (kept && isOfThis && kept.words !== body.value) {
    body.value = kept.words;
    note.textContent = "This is what you had written here and not sent yet.";
  }
  const keep = () => {
    const draft = { words: body.value, version: version.value };
    writeDraft(key, body.value.trim() ? draft : null);
  };
  const tell = afterPause(() => {
    note.textContent = readDraft(key) ? "Draft kept in this browser." : "";
  });
  body.addEventListener("input", () => {
    keep();
    tell();
  });
  return keep;
}

/* The thank-you page names the work whose draft has done its duty. */
function forgetSentDraft() {
  const sent = document.querySelector("[data-sent-work-id]");
  if (sent) writeDraft(draftKey(sent.dataset.sentWorkId), null);
}

function draftKey(workId) {
  return `draft of ${document.body.dataset.viewer} on ${workId}`;
}

function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // a browser that keeps nothing
  }
}

function writeDraft(key, draft) {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch {
    // no room, or a browser that keeps nothing: then there is no draft
  }
}

function previewWords(form) {
  const { body } = form.elements;
  const region = form.querySelector("[data-preview]");
  const show = async () => {
    region.hidden = !body.value.trim();
    if (region.hidden) return;
    const written = body.value;
    const answer = await send("POST", "/api/v1/previews", { body: written }, form);
    // Only the latest words count; HTML from our own door is sanitised.
    if (answer.ok && body.value === written) {
      region.querySelector("[data-preview-words]").innerHTML = answer.json.html;
    }
  };
  body.addEventListener("input", afterPause(show));
  show();
}

/* Saves wait for each other, and the form waits for them: each is about the version that the
   one before has made. */
function saveStarsAtOnce(form, keepDraft) {
  const note = form.querySelector("[data-saved]");
  let underWay = 0;
  let last = Promise.resolve();

  const save = async () => {
    const stars = Number(form.elements.stars.value);
    if (!stars) {
      note.textContent = form.dataset.reviewId ? "Your stars stay until you save or withdraw." : "";
      return; // "no stars" is saved with the words
    }
    const answer = await saveStars(form, stars);
    if (answer.ok) {
      turnIntoRevision(form, answer.json);
      keepDraft();
      note.textContent = `${stars} ${stars === 1 ? "star" : "stars"} saved.`;
      refreshRating();
    } else {
      note.textContent = `Your stars are not saved yet. ${answer.json.detail ?? ""}`;
    }
  };
  const saveSoon = afterPause(() => {
    underWay += 1;
    last = last.then(save).finally(() => (underWay -= 1));
  });

  // Arrow keys walk over other stars to the wanted one; only a click means the one under it.
  form.querySelector(".star-input").addEventListener("click", (event) => {
    note.textContent = "Not saved yet.";
    if (event.detail > 0) saveSoon();
  });
  form.addEventListener("submit", (event) => {
    saveSoon.cancel(); // the form has the stars in it
    if (!underWay) return;
    event.preventDefault();
    last.then(() => form.requestSubmit());
  });
}

function saveStars(form, stars) {
  const { reviewId, workId } = form.dataset;
  const version = Number(form.elements.version.value);
  return reviewId
    ? send("PATCH", `/api/v1/reviews/${reviewId}`, { stars, version }, form)
    : send("POST", `/api/v1/works/${workId}/reviews`, { stars }, form);
}

/* From now on the form changes the review that the click has posted. */
function turnIntoRevision(form, review) {
  form.dataset.reviewId = review.id;
  form.action = `/reviews/${review.id}`;
  form.elements.version.value = review.version;
}

/* Puts the new average and bars in place, from the page as everyone gets it now. */
async function refreshRating() {
  const shown = document.querySelector("[data-rating]");
  const address = document.querySelector("link[rel=canonical]")?.href;
  if (!shown || !address) return;
  // A refused form stands at the address it was sent to; the page's own is its canonical one.
  const page = await fetch(new URL(address).pathname, { headers: { Accept: "text/html" } });
  if (!page.ok) return;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const rating = fresh.querySelector("[data-rating]");
  if (rating) shown.replaceWith(rating);
}

async function send(method, address, data, form) {
  try {
    const response = await fetch(address, {
      method,
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.csrf_token.value,
      },
      body: JSON.stringify(data),
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const json = isJson ? await response.json() : { detail: "Please try again in a while." };
    return { ok: response.ok && isJson, json };
  } catch {
    return { ok: false, json: { detail: "The site can't be reached at the moment." } };
  }
}

function afterPause(act) {
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(act, TYPING_PAUSE);
  };
  soon.cancel = () => clearTimeout(timer);
  return soon;
}
